"""Delivery: the diary, how lights changed, projects for single places, leads of areas."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from convive.core.strategy.vocabulary import Delivery, Obstacle
from convive.web.accounts.models import Organisation
from convive.web.workspace.models.action import Action
from convive.web.workspace.models.base import Written, codes
from convive.web.workspace.models.strategy import Strategy


class DiaryEntry(models.Model):
    """What a partner did; an entry is never changed, another one puts it right."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="diary")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="diary")
    on = models.DateField()
    delivery = models.CharField(max_length=10, choices=codes(Delivery))
    amount = models.FloatField(null=True, blank=True)
    """In the unit of the action's dose."""
    reached = models.JSONField(default=dict)
    """Group → people reached; codes of `TargetGroup`, or ``unknown``. Counts, never names."""
    obstacle = models.CharField(max_length=12, choices=codes(Obstacle), blank=True)
    note = models.CharField(max_length=400, blank=True)
    key = models.CharField(max_length=36, unique=True)
    """Made by the form: sent twice (a slow line, a worker that died), it is kept once."""
    corrects = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrected_by"
    )
    written_at = models.DateTimeField(auto_now_add=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (models.UniqueConstraint(fields=("corrects",), name="diary_corrected_once"),)
        indexes = (
            models.Index(fields=("action", "on"), name="diary_action"),
            models.Index(fields=("organisation", "on"), name="diary_organisation"),
            models.Index(fields=("-on", "-id"), name="diary_newest"),
        )


class DiarySum(models.Model):
    """What the diary of an action says in sum; written anew with every entry (`actions.diary_sums`).

    Five years of a town's diary are too many rows to add up while somebody waits for a page.
    """

    action = models.OneToOneField(
        Action, primary_key=True, on_delete=models.CASCADE, related_name="diary_sum"
    )
    n_entries = models.PositiveIntegerField()
    """Entries that hold: one that was put right by another is not among them."""
    n_counted = models.PositiveIntegerField()
    """Those of them that say how many were reached."""
    reached = models.JSONField()
    """Group → people reached."""


class LightChange(models.Model):
    """An action that stands otherwise than the last time somebody looked; rows are only added."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="light_changes")
    on = models.DateField()
    before = models.CharField(max_length=12, blank=True)
    """Code of `Progress`; empty the first time."""
    after = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)
    """The gravest reasons then: list of {code, params, weight}."""

    class Meta:
        ordering = ("on", "pk")
        indexes = (models.Index(fields=("on", "action"), name="light_changes"),)


class PlaceProject(Written):
    """Work on one place, with what was there before and after."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="places")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=160)
    level = models.CharField(max_length=60)
    area_id = models.CharField(max_length=80)
    """Area of the city pack in which it lies."""
    problem = models.TextField(blank=True, max_length=4000)
    started_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    actions = models.ManyToManyField(Action, blank=True, related_name="places")

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(fields=("strategy", "code"), name="place_code_once"),
        )


class ToldCount(models.Model):
    """A number of people reached that residents were once told: no later one may differ by a few.

    Kept by the code of the action, whatever the plan: a plan that follows takes actions and diary
    along. It stays when the plan is withdrawn.
    """

    action = models.CharField(max_length=60)
    group = models.CharField(max_length=30)
    n = models.PositiveIntegerField()
    on = models.DateField()
    """When it was told first."""

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("action", "group", "n"), name="told_count_once"),
        )


class PlaceRecord(models.Model):
    """What was seen or measured at a place, before or after."""

    class When(models.TextChoices):
        BEFORE = "before"
        DURING = "during"
        AFTER = "after"

    project = models.ForeignKey(PlaceProject, on_delete=models.CASCADE, related_name="records")
    when = models.CharField(max_length=6, choices=When.choices)
    on = models.DateField()
    text = models.TextField(max_length=4000)
    measure = models.CharField(max_length=120, blank=True)
    """What was measured, e.g. lamps that work."""
    value = models.FloatField(null=True, blank=True)
    n = models.PositiveIntegerField(null=True, blank=True)
    """Out of how many, or how many times it was looked at."""
    source = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=36, unique=True, null=True)
    """Made by the form: sent twice, it is kept once. None: it came from elsewhere."""
    is_struck = models.BooleanField(default=False)
    """A mistake; it stays to be read, struck through."""
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("on", "pk")


class AreaLead(Written):
    """Who answers for one area, with a budget of its own."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="area_leads")
    level = models.CharField(max_length=60)
    area_id = models.CharField(max_length=80)
    area_name = models.CharField(max_length=160)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contact = models.CharField(max_length=200, blank=True)
    """A function, not a person."""
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    reason = models.TextField(max_length=2000)
    """Why this area: findings, need."""

    class Meta:
        ordering = ("area_name",)
        constraints = (
            models.UniqueConstraint(
                fields=("strategy", "level", "area_id", "year"), name="area_lead_once"
            ),
        )
