"""Tells people what an edition wants of them, and what has become of it.

A notice goes to those whose look would count, never to whoever submitted it. The texts of an
edition stay on its page, which only they can open; a letter says how many wait.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from convive.web.accounts.models import Account
from convive.web.editorial.clock import town_day
from convive.web.editorial.confirmers import CONFIRMERS
from convive.web.editorial.models import Edition
from convive.web.editorial.selectors.editions import who_may_look
from convive.web.notices.actions import notify, take_back_about, withdraw

WAITS, RETURNED, RELEASED, PUBLISHED = (
    "edition_waits", "edition_returned", "edition_released", "edition_published",
)  # fmt: skip
_KIND = "edition"
_SOON_ENOUGH = timedelta(days=14)
"""For so long after its day one is told that an edition has appeared."""


def ask_to_look(edition: Edition) -> None:
    """Tell everybody whose look would count that an edition waits."""
    for account in who_may_look(edition):
        _tell(account, WAITS, edition, stamp=str(edition.revision))


def stop_asking(edition: Edition) -> None:
    """Take back that it waits: nothing is left to do."""
    take_back_about(WAITS, (_KIND, edition.key))


def stop_telling_it_came_back(edition: Edition) -> None:
    """Take back that it came back: it is on its way again."""
    take_back_about(RETURNED, (_KIND, edition.key))


def take_back_all(edition: Edition) -> None:
    """Take back everything that was told of what is still to come of an edition."""
    for code in (WAITS, RETURNED, RELEASED):
        take_back_about(code, (_KIND, edition.key))


def has_looked(edition: Edition, account: Account) -> None:
    """Take back that it waits for somebody who has looked."""
    take_back_about(WAITS, (_KIND, edition.key), account=account)


def tell_returned(edition: Edition, author: Account | None) -> None:
    """Tell whoever submitted an edition that it came back; why stands on its page.

    What two had agreed to before holds no more, and is not told any more either.
    """
    take_back_all(edition)
    if author is not None and _may_open(author):
        _tell(author, RETURNED, edition, stamp=str(edition.revision))


def tell_released(edition: Edition) -> None:
    """Tell whoever submitted an edition that two have agreed, and on which day it appears."""
    stop_asking(edition)
    author, day = edition.submitted_by, edition.visible_from
    if author is not None and day is not None and _may_open(author):
        _tell(author, RELEASED, edition, stamp=str(edition.revision), day=town_day(day).isoformat())


def tell_published(now: datetime) -> int:
    """Tell those who wrote and approved editions that they have appeared; return how many did.

    Each is told once, however often this is asked; an edition that was shown before review began
    has nobody to tell.
    """
    recent = Edition.objects.filter(
        state=Edition.State.APPROVED, visible_from__lte=now, visible_from__gt=now - _SOON_ENOUGH,
        submitted_by__isnull=False,
    )  # fmt: skip
    found = list(recent.select_related("submitted_by").prefetch_related("approvals__account"))
    for edition in found:
        people = [edition.submitted_by, *(one.account for one in edition.approvals.all())]
        for account in people:
            if account is not None and account.is_active and _may_open(account):
                _tell(account, PUBLISHED, edition, stamp=str(edition.revision))
    return len(found)


def take_back_from(account: Any) -> None:
    """Take back what an account was told of editions that it may not open any more."""
    now = Account.objects.get(pk=account.pk)
    if not _may_open(now):
        withdraw(now, _KIND, keep=())


def _may_open(account: Account) -> bool:
    return bool(account.roles & CONFIRMERS)


def _tell(account: Account, code: str, edition: Edition, *, stamp: str, **params: Any) -> None:
    notify(
        account, code, key=f"edition:{edition.pk}:{stamp}:{code}:{account.pk}",
        thing=(_KIND, edition.key), edition=edition.key,
        address=reverse("edition", args=(account.language or "en", edition.key)), **params,
    )  # fmt: skip
