"""Actions with their money, milestones, targets and risks."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    GenderLens,
    Pillar,
    PreventionLevel,
    Sector,
)
from convive.web.accounts.models import Organisation
from convive.web.workspace.models.base import Written, codes
from convive.web.workspace.models.strategy import KeptFinding, Objective, Strategy


class Action(Written):
    """Something that is done about an objective."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="actions")
    """Of its objective; kept here so that lists of ten thousand need no joins."""
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="actions")
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True, max_length=8000)
    kind = models.CharField(max_length=16, choices=codes(ActionKind))
    pillar = models.CharField(max_length=12, choices=codes(Pillar))
    level = models.CharField(max_length=10, choices=codes(PreventionLevel))
    state = models.CharField(max_length=8, choices=codes(ActionState), default=ActionState.IDEA)
    groups = models.JSONField(default=list)
    """Codes of `TargetGroup`."""
    times = models.JSONField(default=list)
    """Codes of `TimeOfDay`."""
    gender_lens = models.CharField(
        max_length=16, choices=codes(GenderLens), default=GenderLens.NOT_CONSIDERED
    )
    gender_note = models.TextField(blank=True, max_length=2000)
    lead = models.ForeignKey(
        Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="leads"
    )
    partners = models.ManyToManyField(Organisation, blank=True, related_name="actions")
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    dose_unit = models.CharField(max_length=60, blank=True)
    dose_planned = models.FloatField(null=True, blank=True)
    diary_days = models.PositiveSmallIntegerField(default=30)
    evidence_note = models.TextField(blank=True, max_length=4000)
    shelf_ref = models.CharField(blank=True, max_length=200)
    """Entry of the knowledge shelf that it was adopted from, ``<publisher>/<id>``."""
    logic = models.JSONField(default=dict)
    """Fields of `core.strategy.LogicModel`."""
    evidence = models.ManyToManyField(KeptFinding, blank=True, related_name="actions")
    progress = models.CharField(max_length=12, blank=True)
    """Code of `Progress` as last computed, so that lists can be filtered by it."""
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("strategy", "code"), name="action_code_once"),
        )
        indexes = (
            models.Index(fields=("strategy", "position", "id"), name="action_list"),
            models.Index(fields=("strategy", "state"), name="action_state"),
            models.Index(fields=("strategy", "progress"), name="action_progress"),
        )

    def __str__(self) -> str:
        return self.title


class ActionArea(models.Model):
    """An area of the city pack, or a spot with a name of its own, where an action is at work."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="areas")
    level = models.CharField(max_length=60, blank=True)
    area_id = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=160)

    class Meta:
        ordering = ("pk",)
        indexes = (models.Index(fields=("level", "area_id"), name="action_area"),)


class BudgetLine(models.Model):
    """Planned money of one year, and who pays."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="budget")
    year = models.PositiveSmallIntegerField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    payer = models.CharField(max_length=20, choices=codes(Sector))
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("year", "pk")


class Spending(models.Model):
    """Money that was spent; a mistake is put right by a negative amount, not by deleting."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="spending")
    on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=36, unique=True)
    """Made by the form: sent twice, it counts once."""
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        ordering = ("-on", "-pk")
        indexes = (models.Index(fields=("action", "on"), name="spending_action"),)


class Milestone(models.Model):
    """A date by which something is to be done."""

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="milestones")
    title = models.CharField(max_length=200)
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("due", "pk")


class Risk(models.Model):
    """What could go wrong, and the answer to it."""

    _ONE_TO_THREE: tuple[Any, ...] = (MinValueValidator(1), MaxValueValidator(3))

    action = models.ForeignKey(Action, on_delete=models.CASCADE, related_name="risks")
    text = models.CharField(max_length=400)
    likelihood = models.PositiveSmallIntegerField(validators=_ONE_TO_THREE)
    impact = models.PositiveSmallIntegerField(validators=_ONE_TO_THREE)
    answer = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("pk",)


class Target(models.Model):
    """What an objective or an action is to change, measured by an indicator of the audit."""

    objective = models.ForeignKey(
        Objective, null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    action = models.ForeignKey(
        Action, null=True, blank=True, on_delete=models.CASCADE, related_name="targets"
    )
    indicator_id = models.CharField(max_length=80)
    level = models.CharField(max_length=60)
    area_id = models.CharField(max_length=80)
    direction = models.CharField(
        max_length=4, choices=[(one, one) for one in ("down", "up", "hold")]
    )
    baseline = models.JSONField()
    """Fields of `core.strategy.Figure`, frozen when the target was set."""
    value = models.FloatField(null=True, blank=True)
    due = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(objective__isnull=True) ^ models.Q(action__isnull=True),
                name="target_of_one",
            ),
        )
