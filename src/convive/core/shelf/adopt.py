"""From an entry of the shelf to a drafted action of the strategy, its evaluation with it.

What the source tells is carried over in its own language, and the draft says which parts those
are; what it does not tell is set to something plain and named in `Draft.not_told`, so that nobody
takes it for knowledge. Nothing here decides: the draft is an idea that people change.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from convive.core.errors import RequestError
from convive.core.shelf.entry import Entry, OriginKind
from convive.core.shelf.fit import Fit, Need, Reason, Side
from convive.core.shelf.fit_checks import obstacles_of
from convive.core.shelf.fit_reasons import partners_asked
from convive.core.shelf.use import Use, use_of
from convive.core.strategy.model import (
    Action,
    Direction,
    Figure,
    LogicModel,
    Milestone,
    Risk,
    Spot,
    Target,
)
from convive.core.strategy.practice import Practice, PracticeDocument
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    Topic,
)

_REFUSALS = {
    Use.PERSONS: "SHELF_NOT_TO_DO_PERSONS",
    Use.NETWORK: "SHELF_NOT_TO_DO_NETWORK",
    Use.GUIDE: "SHELF_NOT_TO_DO_GUIDE",
    Use.PROJECT: "SHELF_NOT_TO_DO_PROJECT",
}
UNTOLD = "SHELF_NOT_TO_DO_UNTOLD"
REFUSALS = (*_REFUSALS.values(), UNTOLD)
"""Codes with which an entry is refused; their sentences say what to do instead."""

MILESTONES: Mapping[str, int] = {"agree": 30, "begin": 90, "midway": 180, "look": 365}
"""Proposed milestones, ``shelf.adopt.milestone.<code>``, in days from the start."""
_MIDDLE = 2
"""Of likelihood and impact from 1 to 3, where nobody has judged yet."""

_DOSES = {
    "walks": r"walks?", "meetings": r"meetings?|councils?", "workshops": r"workshops?",
    "courses": r"courses?|trainings?", "visits": r"visits?", "surveys": r"surveys?|are asked",
    "venues": r"venues|bars",
    "hours": r"mediators|guardians|street work|mobile teams|social workers|correspondents",
}  # fmt: skip
"""Unit of what is delivered, ``shelf.adopt.dose.<code>``, and how an English summary names it."""


class Say(Protocol):
    """Gives the sentence of a key in the reader's language."""

    def __call__(self, key: str, /, **params: object) -> str: ...  # noqa: D102


class SayReason(Protocol):
    """Gives the sentence of a reason in the reader's language."""

    def __call__(self, reason: Reason, /) -> str: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Wording:
    """How the draft speaks: core knows no sentences."""

    language: str
    say: Say
    reason: SayReason


@dataclass(frozen=True, slots=True)
class Aim:
    """What the action is to change, and where; from the finding that led to it."""

    indicator_id: str
    level: str
    area_id: str
    area: str
    direction: Direction
    baseline: Figure


@dataclass(frozen=True, slots=True)
class Start:
    """Under which code and from which day the action is drafted."""

    code: str
    on: date


@dataclass(frozen=True, slots=True)
class CarriedText:
    """A part of the draft that is the source's text, not ours."""

    part: str
    """Field of the action, such as ``logic.problem`` or ``risks``."""
    language: str


@dataclass(frozen=True, slots=True)
class EvaluationDraft:
    """How one will see what came of it, agreed before it begins."""

    indicators: tuple[str, ...]
    level: str
    area_id: str
    compare: str
    """With which areas or years to compare."""
    diary: tuple[str, ...]
    """What to count while it runs."""
    harm: tuple[str, ...]
    """What would show that it does harm."""
    look_on: tuple[date, ...]
    """When to look."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An action as it could stand in the strategy, with what people still have to decide."""

    action: Action
    sectors: tuple[Sector, ...]
    """Partners that it asks for; whoever has the organisations puts them in."""
    evaluation: EvaluationDraft
    carried: tuple[CarriedText, ...]
    not_told: tuple[str, ...]
    """Fields of the action that the source does not tell and that were set to something plain."""


def refusal_of(entry: Entry) -> str:
    """Return the code with which an entry cannot be adopted; empty where it can."""
    refused = _REFUSALS.get(use_of(entry), "")
    return refused or ("" if entry.practice.kinds else UNTOLD)


