"""Tables of evaluations.

::

    Action (workspace) ── Evaluation     the plan as it is being written
      LaidDown                           the plan as it was frozen, and every change since; only added
      KeptAnswer                         what came of it, by plan and state of the evidence
      ProcessNote                        views of those concerned, context, side effects; only added
      ConfirmedLine                      lines of a grade that a person has confirmed; only added
"""

from __future__ import annotations

from django.conf import settings
from django.db import models

from convive.core.model import Verdict
from convive.web.workspace.models.base import codes


class Evaluation(models.Model):
    """How one will see what came of an action: a draft until it is laid down."""

    action = models.OneToOneField(
        "workspace.Action", on_delete=models.PROTECT, related_name="evaluation"
    )
    draft = models.JSONField()
    """`core.evaluation.Study` as values."""
    ethics = models.JSONField(default=dict)
    """``answers``: question → yes or no; ``notes``: question → what was written about it."""
    unit = models.JSONField(default=dict)
    """What one incident costs: ``table`` and ``item``, or ``amount``, ``year`` and ``source``."""
    number = models.PositiveIntegerField(default=1)
    """Goes up with every writing: a form carries the one it was filled from."""
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-pk",)


class LaidDown(models.Model):
    """A plan as it was frozen (number 0), and after each change; the database changes none.

    Who did it is a number and no foreign key: the row must stay as it is when an account goes.
    """

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="laid_down")
    number = models.PositiveIntegerField()
    study = models.JSONField()
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    changes = models.JSONField(default=list)
    """Of `core.evaluation.Change` as values: what is other than in the row before."""
    ethics = models.JSONField(default=dict)
    by_id = models.BigIntegerField(null=True)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("evaluation", "number"), name="laid_down_once"),
        )


class KeptAnswer(models.Model):
    """The answer to a plan on one state of the evidence, worked out beside the pages."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="answers")
    plan_digest = models.CharField(max_length=64)
    build = models.CharField(max_length=64)
    """Digest of the audit that was shown then."""
    answer = models.JSONField()
    """`core.evaluation.Answer` as values, as it has passed the gate."""
    verdict = models.CharField(max_length=20, choices=codes(Verdict))
    is_final = models.BooleanField()
    day = models.DateField()
    """For which it was worked out."""
    at = models.DateTimeField()

    class Meta:
        ordering = ("-at", "-pk")
        constraints = (
            models.UniqueConstraint(
                fields=("evaluation", "plan_digest", "build", "day"), name="kept_answer_once"
            ),
        )


class ProcessNote(models.Model):
    """What the diary does not hold: how those concerned see it, and what else went on."""

    class Kind(models.TextChoices):
        PARTICIPANTS = "participants"
        STAFF = "staff"
        RESIDENTS = "residents"
        CONTEXT = "context"
        SIDE_EFFECT = "side_effect"

    VIEWS = (Kind.PARTICIPANTS, Kind.STAFF, Kind.RESIDENTS)
    """Kinds that are counts of people who were asked."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="notes")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    on = models.DateField()
    n = models.PositiveIntegerField(null=True)
    """People asked; None where it is a note."""
    n_good = models.PositiveIntegerField(null=True)
    n_harm = models.PositiveIntegerField(null=True)
    text = models.TextField(blank=True, max_length=2000)
    key = models.CharField(max_length=36, unique=True)
    """Made by the form: sent twice, it is kept once."""
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-on", "-pk")


class ConfirmedLine(models.Model):
    """A line of a check as a person confirmed it; the newest one holds, the others stay."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="lines")
    check_id = models.CharField(max_length=40)
    """Instrument, such as ``emmie_project``."""
    item = models.CharField(max_length=60)
    answer = models.CharField(max_length=60)
    proposed = models.CharField(max_length=60, blank=True)
    """What the system had proposed; empty where only a person can know."""
    note = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=("evaluation", "check_id", "item"), name="confirmed_line"),)
