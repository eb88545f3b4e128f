"""Invitations and reminders that went out, and what came back: by day, never by the clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F, Q

from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.actions import record
from convive.web.fieldwork.models import Campaign, Invitation

MOST_REMINDERS = 3
OUTCOMES = ("refused", "not_reached", "not_eligible", "unknown")
_CHUNK = 500


def mark_sent(wave: Campaign, kind: str, *, today: date, by: Any) -> int:
    """Note that invitations, or reminders, go out today; return how many.

    Raises
    ------
    ConflictError
        WAVE_NOT_OPEN.
    RequestError
        WAVE_NOBODY_TO_SEND.
    """
    with transaction.atomic():
        locked = Campaign.objects.select_for_update().get(pk=wave.pk)
        if not locked.takes_forms:
            raise ConflictError("WAVE_NOT_OPEN")
        chosen = to_send(locked, kind, today)
        if kind == "invitation":
            n = int(chosen.update(invited_on=today))
        else:
            n = int(chosen.update(n_reminders=F("n_reminders") + 1, reminded_on=today))
        if not n:
            raise RequestError("WAVE_NOBODY_TO_SEND")
        rounds = [*locked.plan.get("rounds", []), {"kind": kind, "day": today.isoformat(), "n": n}]
        locked.plan = locked.plan | {"rounds": rounds}
        locked.save(update_fields=["plan"])
        record(
            f"fieldwork.{kind}s_sent", actor=by, thing=("campaign", wave.pk),
            campaign=wave.code, n=n,
        )  # fmt: skip
    wave.refresh_from_db()
    return n


def to_send(wave: Campaign, kind: str, today: date) -> Any:
    """Return the invitations that a round is for: reminders only where no answer came."""
    left = Invitation.objects.filter(campaign=wave, outcome="", is_used=False)
    if kind == "invitation":
        return left.filter(invited_on=None)
    asked = left.filter(invited_on__lt=today, n_reminders__lt=MOST_REMINDERS)
    return asked.filter(Q(reminded_on=None) | Q(reminded_on__lt=today))


def in_round(wave: Campaign, kind: str, day: date) -> Any:
    """Return the invitations of a round that went out on a day, for a list that is made again."""
    found = Invitation.objects.filter(campaign=wave, is_used=False, outcome="")
    return found.filter(invited_on=day) if kind == "invitation" else found.filter(reminded_on=day)


def note_outcomes(wave: Campaign, outcomes: Mapping[str, str], *, by: Any) -> tuple[int, list[str]]:
    """Note what became of invitations that were not answered.

    Parameters
    ----------
    outcomes : mapping of contact to outcome
        One of `OUTCOMES`.

    Returns
    -------
    n : int
        Noted.
    left : list of str
        Contacts that are not in the sample, or that have answered: an answer stays an answer.
    """
    wanted = {contact.casefold(): outcome for contact, outcome in outcomes.items()}
    noted: set[str] = set()
    with transaction.atomic():
        for some in _chunks(_by_contact(wave, wanted)):
            for key, contact in some:
                noted.add(contact.casefold())
                Invitation.objects.filter(pk=key, is_used=False).update(
                    outcome=wanted[contact.casefold()]
                )
        record(
            "fieldwork.outcomes_noted", actor=by, thing=("campaign", wave.pk),
            campaign=wave.code, n=len(noted),
        )  # fmt: skip
    return len(noted), [one for one in outcomes if one.casefold() not in noted]


def _by_contact(wave: Campaign, wanted: Mapping[str, str]) -> list[tuple[Any, str]]:
    rows = Invitation.objects.filter(campaign=wave, is_used=False).exclude(contact="")
    return [(k, c) for k, c in rows.values_list("pk", "contact") if c.casefold() in wanted]


def _chunks(rows: list[Any]) -> Iterable[list[Any]]:
    return (rows[k : k + _CHUNK] for k in range(0, len(rows), _CHUNK))


def note_round_taken(wave: Campaign, kind: str, day: date, *, by: Any) -> None:
    """Note that a list of contacts was taken out: it is personal, and whoever took it is known."""
    with transaction.atomic():
        record(
            "fieldwork.contacts_exported", actor=by, thing=("campaign", wave.pk),
            campaign=wave.code, kind=kind, day=day.isoformat(),
        )  # fmt: skip
