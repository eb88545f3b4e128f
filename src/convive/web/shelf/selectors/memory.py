"""What this town tells of its actions: from the plan, and from what somebody wrote beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from convive.app.shelf.memory_words import memory_words
from convive.catalogue.unit_words import unit_words
from convive.core.errors import ConflictError, ConviveError
from convive.core.shelf.entry import Entry, ExperienceVerdict
from convive.core.shelf.memory import TOLD_STATES, Evaluated, Town, delivered, own_entries
from convive.core.shelf.own_practice import practice_id
from convive.core.shelf.verdicts import open_verdicts
from convive.core.strategy.practice import ResultStrength
from convive.core.strategy.vocabulary import ActionState
from convive.web.observatory.current import current_site
from convive.web.shelf.models import OwnEntry, Publishing
from convive.web.shelf.selectors.on_shelf import OWN
from convive.web.staff.city import disclosure_now, languages_now
from convive.web.staff.page import site_name
from convive.web.workspace.models import Action
from convive.web.workspace.selectors.plan import plain_action, plan_of
from convive.web.workspace.selectors.told_counts import counts_told

OF_PRACTICE = (
    "problem",
    "mechanism",
    "activities",
    "resources",
    "transferability",
    "sustainability",
)
OF_EXPERIENCE = ("went_wrong", "would_change")
OF_LISTS = ("success_factors", "barriers")
"""A line each."""


def town_now() -> Town:
    """Return this town as the publisher of its entries on its own shelf."""
    publishing = Publishing.objects.first()
    contact = publishing.contact if publishing else ""
    language = next(iter(languages_now()), "en")
    return Town(OWN, site_name() or "–", _country(), language, disclosure_now(), contact)


def drafted(action: Action, said: Mapping[str, Any], *, today: date) -> Entry:
    """Return the entry of an action with what somebody wrote, version 1.

    Raises
    ------
    ConflictError
        SHELF_NOT_BEGUN; SHELF_VERDICT_CLOSED for a verdict that its targets do not bear.
    """
    plan, town = plan_of(action.strategy), town_now()
    ref = next(one.ref for _, _, one in plan.actions() if one.code == action.code)
    evaluated = _evaluated(action, said, today)
    entries = own_entries(
        plan, town, memory_words(town.language), today=today,
        evaluated={ref: evaluated} if evaluated else {}, told=counts_told(),
    )  # fmt: skip
    name = practice_id(plan.code, action.code)
    found = next((one for one in entries if one.practice.id == name), None)
    if found is None:
        raise ConflictError("SHELF_NOT_BEGUN", action=action.title)
    return _with(found, said, town.language)


def counts_of(action: Action) -> dict[str, int]:
    """Return group → people reached, as `drafted` tells them now; what is too small is left out."""
    given = delivered(plain_action(action), disclosure_now(), unit_words(), counts_told())
    return {one.group: one.n for one in given.reached if one.n is not None}


def differs_by_few(action: str, counts: Mapping[str, int]) -> bool:
    """Tell whether a number of a draft would give away a few people beside what was told since."""
    told, floor = counts_told(), disclosure_now().min_count
    return any(
        0 < abs(n - other) < floor
        for group, n in counts.items()
        for other in told.get((action, group), ())
    )


def verdicts_for(action: Action, today: date) -> tuple[ExperienceVerdict, ...]:
    """Return the verdicts that the plan leaves open for an action."""
    return open_verdicts(plain_action(action), today)


def with_status(entry: Entry, status: str, today: date) -> Entry:
    """Return an entry as somebody has checked it, on a day."""
    return replace(
        entry,
        practice=replace(entry.practice, status=status),
        origin=replace(entry.origin, changed_on=today),
    )


def tellable_actions() -> QuerySet[Action]:
    """Return the actions that have begun and of which nothing is told yet."""
    states = [one.value for one in TOLD_STATES]
    found = Action.objects.filter(state__in=states, experience__isnull=True)
    return found.select_related("strategy").order_by("strategy__code", "title")


def entry_of_action(action: Action) -> OwnEntry | None:
    """Return what is told of an action, None where nothing is."""
    return OwnEntry.objects.filter(action=action).first()


def may_be_told(action: Action) -> bool:
    """Tell whether an action has begun, so that there is something to tell."""
    return ActionState(action.state) in TOLD_STATES


def _evaluated(action: Action, said: Mapping[str, Any], today: date) -> Evaluated | None:
    if not said.get("verdict"):
        return None
    verdict = ExperienceVerdict(said["verdict"])
    if verdict not in verdicts_for(action, today):
        raise ConflictError("SHELF_VERDICT_CLOSED")
    strength = ResultStrength(said.get("strength") or ResultStrength.MONITORING)
    return Evaluated(verdict, said.get("effect", ""), strength, said.get("would_change", ""))


def _with(entry: Entry, said: Mapping[str, Any], language: str) -> Entry:
    practice: dict[str, Any] = {name: said[name] for name in OF_PRACTICE if name in said}
    practice |= {
        name: tuple(line.strip() for line in said[name].splitlines() if line.strip())
        for name in OF_LISTS if name in said
    }  # fmt: skip
    if said.get("summary"):
        practice["summary"] = {language: said["summary"]}
    told = {name: said[name] for name in OF_EXPERIENCE if name in said}
    return replace(
        entry,
        practice=replace(entry.practice, **practice),
        experiences=tuple(replace(one, **told) for one in entry.experiences),
    )


def _country() -> str:
    try:
        return current_site().build.city.country
    except ConviveError:
        return "EU"
