"""Agreements on the evidence of the invented town: two in force, one that has ended."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from .days import Days
from .partners import AREA_LEVEL

_FAR = 10 * 365


def enter_agreements(known: Mapping[str, Any], days: Days) -> None:
    """Cover the sources of the pack; two invented people agree, and are gone afterwards."""
    from convive.web.accounts.models import Account

    two = [Account.objects.create(email=f"{n}@marvenza.invalid", is_active=False) for n in (1, 2)]
    try:
        _enter(known, days, two)
    finally:
        for one in two:
            one.delete()


def _enter(known: Mapping[str, Any], days: Days, two: list[Any]) -> None:
    from convive.web.rights.actions.agreements import note_ends
    from convive.web.rights.models import Agreement
    from convive.web.rights.site import sources_now

    by_kind: dict[str, list[str]] = {}
    for source in sources_now():
        by_kind.setdefault(source.kind, []).append(source.source_id)
    crime = _fields(known, "police", "Recorded incidents for the partnership",
                    by_kind.get("incidents", []), days) | {
        "uses": [known["town"], known["police"]], "legal_basis": "law_enforcement",
        "legal_reference": "Police Act, section 4; local prevention plan", "floor": 10,
    }  # fmt: skip
    own = _fields(known, "town", "The town's own surveys, walks and talks",
                  [*by_kind.get("survey", []), *by_kind.get("observations", []), *by_kind.get("notes", [])],
                  days) | {"uses": [known["town"], known["aurora"]]}  # fmt: skip
    trial = _fields(known, "police", "Incidents for the youth centre, a trial",
                    by_kind.get("incidents", []), days) | {"uses": [known["youth"]]}  # fmt: skip
    for code, fields in {"crime": crime, "surveys": own}.items():
        if fields["sources"]:
            _agree(code, fields, two)
    ended = _agree("youth-trial", trial, two) if trial["sources"] else None
    if ended is not None:
        # Nobody can confirm what is over already; in the story it was confirmed in time.
        Agreement.objects.filter(pk=ended.pk).update(
            valid_from=days.start - timedelta(days=365), valid_until=days.on("6-30")
        )
        note_ends(datetime.combine(days.today, datetime.min.time()).astimezone())


def _agree(code: str, fields: Mapping[str, Any], two: list[Any]) -> Any:
    from convive.web.rights.actions.agreements import confirm, draft, propose

    made = draft(code, fields, by=two[0])
    return confirm(propose(made, by=two[0]), by=two[1])


def _fields(
    known: Mapping[str, Any], gives: str, title: str, sources: list[str], days: Days
) -> dict[str, Any]:
    return {
        "title": title, "gives": known[gives], "sources": sources, "legal_basis": "public_task",
        "legal_reference": "Municipal Act, section 12", "purposes": ["diagnosis", "planning", "evaluation"],
        "fields": ["year", "month", "kind", "daypart"], "levels": ["district", AREA_LEVEL],
        "floor": 5, "retention_months": 24, "weeding": "delete",
        "contact": "Data protection office of the town hall",
        "valid_from": days.start, "valid_until": days.start + timedelta(days=_FAR),
    }  # fmt: skip
