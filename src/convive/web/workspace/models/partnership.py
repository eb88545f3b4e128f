"""Partners and the bodies in which they meet."""

from __future__ import annotations

from django.db import models

from convive.web.accounts.models import Account, Organisation
from convive.web.workspace.models.base import Written


class Stakeholder(Written):
    """What an organisation brings into the partnership."""

    class Part(models.TextChoices):
        STEERS = "steers"
        WORKS = "works"
        ADVISES = "advises"
        IS_HEARD = "is_heard"
        ABSENT = "absent"
        """Should be there and is not (yet)."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="stakeholder"
    )
    part = models.CharField(max_length=8, choices=Part.choices, default=Part.WORKS)
    mandate = models.TextField(blank=True, max_length=2000)
    """What it is charged with, by whom."""
    prerogatives = models.TextField(blank=True, max_length=2000)
    """What only it may do or decide."""
    brings = models.TextField(blank=True, max_length=2000)
    """Data, staff, places, money."""
    contact = models.CharField(max_length=200, blank=True)
    """A function or an office, not a person."""
    checklist = models.JSONField(default=list)
    """Points of the framework ``stakeholder_checklist`` that it stands for."""

    def __str__(self) -> str:
        return str(self.organisation)


class Body(Written):
    """A council, a board, a working group, a group for one area or place."""

    class Kind(models.TextChoices):
        COUNCIL = "council"
        BOARD = "board"
        WORKING_GROUP = "working_group"
        PLACE_GROUP = "place_group"

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=14, choices=Kind.choices)
    about = models.TextField(blank=True, max_length=4000)
    """Mandate and rules."""
    level = models.CharField(max_length=60, blank=True)
    area_id = models.CharField(max_length=80, blank=True)
    """Area of a place group."""
    every_months = models.PositiveSmallIntegerField(default=1)
    """How often it meets."""
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Member(models.Model):
    """An organisation's seat in a body; everybody who acts for it may come in."""

    class Seat(models.TextChoices):
        CHAIR = "chair"
        MEMBER = "member"
        GUEST = "guest"

    body = models.ForeignKey(Body, on_delete=models.CASCADE, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="seats")
    seat = models.CharField(max_length=6, choices=Seat.choices, default=Seat.MEMBER)

    class Meta:
        ordering = ("organisation__name",)
        constraints = (models.UniqueConstraint(fields=("body", "organisation"), name="seat_once"),)


class CalendarKey(models.Model):
    """Lets a calendar programme read one account's meetings and commitments; only a hash is kept."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="calendar_key")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(auto_now_add=True)
