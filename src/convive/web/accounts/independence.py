"""Whether two accounts are two people: who could act in whose name, as the log tells.

Whoever has made an account, renewed its link, taken its second factor away or given it the word of
a second person could sign in as it. For a waiting time the two count as one, and so does whoever
could act in the name of the first at that moment, until somebody who had no part in it vouches.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone

from convive.web.accounts.models import Account
from convive.web.audit_log.models import Event
from convive.web.roles import Role

WAITING = timedelta(days=7)
"""How long whoever owns an account has to notice what was done with it."""
SECOND_PERSONS = frozenset({Role.COORDINATOR, Role.DATA_PROTECTION})
"""Roles whose word counts as that of a second person."""
VOUCHED = "accounts.vouched"
_ROLES = "accounts.roles_changed"
_HELD = ("accounts.invited", "accounts.link_renewed", "accounts.second_factor_reset", _ROLES)
"""Events after which whoever acted could act in the name of the account."""


def hands_on(account_id: int, at: datetime, before: int | None = None) -> frozenset[int]:
    """Return the accounts that could act in the name of one at a moment, itself included.

    Parameters
    ----------
    before : int, optional
        Number of an event; only earlier ones count.
    """
    return _hands_on(account_id, at, before, {})


def _hands_on(
    account_id: int, at: datetime, before: int | None, known: dict[int, frozenset[int]]
) -> frozenset[int]:
    """Work it out once an event (`known`), however often two have renewed each other's links."""
    found = {account_id}
    for one in _touches(account_id, at, before):
        if one.actor_id is not None and one.pk not in known:
            known[one.pk] = _hands_on(one.actor_id, one.at, one.pk, known)
        found |= known.get(one.pk, frozenset())
    return frozenset(found)


def waits_until(account_id: int, now: datetime) -> datetime | None:
    """Return from when an account counts as a person of its own; None: it does now."""
    at = max((one.at for one in _touches(account_id, now, None)), default=None)
    return None if at is None else at + WAITING


def may_vouch(voucher: Account, account: Account, now: datetime) -> bool:
    """Tell whether somebody had no part in what was done with an account that waits."""
    others = hands_on(account.pk, now) - {account.pk}
    own = hands_on(voucher.pk, now)
    is_second = bool(voucher.roles & SECOND_PERSONS)
    return is_second and bool(others) and account.pk not in own and not own & others


def waiting(accounts: Iterable[Account], voucher: Account) -> dict[int, tuple[datetime, bool]]:
    """Return account → until when it waits, and whether `voucher` may vouch for it."""
    now = timezone.now()
    found = {}
    for one in accounts:
        until = waits_until(one.pk, now) if one.roles & SECOND_PERSONS else None
        if until is not None:
            found[one.pk] = (until, may_vouch(voucher, one, now))
    return found


def _touches(account_id: int, at: datetime, before: int | None) -> list[Event]:
    """Return what others did with an account, within the waiting time, and nobody vouched after."""
    known = Event.objects.filter(object_kind="account", object_id=str(account_id))
    if before is not None:
        known = known.filter(pk__lt=before)
    vouched = known.filter(verb=VOUCHED).order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = known.filter(verb__in=_HELD, pk__gt=vouched, at__gt=at - WAITING, actor_id__isnull=False)
    rows = rows.exclude(actor_id=account_id).order_by("pk")
    return [one for one in rows if one.verb != _ROLES or _gives_word(one)]


def _gives_word(event: Event) -> bool:
    """Tell whether a change of roles made somebody a second person who was none."""
    before, after = (set(event.facts.get(name, ())) for name in ("before", "after"))
    return bool(after & SECOND_PERSONS) and not before & SECOND_PERSONS
