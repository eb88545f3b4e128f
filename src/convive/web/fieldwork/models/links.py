"""Addresses that let people in without an account."""

from __future__ import annotations

import uuid

from django.db import models

from convive.web.fieldwork.models.campaign import Campaign, Rater


class AccessLink(models.Model):
    """An address of its own for a rater, a walking group, a field app, or everybody.

    The token in the address is derived from the id with the installation's key, so that it can
    be printed again; the table alone opens nothing.
    """

    class Kind(models.TextChoices):
        RATER = "rater"
        """One person's own visits: phone page and field app."""
        GROUP = "group"
        """A walking group that shares one phone or several."""
        OPEN_SURVEY = "open_survey"
        """A survey for whoever has the address."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    rater = models.ForeignKey(
        Rater, null=True, blank=True, on_delete=models.CASCADE, related_name="links"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token."""
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)


class Invitation(models.Model):
    """One person of a sampling frame.

    It says whether an answer came, so that reminders stop; no time, no answer, no number that an
    answer carries too: which answer it was cannot be told from the database.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="invitations")
    contact = models.CharField(max_length=320, blank=True)
    """E-mail or the frame's address number; erased when the wave is closed."""
    stratum = models.CharField(max_length=64, blank=True)
    """As in the frame; an answer carries it too if enough others were invited with it."""
    area_id = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=5, blank=True)
    token_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)
    receipt = models.CharField(max_length=64, blank=True)
    """Of the form that was sent, so that sending it twice is once. No answer carries it: what is
    kept of an answer gets an id of its own."""
    outcome = models.CharField(max_length=20, blank=True)
    """Disposition where it is known: refused, not_eligible, not_reached, unknown."""
    invited_on = models.DateField(null=True, blank=True)
    n_reminders = models.PositiveSmallIntegerField(default=0)
    reminded_on = models.DateField(null=True, blank=True)

    class Meta:
        indexes = (models.Index(fields=("campaign", "is_used")),)
