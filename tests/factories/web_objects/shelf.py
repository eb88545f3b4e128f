"""Entries and method cards of the shelf, and what they are held against."""

from __future__ import annotations

from typing import Any

from factories.web_objects.strategy import make_challenge, make_objective, make_strategy

ENTRY = {"publisher": "convive", "name": "a_vos_cotes"}


def _challenge() -> dict[str, Any]:
    made = make_challenge()
    return {"code": made.strategy.code, "part": made.code}


def _objective() -> dict[str, Any]:
    made = make_objective()
    return {"code": made.challenge.strategy.code, "part": made.code}


BUILDERS: dict[str, Any] = {
    "shelf-entry": lambda: ENTRY,
    "shelf-adopt": lambda: ENTRY,
    "shelf-card": lambda: {"name": "exploratory_walk"},
    "shelf-fit-finding": lambda: {
        "code": make_strategy().code,
        "finding_id": "trend_fall:ribera",
    },
    "shelf-fit-challenge": _challenge,
    "shelf-fit-objective": _objective,
}
