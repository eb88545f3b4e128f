"""Strategy, challenges, objectives, and the findings that they come from."""

from __future__ import annotations

from django.db import models

from convive.core.strategy.vocabulary import Topic
from convive.web.workspace.models.base import Written, codes


class Strategy(Written):
    """A plan over some years."""

    class State(models.TextChoices):
        DRAFT = "draft"
        """Seen by those who write it."""
        ADOPTED = "adopted"
        CLOSED = "closed"

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True, max_length=8000)
    from_year = models.PositiveSmallIntegerField()
    until_year = models.PositiveSmallIntegerField()
    currency = models.CharField(max_length=3, default="EUR")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    adopted_on = models.DateField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    """When the public page was last written; see `actions.publish`."""

    class Meta:
        ordering = ("-from_year", "code")

    def __str__(self) -> str:
        return self.title


class Challenge(Written):
    """A problem that the town takes on."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="challenges")
    code = models.SlugField(max_length=40)
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True, max_length=8000)
    topic = models.CharField(max_length=24, choices=codes(Topic))
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=("strategy", "code"), name="challenge_code_once"),
        )

    def __str__(self) -> str:
        return self.title


class KeptFinding(models.Model):
    """A finding of the audit as it was when somebody built on it; never changed afterwards."""

    finding_id = models.CharField(max_length=200)
    build = models.CharField(max_length=64)
    """Digest of the audit that said so."""
    row = models.JSONField()
    """The published row: code, params, certainty, level, area_id, faces, indicator_ids, caveats."""
    kept_at = models.DateTimeField(auto_now_add=True)
    challenges = models.ManyToManyField(Challenge, related_name="findings", blank=True)

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.UniqueConstraint(fields=("finding_id", "build"), name="finding_kept_once"),
        )

    def __str__(self) -> str:
        return self.finding_id


class SetAside(models.Model):
    """A finding that the town looked at and decided not to act on, with the reason."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="set_aside")
    finding_id = models.CharField(max_length=200)
    reason = models.CharField(max_length=400)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("strategy", "finding_id"), name="set_aside_once"),
        )


class Objective(Written):
    """What is to be reached about a challenge."""

    challenge = models.ForeignKey(Challenge, on_delete=models.CASCADE, related_name="objectives")
    code = models.SlugField(max_length=40)
    """Unique within the strategy; the actions see to it."""
    title = models.CharField(max_length=200)
    about = models.TextField(blank=True, max_length=8000)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("position", "pk")

    def __str__(self) -> str:
        return self.title


class PlanAnswer(models.Model):
    """How a strategy answers a point of a framework."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="answers")
    framework = models.CharField(max_length=60)
    point = models.CharField(max_length=80)
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="answers")
    objectives = models.ManyToManyField(Objective, blank=True, related_name="answers")
    actions = models.ManyToManyField("workspace.Action", blank=True, related_name="answers")
    why_not = models.CharField(max_length=400, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("strategy", "framework", "point"), name="point_answered_once"
            ),
        )
