"""Meetings: agenda, minutes, decisions, commitments."""

from __future__ import annotations

from django.db import models

from convive.web.accounts.models import Organisation
from convive.web.workspace.models.action import Action
from convive.web.workspace.models.base import Written
from convive.web.workspace.models.partnership import Body
from convive.web.workspace.models.strategy import Challenge, KeptFinding, Objective, Strategy


class Meeting(Written):
    """One meeting of a body."""

    class State(models.TextChoices):
        PLANNED = "planned"
        CONVENED = "convened"
        """The agenda has gone out."""
        HELD = "held"
        MINUTED = "minuted"
        """The minutes are final; what follows is another meeting."""
        CANCELLED = "cancelled"

    code = models.SlugField(max_length=60, unique=True)
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="meetings")
    strategy = models.ForeignKey(
        Strategy, null=True, blank=True, on_delete=models.SET_NULL, related_name="meetings"
    )
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    sequence = models.PositiveIntegerField(default=0)
    """Of iCalendar: goes up when date, time, place or state change."""
    pack_build = models.CharField(max_length=64, blank=True)
    """Digest of the audit that the agenda's figures come from."""

    class Meta:
        ordering = ("-starts_at",)
        indexes = (models.Index(fields=("body", "starts_at"), name="meeting_body"),)

    def __str__(self) -> str:
        return self.title


class MeetingFindings(models.Model):
    """What the audit said when the agenda was built; the next meeting is told what differs."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="findings")
    build = models.CharField(max_length=64)
    rows = models.JSONField(default=list)
    """Fields of `core.strategy.finding_changes.FindingThen`, one row a finding."""


class AgendaItem(Written):
    """One item of an agenda, and what the minutes say about it."""

    class Kind(models.TextChoices):
        WELCOME = "welcome"
        LAST_MINUTES = "last_minutes"
        COMMITMENTS = "commitments"
        CHANGES = "changes"
        """What the newest audit says that the last one did not."""
        ACTIONS = "actions"
        """Actions that are not on track, with the reasons."""
        FINDING = "finding"
        DECISION = "decision"
        TOPIC = "topic"
        ANY_OTHER = "any_other"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    position = models.PositiveIntegerField(default=0)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.TOPIC)
    title = models.CharField(max_length=200)
    minutes_planned = models.PositiveSmallIntegerField(default=10)
    facts = models.JSONField(default=list)
    """What the data say, frozen when the agenda was built: list of {key, params, ref}, sentences
    ``agenda.fact.<key>``; `ref` leads to the part of the plan or the finding."""
    note = models.TextField(blank=True, max_length=8000)
    """What whoever prepares the meeting adds."""
    minutes = models.TextField(blank=True, max_length=20000)
    challenge = models.ForeignKey(Challenge, null=True, blank=True, on_delete=models.SET_NULL)
    action = models.ForeignKey(Action, null=True, blank=True, on_delete=models.SET_NULL)
    finding = models.ForeignKey(KeptFinding, null=True, blank=True, on_delete=models.SET_NULL)

    class Meta:
        ordering = ("position", "pk")


class Attendance(models.Model):
    """Which organisations were there; persons are not written down."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="attendance")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+")
    was_there = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("meeting", "organisation"), name="attendance_once"),
        )


class Decision(Written):
    """What a meeting decided."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions"
    )
    code = models.SlugField(max_length=60, unique=True)
    text = models.TextField(max_length=4000)
    challenges = models.ManyToManyField(Challenge, blank=True, related_name="decisions")
    objectives = models.ManyToManyField(Objective, blank=True, related_name="decisions")
    actions = models.ManyToManyField(Action, blank=True, related_name="decisions")
    decided_on = models.DateField()

    class Meta:
        ordering = ("decided_on", "pk")


class Commitment(Written):
    """What an organisation has promised to do by a day."""

    meeting = models.ForeignKey(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="commitments"
    )
    item = models.ForeignKey(
        AgendaItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments"
    )
    """Where it arose."""
    decision = models.ForeignKey(
        Decision, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments"
    )
    code = models.SlugField(max_length=60, unique=True)
    text = models.TextField(max_length=2000)
    owner = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="commitments")
    due = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    done_note = models.CharField(max_length=400, blank=True)
    is_dropped = models.BooleanField(default=False)
    action = models.ForeignKey(
        Action, null=True, blank=True, on_delete=models.SET_NULL, related_name="commitments"
    )

    class Meta:
        ordering = ("due", "pk")
        indexes = (models.Index(fields=("owner", "done_on", "due"), name="commitment_owner"),)
