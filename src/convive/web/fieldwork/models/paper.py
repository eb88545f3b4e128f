"""Forms on paper."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from convive.web.fieldwork.models.campaign import Campaign
from convive.web.fieldwork.models.submission import Submission


class PaperSheet(models.Model):
    """A numbered sheet, entered once and, to be sure, again by somebody else."""

    class State(models.TextChoices):
        ONCE = "once"
        DIFFERS = "differs"
        DONE = "done"

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="sheets")
    number = models.PositiveIntegerField()
    first_answers = models.JSONField(default=dict)
    first_head = models.JSONField(default=dict)
    """What the sheet says about itself: place, daypart, rater (codes), date (ISO)."""
    first_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    second_answers = models.JSONField(null=True, blank=True)
    second_head = models.JSONField(null=True, blank=True)
    second_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.ONCE)
    submission = models.OneToOneField(
        Submission, null=True, blank=True, on_delete=models.SET_NULL, related_name="sheet"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "number"), name="sheet_number_once"),
        )
