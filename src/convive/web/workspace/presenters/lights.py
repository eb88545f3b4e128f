"""Lights in words, and what has changed about them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import format_date, say
from convive.core.strategy.lights import Standing
from convive.web.workspace.frozen import thaw
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.plan_page import money_text
from convive.web.workspace.presenters.standings import present_standing
from convive.web.workspace.selectors.lights import Since
from convive.web.workspace.selectors.still_told import reasons_told

SHAPES: Mapping[str, str] = {
    "off_track": "M3 3 13 13M13 3 3 13",
    "at_risk": "M8 2 15 14H1Z",
    "on_track": "M2 8.5 6 12.5 14 3.5",
    "done": "M1 8.5 4.5 12 11 4M7 12 14.5 4",
    "not_started": "M8 2a6 6 0 1 0 .01 0Z",
    "stopped": "M3 3H13V13H3Z",
    "cannot_tell": "M5 6a3 3 0 1 1 4.5 2.6C8.5 9.2 8 9.6 8 11M8 13.5v.6",
}
"""Light → outline of its shape in a square of 16; those that ask for something come first."""


def present_rows(
    actions: list[Action], standings: Mapping[int, Standing], whole: frozenset[int], language: str
) -> list[dict[str, Any]]:
    """Return actions with light and reasons; in outline the light alone."""
    rows = []
    for one in actions:
        light = _light(one, standings.get(one.pk), language)
        shape = SHAPES.get(light["code"], "")
        rows.append({"action": one, "is_whole": one.pk in whole, "shape": shape} | light)
    return rows


def present_counts(counts: Mapping[str, int], language: str) -> list[dict[str, Any]]:
    """Return how many actions have each light, the worrying ones first."""
    return [
        {"code": code, "n": counts[code], "words": light_words(code, language), "shape": shape}
        for code, shape in SHAPES.items()
        if counts.get(code)
    ]


def _light(action: Action, standing: Standing | None, language: str) -> dict[str, Any]:
    if standing is not None:
        return present_standing(standing, language)
    return {"code": action.progress, "words": light_words(action.progress, language), "reasons": []}


def light_words(code: str, language: str) -> str:
    """Return a light in words; what was not looked at yet is said to be so."""
    return say(f"plan.progress.{code}" if code else "lights.not_read", language)


def present_changes(found: Since, currency: str, language: str, *, most: int) -> dict[str, Any]:
    """Return what has changed, in words."""
    rows = [
        {
            "action": one.action, "before": one.before, "after": one.after,
            "before_words": light_words(one.before, language),
            "after_words": light_words(one.after, language),
            "before_shape": SHAPES.get(one.before, ""), "after_shape": SHAPES.get(one.after, ""),
            "day": format_date(one.on, language),
            "reasons": [_reason(each, language) for each in reasons_told(one.reasons, on=one.on)],
        }
        for one in found.shifts[:most]
    ]  # fmt: skip
    return {
        "rows": rows, "n_entries": found.n_entries, "n_milestones": found.n_milestones,
        "spent": money_text(found.spent, currency, language),
    }  # fmt: skip


def _reason(kept: Mapping[str, Any], language: str) -> str:
    return say(f"plan.reason.{kept['code']}", language, **thaw(kept["params"]))
