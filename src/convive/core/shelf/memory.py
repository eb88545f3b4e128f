"""What a town did becomes an entry of its own: from its plan, failures too.

Told are the action, what was delivered of what was planned, what stood in the way and what its
targets say. Left out are ideas, what has not begun, the diary's notes and who promised what. Small
numbers of people stay inside (`convive.core.strategy.reached`). That a target moved is no proof
that the action moved it: without an evaluation the verdict is "not evaluated".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from convive.core.model import DisclosureRule
from convive.core.shelf.entry import (
    Entry,
    Experience,
    ExperienceVerdict,
    Origin,
    OriginKind,
)
from convive.core.shelf.grading import Grading
from convive.core.shelf.own_practice import own_practice
from convive.core.strategy.change import TargetVerdict
from convive.core.strategy.counted_units import UnitWords, told_amount
from convive.core.strategy.light_rules import Reason
from convive.core.strategy.lights import of_targets
from convive.core.strategy.model import Action, Plan
from convive.core.strategy.practice import ResultStrength
from convive.core.strategy.reached import ToldCount, told_reached
from convive.core.strategy.vocabulary import ActionState, Obstacle

TOLD_STATES = frozenset({ActionState.RUNNING, ActionState.DONE, ActionState.STOPPED})
"""What has begun; ideas and what is only planned is no experience."""
Told = Mapping[tuple[str, str], Collection[int]]
"""Code of an action and group → numbers of people reached that were told."""
_CENT = Decimal("0.01")
_CANNOT_TELL = f"target_{TargetVerdict.CANNOT_TELL}"


@dataclass(frozen=True, slots=True)
class Town:
    """Who remembers: the town behind the entries."""

    publisher: str
    """Fingerprint of its key."""
    name: str
    country: str
    """ISO 3166 alpha-2."""
    language: str
    """In which its plan is written."""
    rule: DisclosureRule
    contact: str = ""
    """Mailbox of an office; may be empty."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """How much was done, of what was planned, and for whom."""

    unit: str
    amount: float | None
    """None where the diary counts nothing."""
    planned: float | None
    n_entries: int
    """Entries of the diary."""
    reached: tuple[ToldCount, ...]
    below: int | None = None
    """The number below which the amount is, where the unit counts people and it is small."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """What an evaluation of an action found, as its evaluators say it."""

    verdict: ExperienceVerdict
    effect: str = ""
    """With interval and period, in the town's words."""
    strength: ResultStrength = ResultStrength.MONITORING
    would_change: str = ""
    gradings: tuple[Grading, ...] = ()


@dataclass(frozen=True, slots=True)
class MemoryWords:
    """Says what was counted, in the language of the town."""

    delivered: Callable[[Delivered], str]
    obstacles: Callable[[Mapping[Obstacle, int]], str]
    """Obstacle → entries of the diary that name it, the most frequent first."""
    targets: Callable[[tuple[Reason, ...]], str]
    units: UnitWords = field(default_factory=UnitWords)
    """By which one sees whether the unit of an action counts people."""


def own_entries(
    plan: Plan,
    town: Town,
    words: MemoryWords,
    *,
    today: date,
    evaluated: Mapping[str, Evaluated] | None = None,
    told: Told | None = None,
) -> tuple[Entry, ...]:
    """Return an entry for every action of a plan that has begun, in the order of the plan.

    Parameters
    ----------
    plan : Plan
    town : Town
    words : MemoryWords
    today : date
        Day on which the entries are made.
    evaluated : mapping of reference to Evaluated, optional
        What is known from evaluations, by `Action.ref`.
    told : mapping, optional
        Numbers of people that were told before, in any version of an entry or elsewhere.

    Notes
    -----
    Version 1 each; `versioned` compares with what was published before.
    """
    known = evaluated or {}
    entries = []
    for challenge, _, action in plan.actions():
        if action.state not in TOLD_STATES:
            continue
        found = known.get(action.ref, _unevaluated(action))
        read = tuple(
            reason for reason in of_targets(action.targets, today) if reason.code != _CANNOT_TELL
        )
        practice = own_practice(plan, challenge, action, town.language, town.country)
        if read or found.effect:
            text = "\n".join(filter(None, (found.effect, words.targets(read) if read else "")))
            strength = found.strength if found.effect else ResultStrength.BEFORE_AFTER
            practice = replace(
                practice, results=replace(practice.results, text=text, strength=strength)
            )
        origin = Origin(OriginKind.OWN, town.publisher, town.name, today)
        given = delivered(action, town.rule, words.units, told)
        experience = _experience(plan, action, found, town, words)
        if given.n_entries:
            experience = replace(experience, delivered=words.delivered(given))
        entries.append(Entry(practice, origin, found.gradings, (experience,)))
    return tuple(entries)


def delivered(
    action: Action, rule: DisclosureRule, units: UnitWords, told: Told | None = None
) -> Delivered:
    """Return what the diary of an action says was delivered; small numbers of people stay inside.

    `told` is what was told before: between two versions small numbers stay inside, too.
    """
    before = {group: ns for (code, group), ns in (told or {}).items() if code == action.code}
    is_people = units.counts_people(action.dose_unit)
    amount = told_amount(action.diary, rule, is_people=is_people)
    return Delivered(
        unit=action.dose_unit,
        amount=amount.amount,
        below=amount.below,
        planned=action.dose_planned,
        n_entries=len(action.diary),
        reached=told_reached(action.diary, rule, before),
    )


def versioned(entry: Entry, before: Entry | None) -> Entry:
    """Return an entry with its version: that of before where nothing has changed, else a later one.

    The day of the last change is kept with the version; who signs is no content.

    Parameters
    ----------
    entry : Entry
        As it would be published now.
    before : Entry, optional
        The same entry as it was published last.
    """
    if before is None:
        return entry
    version = before.practice.version
    same = replace(
        entry,
        practice=replace(entry.practice, version=version),
        origin=replace(entry.origin, changed_on=before.origin.changed_on),
    )
    if same == replace(before, origin=same.origin):
        return same
    after = max(version + 1, entry.practice.version)
    return replace(entry, practice=replace(entry.practice, version=after))


def _unevaluated(action: Action) -> Evaluated:
    is_stopped = action.state is ActionState.STOPPED
    return Evaluated(ExperienceVerdict.STOPPED if is_stopped else ExperienceVerdict.NOT_EVALUATED)


def _experience(
    plan: Plan, action: Action, found: Evaluated, town: Town, words: MemoryWords
) -> Experience:
    is_over = action.state is not ActionState.RUNNING
    days = [entry.on for entry in action.diary]
    starts = action.starts_on or min(days, default=None)
    ends = action.ends_on or max(days, default=None)
    from_year = starts.year if starts else plan.from_year
    until_year = ends.year if ends else plan.until_year
    counts = Counter(entry.obstacle for entry in action.diary if entry.obstacle)
    often = {one: counts[one] for one in sorted(counts, key=lambda one: (-counts[one], one))}
    spent = action.spent_money.quantize(_CENT) if action.spending else None
    return Experience(
        city=town.name,
        from_year=from_year,
        until_year=max(from_year, until_year) if is_over else None,
        verdict=found.verdict,
        effect=found.effect,
        spent=spent,
        currency=plan.currency if spent is not None else "",
        went_wrong=words.obstacles(often) if often else "",
        would_change=found.would_change,
        language=town.language,
        contact=town.contact,
    )
