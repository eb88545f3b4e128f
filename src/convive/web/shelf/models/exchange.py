"""Other towns: whom this one listens to, what they propose, what was accepted, what is asked."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from convive.core.shelf.merge import ProposalKind
from convive.web.workspace.models.base import codes


class PartnerTown(models.Model):
    """A town whose key somebody here has compared."""

    name = models.CharField(max_length=160)
    fingerprint = models.CharField(max_length=64, unique=True)
    """Of the key that signs now; 64 hex digits."""
    formerly = models.JSONField(default=list)
    """Fingerprints of the keys before, the oldest first."""
    last_sequence = models.BigIntegerField(default=0)
    is_followed = models.BooleanField(default=True)
    feed = models.URLField(max_length=400, blank=True)
    """Empty where bundles come as files."""
    tag = models.CharField(max_length=200, blank=True)
    next_due = models.DateTimeField()
    last_good = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)
    error = models.CharField(max_length=60, blank=True)
    """Code of the last look's error; empty where it was good."""
    problems = models.JSONField(default=list)
    """What was wrong with the last bundle: code and values of each, for the page."""

    class Meta:
        ordering = ("name", "pk")

    @property
    def root(self) -> str:
        """By which its entries are called here for good: the first key that was trusted."""
        return str(self.formerly[0]) if self.formerly else self.fingerprint


class ReceivedEntry(models.Model):
    """An entry of another town that somebody here has accepted."""

    town = models.ForeignKey(PartnerTown, on_delete=models.PROTECT, related_name="entries")
    name = models.CharField(max_length=160)
    base = models.JSONField()
    """As its publisher sent it when it was last accepted."""
    kept = models.JSONField()
    """As it stands here."""
    note = models.TextField(blank=True, max_length=4000)
    is_withdrawn = models.BooleanField(default=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("town", "name")
        constraints = (
            models.UniqueConstraint(fields=("town", "name"), name="received_entry_once"),
        )


class Proposal(models.Model):
    """What a bundle proposes, until somebody decides; nothing changes by itself."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        REJECTED = "rejected"
        REPLACED = "replaced"

    town = models.ForeignKey(PartnerTown, on_delete=models.CASCADE, related_name="proposals")
    name = models.CharField(max_length=160)
    kind = models.CharField(max_length=12, choices=codes(ProposalKind))
    sent = models.JSONField()
    digest = models.CharField(max_length=64)
    """Of kind and content: what was rejected is not proposed again unchanged."""
    reason = models.TextField(blank=True, max_length=1000)
    """Why it was withdrawn, where that is told."""
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    answer = models.CharField(max_length=400, blank=True)
    """Why it was rejected."""
    made_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-pk",)


class Letter(models.Model):
    """A question about an entry, and its answer; offices write to offices."""

    town = models.ForeignKey(PartnerTown, on_delete=models.CASCADE, related_name="letters")
    is_asked_here = models.BooleanField()
    code = models.CharField(max_length=160)
    """Id of the question, unique with whoever asked."""
    about = models.CharField(max_length=240)
    """`Entry.ref` as the question has it."""
    text = models.TextField(max_length=4000)
    language = models.CharField(max_length=2)
    on = models.DateField()
    contact = models.CharField(max_length=254, blank=True)
    answer = models.TextField(max_length=4000, blank=True)
    answer_language = models.CharField(max_length=2, blank=True)
    answered_on = models.DateField(null=True)
    answer_contact = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ("-on", "-pk")
        constraints = (
            models.UniqueConstraint(fields=("town", "is_asked_here", "code"), name="letter_once"),
        )


class Publishing(models.Model):
    """Whether this town publishes: asked for by a coordinator, confirmed by somebody else."""

    is_asked = models.BooleanField(default=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_on = models.BooleanField(default=False)
    confirmed_at = models.DateTimeField(null=True)
    contact = models.CharField(max_length=254, blank=True)
    """Mailbox of the office that answers; never of a person."""
    sequence = models.BigIntegerField(default=0)
    """Of the newest bundle; 0 before the first."""
    published_at = models.DateTimeField(null=True)