def adopt(fit: Fit, need: Need, aim: Aim | None, start: Start, wording: Wording) -> Draft:
    """Return the draft of an action from a candidate.

    Parameters
    ----------
    fit : Fit
        The entry with its checklist for this need and town, from `convive.core.shelf.fitting`.
    need : Need
        What it is to answer; a pillar that is missing is chosen where the entry has it.
    aim : Aim, optional
        Indicator, area and baseline of the finding; without it there is no target.
    start : Start
        Code and first day; milestones and targets are dated from it.
    wording : Wording
        Gives the sentences.

    Raises
    ------
    RequestError
        SHELF_NOT_TO_DO_PERSONS, SHELF_NOT_TO_DO_NETWORK, SHELF_NOT_TO_DO_GUIDE,
        SHELF_NOT_TO_DO_PROJECT or SHELF_NOT_TO_DO_UNTOLD, with `title`.
    """
    title = _in_language(fit.entry.practice.title, wording.language)
    if code := refusal_of(fit.entry):
        raise RequestError(code, title=title)
    return Draft(
        action=_action(fit, need, aim, start, wording),
        sectors=partners_asked(fit.entry.practice),
        evaluation=_evaluation(fit.entry.practice, aim, start, wording),
        carried=tuple(_carried(fit)),
        not_told=tuple(_not_told(fit.entry.practice)),
    )


def _action(fit: Fit, need: Need, aim: Aim | None, start: Start, wording: Wording) -> Action:
    practice, say = fit.entry.practice, wording.say
    kind = _kind(practice, need)
    dose = _dose(practice)
    return Action(
        code=start.code,
        title=_in_language(practice.title, wording.language),
        kind=kind,
        pillar=_pillar(practice, need, kind),
        level=_level(practice, need),
        state=ActionState.IDEA,
        about=_in_language(practice.summary, wording.language),
        groups=practice.groups,
        times=practice.times,
        spots=(Spot(aim.level, aim.area_id, aim.area),) if aim else (),
        gender_note=practice.cross_cutting.get("gender", ""),
        starts_on=start.on,
        ends_on=start.on + timedelta(days=MILESTONES["look"]),
        dose_unit=say(f"shelf.adopt.dose.{dose}") if dose else "",
        evidence_note=_evidence_note(fit.entry, wording),
        logic=_logic(fit, aim, wording),
        milestones=tuple(
            Milestone(say(f"shelf.adopt.milestone.{code}"), start.on + timedelta(days=days))
            for code, days in MILESTONES.items()
        ),
        targets=_targets(aim, start),
        risks=tuple(Risk(text, _MIDDLE, _MIDDLE) for text in obstacles_of(fit.entry)),
    )


def _logic(fit: Fit, aim: Aim | None, wording: Wording) -> LogicModel:
    practice, say = fit.entry.practice, wording.say
    partners = tuple(str(one) for one in partners_asked(practice))
    inputs = [practice.resources, practice.cost.text if practice.cost else ""]
    if partners:
        inputs.append(say("shelf.adopt.inputs", sectors=partners))
    outcomes = ""
    if aim:
        outcomes = say(
            "shelf.adopt.outcome",
            direction=aim.direction, indicator=aim.indicator_id, area=aim.area,
        )  # fmt: skip
    return LogicModel(
        problem=practice.problem,
        inputs="\n".join(text for text in inputs if text),
        activities=practice.activities or _in_language(practice.summary, wording.language),
        outputs=say("shelf.adopt.outputs"),
        outcomes=outcomes,
        assumptions="\n".join(wording.reason(one) for one in _open_points(fit)),
    )


def _open_points(fit: Fit) -> tuple[Reason, ...]:
    """Return what is assumed: the items of the checklist that are not known to hold."""
    return tuple(one for one in fit.checklist if one.side is not Side.FOR)


def _kind(practice: Practice, need: Need) -> ActionKind:
    """Return what it does; acting before learning, unless learning is what is needed."""
    return min(
        practice.kinds, key=lambda kind: (kind is ActionKind.KNOWLEDGE) != need.is_about_data
    )


def _pillar(practice: Practice, need: Need, kind: ActionKind) -> Pillar:
    missing = [one for one in practice.pillars if one in need.pillars_missing]
    plain = Pillar.SANCTION if kind is ActionKind.ENFORCEMENT else Pillar.PREVENTION
    return next(iter([*missing, *practice.pillars]), plain)


def _level(practice: Practice, need: Need) -> PreventionLevel:
    asked = [one for one in practice.levels if one in need.levels]
    return next(iter([*asked, *practice.levels]), PreventionLevel.PRIMARY)


def _dose(practice: Practice) -> str:
    """Return the unit in which what it delivers can be counted, as title and summary name it."""
    text = f"{practice.title.get('en', '')} {practice.summary.get('en', '')}".lower()
    found = {
        code: match.start()
        for code, words in _DOSES.items()
        if (match := re.search(rf"\b(?:{words})\b", text))
    }
    return min(found, key=lambda code: found[code], default="")


