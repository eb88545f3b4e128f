"""Tables of notices, of who wants a letter, and of the letters that went out."""

from __future__ import annotations

from django.db import models

from convive.web.accounts.models import Account


class Mail(models.Model):
    """A letter by e-mail; of its text nothing is kept.

    Sent at most once: it is `sending` before the first byte goes out. A worker that dies then
    leaves it `unknown`: nobody knows, so nobody sends it again but a person.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENDING = "sending"
        SENT = "sent"
        FAILED = "failed"
        UNKNOWN = "unknown"

    class Kind(models.TextChoices):
        DIGEST = "digest"
        LINK = "link"
        SIGN_IN = "sign_in"
        """At once, whatever its account wants: somebody else has renewed how it signs in."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    error_code = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = (models.Index(fields=("state", "-made_at"), name="mail_state"),)


class Notice(models.Model):
    """What one account should know; in words ``notice.<code>``."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notices")
    code = models.CharField(max_length=60)
    params = models.JSONField(default=dict)
    """Values of its sentence. Only its account sees them; no letter carries them."""
    thing_kind = models.CharField(max_length=40, blank=True)
    thing_id = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=300, blank=True)
    """Path of the page where one acts on it, with any language in front."""
    due = models.DateField(null=True)
    key = models.CharField(max_length=200, unique=True)
    """What it is about and when: the same is never told twice."""
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    mail = models.ForeignKey(Mail, null=True, on_delete=models.SET_NULL, related_name="notices")
    """The letter that told of it."""

    class Meta:
        indexes = (
            models.Index(fields=("account", "-made_at", "-id"), name="notice_newest"),
            models.Index(
                fields=("account",), condition=models.Q(read_at=None), name="notice_unread"
            ),
        )


class MailChoice(models.Model):
    """Whether an account wants a letter a day; without a row it does."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="mail_choice")
    wants_digest = models.BooleanField(default=True)
