"""What the published plan says to those who live in an area: what is done, what answers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.urls import reverse

from convive.catalogue.texts import format_date, say
from convive.web.observatory.added_parts import AreaAsked
from convive.web.observatory.presenters.findings import present_finding
from convive.web.workspace.presenters.public_page import Addresses, public_addresses
from convive.web.workspace.published_plan import Snapshot, published
from convive.web.workspace.selectors.still_told import is_told

MOST_ACTIONS, MOST_SAID = 6, 4
_TOLD_BY_PEOPLE = frozenset({"experienced", "felt", "observed"})
"""Faces that rest on what people answered or saw; records are nobody's word."""


def area_answers(asked: AreaAsked) -> dict[str, Any] | None:
    """Return what the published plan holds for an area; None where no plan is published."""
    plan = published()
    if plan is None:
        return None
    to = public_addresses(asked.language)
    here = [one for _, one in _actions(plan) if _is_here(one, asked)]
    unplaced = sum(not _areas(one) and not one["places"] for _, one in _actions(plan))
    return {
        "own": plan["language"] if plan["language"] != asked.language else "",
        "actions": [_action(one, to, asked.language) for one in here[:MOST_ACTIONS]],
        "n_more": max(len(here) - MOST_ACTIONS, 0),
        "n_unplaced": unplaced,
        "said": _said(plan, asked, to)[:MOST_SAID],
        "to_plan": to.whole,
        "published_on": _day(plan["published_on"], asked.language),
    }


def _actions(plan: Snapshot) -> Iterator[tuple[Snapshot, Snapshot]]:
    for challenge in plan["challenges"]:
        for objective in challenge["objectives"]:
            for action in objective["actions"]:
                yield challenge, action


def _areas(action: Snapshot) -> set[tuple[str, str]]:
    """Return level and code of where an action is at work; a plan of before told names alone."""
    return {(level, area_id) for level, area_id in action.get("areas", ())}


def _is_here(action: Snapshot, asked: AreaAsked) -> bool:
    return not asked.around.isdisjoint(_areas(action))


def _said(plan: Snapshot, asked: AreaAsked, to: Addresses) -> list[dict[str, Any]]:
    """Return what people said about this area, each with what the plan does about it.

    What was found of late comes first, in the order of the findings; then what the plan keeps
    from an older audit and nobody has withdrawn. What the plan does not take up stands here too.
    """
    kept = {
        one["finding_id"]: (one, challenge)
        for challenge in plan["challenges"]
        for one in challenge["findings"]
        if (one["row"]["level"], one["row"]["area_id"]) == (asked.level, asked.area_id)
    }
    told = []
    for row in asked.findings:
        _, challenge = kept.pop(row["finding_id"], (None, None))
        told.append((row, challenge))
    left = (pair for pair in kept.values() if is_told(pair[0]))
    told += [(_blank(one["finding_id"]) | one["row"], challenge) for one, challenge in left]
    now = {row["finding_id"] for row in asked.findings}
    return [
        {
            "sentence": present_finding(row, asked.language)["sentence"],
            "address": reverse("finding", args=(asked.language, row["finding_id"]))
            if row["finding_id"] in now else "",
            "answer": _answer(plan, challenge, to, asked.language) if challenge else None,
        }
        for row, challenge in told
        if not _TOLD_BY_PEOPLE.isdisjoint(row["faces"] or ())
    ]  # fmt: skip


def _blank(finding_id: str) -> dict[str, Any]:
    """Return what a kept finding does not keep of the row it was."""
    return {"finding_id": finding_id, "rank": 0, "evidence": [], "q": None, "caveats": []}


def _answer(plan: Snapshot, challenge: Snapshot, to: Addresses, language: str) -> dict[str, Any]:
    actions = [one for parent, one in _actions(plan) if parent is challenge]
    refs = {f"challenge:{challenge['code']}"}
    refs |= {f"objective:{one['code']}" for one in challenge["objectives"]}
    refs |= {f"action:{one['code']}" for one in actions}
    return {
        "title": challenge["title"], "address": to.challenge(challenge["code"]),
        "actions": [_action(one, to, language) for one in actions[:MOST_ACTIONS]],
        "decisions": [
            {"text": one["text"], "on": _day(one["on"], language)}
            for one in plan["decisions"]
            if not refs.isdisjoint(one["about"])
        ],
    }  # fmt: skip


def _action(one: Snapshot, to: Addresses, language: str) -> dict[str, Any]:
    return {
        "code": one["code"], "title": one["title"], "address": to.action(one["code"]), "lead": one["lead"],
        "state": say(f"plan.state.{one['state']}", language), "progress": one["progress"],
        "light": say(f"plan.progress.{one['progress']}", language) if one["progress"] else "",
        "places": ", ".join(one["places"]),
    }  # fmt: skip


def _day(iso: str, language: str) -> str:
    return format_date(date.fromisoformat(iso), language)
