"""The table of events. Rows are added by `actions.record` only; the database refuses the rest."""

from __future__ import annotations

import json
from typing import Any

from django.db import models


class Event(models.Model):
    """Something that somebody did."""

    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    """Account, as a number and not as a reference: the log outlives accounts."""
    actor_label = models.CharField(max_length=80, blank=True)
    """What acted where it was no account: a link, the command line, a job."""
    verb = models.CharField(max_length=80)
    """Code ``<app>.<done>``; in words ``log.verb.<code>``."""
    object_kind = models.CharField(max_length=40, blank=True)
    object_id = models.CharField(max_length=80, blank=True)
    details = models.TextField(default="{}")
    """Canonical JSON, as it was hashed. Nothing personal: codes, numbers, ids."""
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        indexes = (
            models.Index(fields=["verb", "id"], name="log_verb"),
            models.Index(fields=["actor_id", "id"], name="log_actor"),
            models.Index(fields=["object_kind", "object_id"], name="log_object"),
        )

    def __str__(self) -> str:
        return f"{self.pk} {self.verb}"

    @property
    def facts(self) -> dict[str, Any]:
        """Return the details as a mapping."""
        found: dict[str, Any] = json.loads(self.details)
        return found


class Seal(models.Model):
    """The head of the chain as it was written down one day; a cut-off end does not have it."""

    at = models.DateTimeField()
    n = models.PositiveBigIntegerField()
    """Events up to it."""
    head = models.CharField(max_length=64)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.n} {self.head}"
