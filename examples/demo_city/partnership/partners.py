"""The organisations of the invented town, what part they take, and where they meet."""

from __future__ import annotations

# ruff: noqa: PLC0415 - Django is there only when the workspace is open
from collections.abc import Mapping
from typing import Any

from .days import told

AREA_LEVEL = "neighbourhood"
_WORDS = ("part", "mandate", "prerogatives", "brings", "contact", "checklist")


def enter_partners() -> dict[str, Any]:
    """Make the organisations with their parts; return them by the names that the files use."""
    from convive.web.accounts.actions.organisations import make_town
    from convive.web.workspace.actions.stakeholders import add_organisation, place_organisation

    known = {}
    for code, row in told("partners")["organisations"].items():
        fields = {name: row[name] for name in _WORDS}
        if row.get("is_town"):
            known[code] = make_town(row["name"])
            place_organisation(known[code], fields, version=0, by=None)
        else:
            known[code] = add_organisation(row["name"], row["sector"], fields, by=None).organisation
    return known


def enter_bodies(known: Mapping[str, Any]) -> dict[str, Any]:
    """Make council, board and groups; the first that is named has the chair."""
    from convive.web.workspace.actions.bodies import make_body

    bodies = {}
    for code, row in told("partners")["bodies"].items():
        fields = {name: row[name] for name in ("name", "kind", "about", "every_months")}
        if "area" in row:
            fields |= {"level": AREA_LEVEL, "area_id": row["area"]}
        first, *others = (known[one].pk for one in row["members"])
        seats = {first: "chair"} | dict.fromkeys(others, "member")
        bodies[code] = make_body(fields, seats, by=None)
    return bodies
