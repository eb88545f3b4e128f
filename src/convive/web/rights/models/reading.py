"""Every look at restricted evidence, with its reason."""

from __future__ import annotations

from django.db import models

from convive.app.evidence_room.terms import Reason
from convive.web.accounts.models import Organisation
from convive.web.rights.models.agreement import Agreement


class RestrictedRead(models.Model):
    """Who looked at which source, when, how deep, by which agreement and why; rows are only added."""

    class What(models.TextChoices):
        TABLE = "table"
        CSV = "csv"
        XLSX = "xlsx"

    at = models.DateTimeField(auto_now_add=True)
    account_id = models.BigIntegerField()
    """A number and not a reference: the record outlives accounts."""
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="reads")
    source_id = models.CharField(max_length=120)
    what = models.CharField(max_length=5, choices=What.choices)
    fields = models.JSONField()
    """Dimensions of the table, with the value of those that were narrowed."""
    reason = models.CharField(
        max_length=12, choices=[(one.value, one.value) for one in Reason]
    )  # fmt: skip
    reference = models.CharField(max_length=40)
    """Number of the file, the meeting or the action; letters, digits and strokes only."""

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["source_id", "id"], name="read_source"),)
