"""Filled-in forms."""

from __future__ import annotations

import uuid

from django.db import models

from convive.web.fieldwork.models.campaign import Campaign, Rater
from convive.web.fieldwork.models.form_version import FormVersion
from convive.web.fieldwork.models.links import AccessLink
from convive.web.fieldwork.models.place import Place


class Submission(models.Model):
    """One filled-in form; its id was made where it was filled in, so that sending twice is once."""

    class Channel(models.TextChoices):
        WEB = "web"
        PHONE = "phone"
        FIELD_APP = "field_app"
        PAPER = "paper"

    class State(models.TextChoices):
        WAITING = "waiting"
        """Photos that the form names have not all arrived."""
        COMPLETE = "complete"
        EXCLUDED = "excluded"
        """Kept, with the reason, and in no result."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="submissions")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="submissions")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    link = models.ForeignKey(AccessLink, null=True, blank=True, on_delete=models.SET_NULL)
    """Never set in an anonymous campaign."""
    rater = models.ForeignKey(Rater, null=True, blank=True, on_delete=models.SET_NULL)
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.PROTECT)
    daypart = models.CharField(max_length=5, choices=Campaign.Daypart.choices, blank=True)
    language = models.CharField(max_length=5, blank=True)
    answers = models.JSONField()
    """As `convive.core.instruments.model`."""
    problems = models.JSONField(default=list)
    """What does not keep the instrument's rules, where a field app let it through; nothing is
    thrown away, and the coordinator is told."""
    aside = models.JSONField(default=dict)
    """Path → text that a field app sent and that is no answer to any item: kept, since it was
    said; personal as any answer."""
    content_digest = models.CharField(max_length=64)
    """SHA-256 of what was sent: the same id with other content is a conflict."""
    filled_on = models.DateField()
    started_at = models.DateTimeField(null=True, blank=True)
    """Null in an anonymous campaign, like every other time of day."""
    ended_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    stratum = models.CharField(max_length=64, blank=True)
    area_id = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.COMPLETE)
    reason = models.CharField(max_length=200, blank=True)
    """Why it is excluded."""

    class Meta:
        indexes = (models.Index(fields=("campaign", "state")),)


class Attachment(models.Model):
    """A photo that a form names; what is kept is what came out of the cleaning, nothing else."""

    submission = models.ForeignKey(Submission, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=200)
    sent_digest = models.CharField(max_length=64, blank=True)
    """SHA-256 of the bytes as sent, to know a repeated upload; the bytes themselves are gone."""
    file = models.CharField(max_length=200, blank=True)
    """Path below the media folder; empty until it has arrived."""
    size = models.PositiveIntegerField(default=0)
    n_faces = models.PositiveSmallIntegerField(default=0)
    n_plates = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("submission", "name"), name="attachment_name_once"),
        )


class WebDraft(models.Model):
    """A form begun on the web; gone when it is sent, or after fourteen days.

    Never of an anonymous campaign: there the page itself carries what was answered so far.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    """Becomes the id of the submission."""
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="drafts")
    token_hash = models.CharField(max_length=64)
    """Of the link that it was begun with; empty in an account's draft."""
    place = models.ForeignKey(Place, null=True, blank=True, on_delete=models.CASCADE)
    daypart = models.CharField(max_length=5, choices=Campaign.Daypart.choices, blank=True)
    begun_at = models.DateTimeField(null=True, blank=True)
    language = models.CharField(max_length=5, blank=True)
    answers = models.JSONField(default=dict)
    changed_on = models.DateField(auto_now=True)
