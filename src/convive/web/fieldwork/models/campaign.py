"""A round of fieldwork and who goes where."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from convive.web.fieldwork.models.form_version import FormVersion
from convive.web.fieldwork.models.place import Place


class Campaign(models.Model):
    """A walk, an audit of places, a survey wave or an assessment, with one form version."""

    class Kind(models.TextChoices):
        WALK = "walk"
        """A group walks a route; forms need no plan."""
        AUDIT = "audit"
        """Planned places, by day and night, some rated twice."""
        SURVEY = "survey"
        """People answer about themselves; anonymous."""
        ASSESSMENT = "assessment"
        """Staff and partners fill in a checklist, matrix or scorecard."""

    class State(models.TextChoices):
        DRAFT = "draft"
        OPEN = "open"
        CLOSED = "closed"

    class Sampling(models.TextChoices):
        """Of surveys: the two are never pooled, so a campaign is one or the other."""

        NONE = "none"
        FRAME = "frame"
        """People drawn from a list, each with a token of their own."""
        OPEN_LINK = "open_link"
        """Anybody who has the address: says nothing about the population."""

    class Daypart(models.TextChoices):
        DAY = "day"
        NIGHT = "night"
        ANY = "any"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    """Name in addresses, form ids of field apps and evidence files, e.g. ``walk-2026-spring``."""
    title = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="campaigns")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    sampling = models.CharField(max_length=10, choices=Sampling.choices, default=Sampling.NONE)
    wave = models.CharField(max_length=20, blank=True)
    """Of a survey, e.g. ``2026``."""
    languages = models.JSONField(default=list)
    opens_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    plan = models.JSONField(default=dict)
    """How it was planned, to the letter: double share, dayparts, seed, quotas, population."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "code")

    def __str__(self) -> str:
        return self.code

    @property
    def is_anonymous(self) -> bool:
        """Whether answers must not be linkable to whoever gave them."""
        return self.kind == self.Kind.SURVEY

    @property
    def takes_forms(self) -> bool:
        """Whether filled-in forms are taken now."""
        return self.state == self.State.OPEN


class CampaignPlace(models.Model):
    """A place that a campaign visits."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="places")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="campaigns")
    position = models.PositiveIntegerField(default=0)
    """Order on the route, from 1."""

    class Meta:
        ordering = ("position", "place__code")
        constraints = (
            models.UniqueConstraint(fields=("campaign", "place"), name="place_once_a_campaign"),
        )


class Rater(models.Model):
    """Somebody who goes out; evidence knows the label only."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="raters")
    label = models.CharField(max_length=20)
    """Pseudonym in evidence, e.g. ``R03``."""
    name = models.CharField(max_length=200, blank=True)
    """So that the coordinator knows whom to ask; erased when the campaign is closed."""
    email = models.EmailField(blank=True)
    """As `name`."""

    class Meta:
        ordering = ("label",)
        constraints = (
            models.UniqueConstraint(fields=("campaign", "label"), name="rater_label_once"),
        )


class Assignment(models.Model):
    """One visit that somebody should make."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="assignments")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="assignments")
    rater = models.ForeignKey(Rater, on_delete=models.CASCADE, related_name="assignments")
    daypart = models.CharField(
        max_length=5, choices=Campaign.Daypart.choices, default=Campaign.Daypart.ANY
    )
    is_double = models.BooleanField(default=False)
    """The second rating of a place that somebody else rates too."""

    class Meta:
        ordering = ("place__code", "daypart", "is_double")
        constraints = (
            models.UniqueConstraint(
                fields=("campaign", "place", "rater", "daypart"), name="visit_once"
            ),
        )
