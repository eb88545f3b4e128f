"""Reads of notices and letters."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q, QuerySet

from convive.web.accounts.models import Account
from convive.web.notices.models import Mail, MailChoice, Notice


def open_notices(account: Account) -> QuerySet[Notice]:
    """Return what an account has not read, by the day until which to act, then the newest first."""
    unread = Notice.objects.filter(account=account, read_at=None)
    return unread.order_by(F("due").asc(nulls_last=True), "-made_at", "-pk")


def all_notices(account: Account) -> QuerySet[Notice]:
    """Return everything that an account was told, the newest first."""
    return Notice.objects.filter(account=account).order_by("-made_at", "-pk")


def count_open(account: Account) -> int:
    """Return how many notices an account has not read."""
    return Notice.objects.filter(account=account, read_at=None).count()


def wants_digest(account: Account) -> bool:
    """Tell whether an account wants a letter a day."""
    chosen = MailChoice.objects.filter(account=account).first()
    return chosen is None or chosen.wants_digest


def mails_to_look_at() -> QuerySet[Mail]:
    """Return the letters that did not go out, or of which nobody knows whether they did."""
    wrong = Q(state__in=(Mail.State.FAILED, Mail.State.UNKNOWN, Mail.State.SENDING))
    waits = Q(state=Mail.State.WAITING) & ~Q(error_code="")
    return Mail.objects.filter(wrong | waits).select_related("account").order_by("-made_at", "-pk")


def count_sent(since: datetime) -> int:
    """Return how many letters went out since a moment."""
    return Mail.objects.filter(state=Mail.State.SENT, changed_at__gte=since).count()


def find_mail(mail_id: int) -> Mail | None:
    """Return a letter, None where there is none."""
    return Mail.objects.filter(pk=mail_id).first()
