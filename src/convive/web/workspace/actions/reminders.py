"""Reminders of commitments: a week before, on the day, a week after, then once a week together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from convive.web.accounts.models import Account
from convive.web.notices.actions import notify
from convive.web.workspace.addresses import address_of
from convive.web.workspace.models import Commitment
from convive.web.workspace.secrecy import ACTING
from convive.web.workspace.selectors.commitments import open_commitments

WEEK = timedelta(days=7)
_DIGEST_DAY = 0
"""Monday."""


def remind(today: date) -> dict[str, Any]:
    """Leave the notices of a day; left already, they are not left again.

    A town that was switched off for days is told what holds today, not what held meanwhile.
    """
    due = [one for one in open_commitments() if one.due <= today + WEEK]
    accounts = _accounts_of({one.owner_id for one in due})
    n = sum(
        _remind_of(one, stage, accounts[one.owner_id])
        for one in due
        if (stage := stage_of(one.due, today)) is not None
    )
    return {"n_reminders": n, "n_digests": _digests(due, accounts, today)}


def stage_of(due: date, today: date) -> str | None:
    """Return which reminder holds today: ``before``, ``due``, ``after``; None: the digest's."""
    if today < due - WEEK:
        return None
    if today < due:
        return "before"
    if today < due + WEEK:
        return "due"
    return "after" if today < due + 2 * WEEK else None


def _remind_of(commitment: Commitment, stage: str, accounts: Iterable[Account]) -> int:
    n = 0
    for account in accounts:
        notify(
            account, f"commitment_{stage}",
            key=f"commitment:{commitment.pk}:{commitment.due}:{stage}:{account.pk}",
            thing=("commitment", commitment.pk), due=commitment.due,
            address=address_of(account, "commitment", commitment.code),
            day=commitment.due.isoformat(),
        )  # fmt: skip
        n += 1
    return n


def _digests(
    due: Iterable[Commitment], accounts: dict[int, list[Account]], today: date
) -> int:  # fmt: skip
    """Tell each account once a week how many are overdue."""
    late: dict[int, int] = defaultdict(int)
    for one in due:
        late[one.owner_id] += one.due < today
    monday = today - timedelta(days=(today.weekday() - _DIGEST_DAY) % 7)
    n = 0
    for owner_id, count in late.items():
        for account in accounts[owner_id] if count else ():
            notify(
                account, "commitments_overdue", key=f"commitments:{monday}:{account.pk}",
                thing=("commitments", owner_id),
                address=f"{address_of(account, 'commitments')}?show=overdue", n=count,
            )  # fmt: skip
            n += 1
    return n


def _accounts_of(owners: set[int]) -> dict[int, list[Account]]:
    found: dict[int, list[Account]] = defaultdict(list)
    rows = Account.objects.filter(
        organisation__in=owners, organisation__is_active=True, is_active=True,
        held_roles__role__in=ACTING,
    ).distinct()  # fmt: skip
    for account in rows:
        found[account.organisation_id or 0].append(account)
    return found
