"""An action of a town's plan as a practice: what the plan does not say stays empty."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any

from convive.core.strategy.model import Action, Challenge, Plan
from convive.core.strategy.practice import (
    Focus,
    Practice,
    PracticeCategory,
    PracticeCost,
    PracticeKind,
    PracticeLinks,
    PracticePlace,
    PracticeResults,
    PracticeYears,
    ResultStrength,
)
from convive.core.strategy.vocabulary import ActionKind, Topic

LONGEST_SUMMARY = 400
"""Characters of the description that stand for a summary."""
_FOCUS: Mapping[Topic, Focus] = {
    Topic.JUVENILE_DELINQUENCY: Focus.JUVENILE_DELINQUENCY,
    Topic.RADICALISATION: Focus.RADICALISATION,
    Topic.TERRORISM: Focus.RADICALISATION,
    Topic.ORGANISED_CRIME: Focus.ORGANISED_CRIME,
    Topic.TRAFFICKING: Focus.ORGANISED_CRIME,
    Topic.PUBLIC_SPACE: Focus.PUBLIC_SPACE,
    Topic.NUISANCE: Focus.PUBLIC_SPACE,
    Topic.NIGHTLIFE: Focus.PUBLIC_SPACE,
}


def practice_id(plan: str, action: str) -> str:
    """Return the id of an action's practice, from the codes of plan and action.

    No code has a full stop in it, so that no two actions share an id.

    Examples
    --------
    >>> practice_id("harbour-2026", "lights")
    'harbour-2026.lights'
    """
    return f"{plan}.{action}"


def own_practice(
    plan: Plan, challenge: Challenge, action: Action, language: str, country: str
) -> Practice:
    """Return the practice of an action, version 1, without results.

    Parameters
    ----------
    plan, challenge, action
        The action and what it belongs to.
    language : str
        In which the plan is written: titles and texts exist in it alone.
    country : str
        ISO 3166 alpha-2.
    """
    organisations = {one.code: one for one in plan.organisations}
    taking_part = [organisations[c] for c in (action.lead, *action.partners) if c in organisations]
    lead = organisations[action.lead].name if action.lead in organisations else ""
    partners = (one.name for one in taking_part if one.name != lead)
    logic = action.logic
    is_knowledge = action.kind is ActionKind.KNOWLEDGE
    return _with_one_line_end(Practice(
        id=practice_id(plan.code, action.code), version=1, status="draft",
        kind=PracticeKind.PRACTICE,
        category=PracticeCategory.ASSESSMENT if is_knowledge else PracticeCategory.ACTIVITY,
        title={language: action.title}, summary={language: _summary(action)},
        places=(PracticePlace(plan.city, country),), years=_years(action),
        lead=lead, partners=tuple(dict.fromkeys(partners)),
        focus=(_FOCUS.get(challenge.topic, Focus.OTHER),), topics=(challenge.topic,),
        kinds=(action.kind,), pillars=(action.pillar,), levels=(action.level,),
        groups=action.groups, times=action.times,
        sectors=tuple(dict.fromkeys(one.sector for one in taking_part)),
        setting=(), approach=(), problem=logic.problem or challenge.title,
        mechanism="\n".join(filter(None, (logic.outcomes, logic.impact, logic.assumptions))),
        activities=logic.activities or action.about, resources=logic.inputs, cost=_cost(plan, action),
        results=PracticeResults("", ResultStrength.NONE_REPORTED), success_factors=(), barriers=(),
        transferability="", end_users="", cost_benefit="",
        risk="\n".join(one.text for one in action.risks), sustainability="",
        cross_cutting={"gender": action.gender_note} if action.gender_note else {}, grades={},
        contradictions=(), aliases=(), sources=(), links=PracticeLinks((), (), ""),
        person_risk=False,
    ))  # fmt: skip


def one_line_end(text: str) -> str:
    """Return a text whose lines end as they do in bundles, whatever browser they come from."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _with_one_line_end(practice: Practice) -> Practice:
    texts = {one.name: getattr(practice, one.name) for one in fields(practice)}
    same: dict[str, Any] = {
        name: one_line_end(text) for name, text in texts.items() if type(text) is str
    }
    themes = {code: one_line_end(text) for code, text in practice.cross_cutting.items()}
    return replace(practice, **same, cross_cutting=themes)


def _summary(action: Action) -> str:
    """Return the beginning of the description, cut at a word; the title where there is none."""
    text = " ".join(action.about.split()) or action.title
    if len(text) <= LONGEST_SUMMARY:
        return text
    return f"{text[:LONGEST_SUMMARY].rpartition(' ')[0] or text[:LONGEST_SUMMARY]} …"


def _years(action: Action) -> PracticeYears | None:
    since = action.starts_on.year if action.starts_on else None
    until = action.ends_on.year if action.ends_on else None
    return PracticeYears(since, until) if since or until else None


def _cost(plan: Plan, action: Action) -> PracticeCost | None:
    """Return the planned money of all years, and in which years it is spent."""
    if not action.budget:
        return None
    years = sorted({line.year for line in action.budget})
    span = "–".join(dict.fromkeys(str(year) for year in (years[:1] + years[-1:])))
    return PracticeCost(span, float(action.planned_money), plan.currency, "")
