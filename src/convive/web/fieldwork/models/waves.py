"""What only survey waves have: the frame, answers that wait, quotas, weights."""

from __future__ import annotations

import uuid

from django.db import models

from convive.web.fieldwork.models.campaign import Campaign
from convive.web.fieldwork.models.submission import Submission


class FrameEntry(models.Model):
    """A row of a frame before the draw; all are erased by it."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="frame")
    contact = models.CharField(max_length=320)
    stratum = models.CharField(max_length=64, blank=True)
    area_id = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, blank=True)
    size = models.FloatField(default=1.0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("campaign", "contact"), name="frame_contact_once"),
        )


class HeldAnswer(models.Model):
    """An answer of a drawn sample that waits for others, sealed with the installation's key.

    Made in the transaction that marks its invitation as used, so the two can be paired: hence the
    seal, and hence a submission is never this row but a new one, made together with others.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="held")
    stratum = models.CharField(max_length=64, blank=True)
    area_id = models.CharField(max_length=64, blank=True)
    sealed = models.BinaryField()
    """See `convive.web.fieldwork.sealing`; of one of a few lengths."""

    class Meta:
        indexes = (models.Index(fields=("campaign", "stratum", "area_id"), name="held_cell"),)


class Quota(models.Model):
    """How many answers of a kind are wanted, of a survey by open link."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="quotas")
    conditions = models.JSONField()
    """Item → list of codes; all of them must hold."""
    target = models.PositiveIntegerField()
    n = models.PositiveIntegerField(default=0)
    n_turned_away = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("pk",)


class SurveyWeight(models.Model):
    """The weight of an answer, worked out after closing."""

    submission = models.OneToOneField(
        Submission, primary_key=True, on_delete=models.CASCADE, related_name="survey_weight"
    )
    design = models.FloatField()
    weight = models.FloatField()
