"""Proof that something was removed."""

from __future__ import annotations

from django.db import models


class Proof(models.Model):
    """What went, by which rule, and that nothing of it was left; rows are only added.

    The event in the audit log carries the digest of the row, so that its chain seals the proof.
    """

    at = models.DateTimeField()
    kind = models.CharField(max_length=40)
    """In words ``rights.proof.<kind>``."""
    rule = models.CharField(max_length=80)
    """Code of the rule, with its number: ``retention:24``."""
    n = models.PositiveIntegerField()
    digest_before = models.CharField(max_length=64)
    """SHA-256 of the ids, or contents, that were there before and are gone."""
    n_left = models.PositiveIntegerField(default=0)
    """What a look afterwards still found; 0 where the proof holds."""
    details = models.JSONField(default=dict)
    digest = models.CharField(max_length=64)
    event_hash = models.CharField(max_length=64)

    class Meta:
        ordering = ("-pk",)
