"""Writes about sessions: kept for their owner to see, ended all at once."""

from __future__ import annotations

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from convive.web.accounts.devices import browser_of, system_of
from convive.web.accounts.models import Account, OpenSession
from convive.web.accounts.selectors import oldest_session
from convive.web.audit_log.actions import record


def keep_session(request: HttpRequest, account: Account) -> None:
    """Enter the session that has just begun into the list of its owner."""
    if request.session.session_key is None:
        request.session.save()
    OpenSession.objects.filter(begun_at__lt=oldest_session()).delete()
    said = request.headers.get("User-Agent", "")
    OpenSession.objects.create(
        account=account,
        session_key=str(request.session.session_key),
        begun_at=timezone.now(),
        browser=browser_of(said),
        system=system_of(said),
    )


def forget_session(request: HttpRequest) -> None:
    """Strike the present session off the list of its owner."""
    OpenSession.objects.filter(session_key=request.session.session_key or "").delete()


def end_sessions(account: Account, *, but: str = "") -> int:
    """End the sessions of an account, and return how many were on the list; without an event.

    A session knows the round in which it began. Rows of sessions are not looked for: those that
    begin while this runs, which no list has yet, end as well.
    """
    Account.objects.filter(pk=account.pk).update(session_round=F("session_round") + 1)
    account.refresh_from_db(fields=["session_round"])
    others = OpenSession.objects.filter(account=account).exclude(session_key=but)
    number, _ = others.delete()
    return number


@transaction.atomic
def end_other_sessions(request: HttpRequest, account: Account) -> int:
    """End every session of the own account but the present one."""
    number = end_sessions(account, but=request.session.session_key or "")
    keep_present(request, account)
    record("accounts.sessions_ended", actor=account, thing=("account", account.pk), n=number)
    return number


def keep_present(request: HttpRequest, account: Account) -> None:
    """Carry the present session over into the account's new round, under a new key."""
    before = request.session.session_key or ""
    update_session_auth_hash(request, account)
    request.session.save()
    kept = OpenSession.objects.filter(session_key=before)
    kept.update(session_key=str(request.session.session_key))