def _evidence_note(entry: Entry, wording: Wording) -> str:
    """Return where it comes from and how strong what is reported is, in one or two sentences."""
    practice = entry.practice
    documents = tuple(dict.fromkeys(_named(source.document) for source in practice.sources))
    where = wording.say(
        "shelf.adopt.source",
        title=_in_language(practice.title, wording.language),
        sources=documents or (entry.origin.name,),
    )
    strength = wording.say("shelf.adopt.strength", strength=practice.results.strength.value)
    return " ".join(text for text in (where, strength, practice.results.text) if text)


def _named(document: PracticeDocument) -> str:
    return f"{document.title} ({document.year})" if document.year else document.title


def _targets(aim: Aim | None, start: Start) -> tuple[Target, ...]:
    """Return the finding's indicator with its baseline; how far it should go, people agree."""
    if aim is None:
        return ()
    due = start.on + timedelta(days=MILESTONES["look"])
    target = Target(
        aim.indicator_id, aim.level, aim.area_id, aim.direction, aim.baseline, None, due
    )
    return (target,)


def _evaluation(
    practice: Practice, aim: Aim | None, start: Start, wording: Wording
) -> EvaluationDraft:
    say = wording.say
    is_city = aim is None or aim.level == "city"
    dose = _dose(practice)
    diary = [say("shelf.adopt.diary.dose", unit=say(f"shelf.adopt.dose.{dose}"))] if dose else []
    groups = tuple(str(g) for g in practice.groups) or (str(TargetGroup.EVERYBODY),)
    diary += [say("shelf.adopt.diary.reached", groups=groups), say("shelf.adopt.diary.obstacles")]
    return EvaluationDraft(
        indicators=(aim.indicator_id,) if aim else (),
        level=aim.level if aim else "",
        area_id=aim.area_id if aim else "",
        compare=say("shelf.adopt.compare.city" if is_city else "shelf.adopt.compare.area"),
        diary=tuple(diary),
        harm=(*(say(f"shelf.adopt.harm.{code}") for code in _harms(practice)), *_told(practice)),
        look_on=tuple(start.on + timedelta(days=MILESTONES[code]) for code in ("midway", "look")),
    )


def _harms(practice: Practice) -> Iterator[str]:
    """Yield what could get worse by it, from what it does and for whom."""
    yield "worse"
    if {ActionKind.SITUATIONAL, ActionKind.ENFORCEMENT} & set(practice.kinds):
        yield "moved"
    if set(practice.groups) - {TargetGroup.EVERYBODY, TargetGroup.PROFESSIONALS}:
        yield "labelled"
    if {Topic.FEELING_OF_INSECURITY, Topic.POLICING} & set(practice.topics):
        yield "fear"


def _told(practice: Practice) -> tuple[str, ...]:
    return (practice.risk,) if practice.risk else ()


def _carried(fit: Fit) -> Iterator[CarriedText]:
    """Yield the parts that are texts of the source, with their language."""
    practice, language = fit.entry.practice, _own_language(fit.entry)
    parts = {
        "gender_note": practice.cross_cutting.get("gender"),
        "evidence_note": practice.results.text,
        "logic.problem": practice.problem,
        "logic.inputs": practice.resources or practice.cost,
        "logic.activities": practice.activities,
        "logic.assumptions": any("text" in one.params for one in _open_points(fit)),
        "risks": practice.barriers or practice.risk,
        "evaluation.harm": practice.risk,
    }
    yield from (CarriedText(part, language) for part, text in parts.items() if text)
    told = {one.language for one in fit.entry.experiences if one.went_wrong or one.effect}
    yield from (CarriedText("risks", one) for one in sorted(told - {language}))


def _own_language(entry: Entry) -> str:
    """Return the language of the long texts: English in the catalogue, else that of its title."""
    if entry.origin.kind is OriginKind.CATALOGUE or "en" in entry.title:
        return "en"
    return next(iter(entry.title), "en")


def _not_told(practice: Practice) -> Iterator[str]:
    told = {
        "pillar": practice.pillars,
        "level": practice.levels,
        "groups": practice.groups,
        "times": practice.times,
        "logic.problem": practice.problem,
        "logic.activities": practice.activities,
        "logic.inputs": practice.resources,
        "budget": practice.cost,
    }
    yield from (part for part, content in told.items() if not content)
    # Proposed by us, whatever the source says.
    yield from ("ends_on", "dose_unit", "targets", "risks", "milestones")


def _in_language(text: Mapping[str, str], language: str) -> str:
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
