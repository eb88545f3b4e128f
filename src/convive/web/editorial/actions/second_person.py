"""Whether somebody who confirms is another person than the one who proposed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone

from convive.core.errors import ConflictError
from convive.web.accounts.independence import WAITING, hands_on, waits_until
from convive.web.audit_log.selectors import last_event


def refuse_one_person(first: int | None, by: Any, *, verb: str, thing: tuple[str, Any]) -> None:
    """Refuse a second look by the first person, or by an account that could be the same person.

    Parameters
    ----------
    first : int or None
        Account that acted first; None where it is not known any more.
    by : Account
    verb, thing
        Of the event with which the first one acted.

    Raises
    ------
    ConflictError
        EDITION_SECOND_PERSON; AGREEMENT_NOT_TWO or AGREEMENT_PROPOSED_AS_ONE.
    """
    if first is None or first == by.pk:
        raise ConflictError("EDITION_SECOND_PERSON")
    event, now = last_event(verb, thing), timezone.now()
    at, before = (event.at, event.pk) if event else (now, None)
    if not are_one(by.pk, now, None, (first, at, before)):
        return
    until = waits_until(by.pk, now)
    if until is None:
        raise ConflictError("AGREEMENT_PROPOSED_AS_ONE", days=WAITING.days)
    raise ConflictError("AGREEMENT_NOT_TWO", day=timezone.localdate(until), days=WAITING.days)


def are_one(
    account: int, at: datetime, before: int | None, other: tuple[int, datetime, int | None]
) -> bool:
    """Tell whether two accounts could be one person at the moments at which they acted."""
    return not hands_on(account, at, before).isdisjoint(hands_on(*other))
