"""Corrections: proposed by one person, confirmed by another, and kept as they stood."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class CorrectionRecord(models.Model):
    """A correction; `proposed` waits for a second person."""

    code = models.CharField(max_length=40, unique=True)
    proposed = models.JSONField(null=True)
    """As `app.corrections.correction_as_json`."""
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    proposed_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ("-pk",)


class StoodCorrection(models.Model):
    """A correction as it was confirmed; rows are never changed."""

    record = models.ForeignKey(CorrectionRecord, on_delete=models.PROTECT, related_name="stood")
    content = models.JSONField()
    at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("at", "pk")
