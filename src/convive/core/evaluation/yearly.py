"""The yearly report of a whole plan: what was delivered, what it did, what it cost, what next.

A suggestion comes from a rule that is told with it; what happens is decided by people.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from convive.core.evaluation.process import Process, process_of
from convive.core.evaluation.worth import Worth
from convive.core.model import DisclosureRule, Verdict
from convive.core.strategy.change import TargetReading, read_targets
from convive.core.strategy.light_rules import Standing
from convive.core.strategy.lights import standings_of
from convive.core.strategy.model import Action, Objective, Plan
from convive.core.strategy.vocabulary import ActionState, Pillar, Progress


class Suggestion(StrEnum):
    """What the rules suggest for an action; in words ``evaluation.suggestion.<code>``."""

    STOP = "stop"
    CHANGE = "change"
    CONTINUE = "continue"
    WAIT = "wait"
    """It is too early to say; when it will be told is in the plan of the evaluation."""
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known about the effect of an action."""

    verdict: Verdict | None
    """None where no study was ever answered."""
    answered_on: date | None = None
    due_on: date | None = None
    """When a frozen study is to be answered."""
    harms: tuple[str, ...] = ()
    worth: Worth | None = None


@dataclass(frozen=True, slots=True)
class ActionYear:
    """A year of an action."""

    action: Action
    standing: Standing
    process: Process
    known: Known
    planned: Decimal
    """Money of the year."""
    spent: Decimal
    suggestion: Suggestion
    why: str
    """Code ``evaluation.suggestion_why.<code>``."""
    n_spendings: int = 0
    """How often spending was noted; none is not the same as no money spent."""


@dataclass(frozen=True, slots=True)
class ObjectiveYear:
    """An objective with what its targets say and what was done about it."""

    objective: Objective
    targets: tuple[TargetReading, ...]
    actions: tuple[ActionYear, ...]


@dataclass(frozen=True, slots=True)
class YearlyReport:
    """The plan's year."""

    year: int
    until: date
    """Last day that it knows of."""
    objectives: tuple[ObjectiveYear, ...]
    planned: Decimal
    spent: Decimal
    spent_by_pillar: Mapping[Pillar, Decimal] = field(default_factory=dict)

    @property
    def actions(self) -> tuple[ActionYear, ...]:
        """All actions, in the order of the plan."""
        return tuple(one for objective in self.objectives for one in objective.actions)

    def n_spendings(self, pillar: Pillar | None = None) -> int:
        """Return how often spending was noted, in all or for the actions of one pillar."""
        rows = (one for one in self.actions if pillar is None or one.action.pillar is pillar)
        return sum(one.n_spendings for one in rows)

    def suggested(self, suggestion: Suggestion) -> tuple[ActionYear, ...]:
        """Return the actions with a suggestion."""
        return tuple(one for one in self.actions if one.suggestion is suggestion)


def yearly_report(
    plan: Plan, year: int, *, today: date, rule: DisclosureRule, known: Mapping[str, Known]
) -> YearlyReport:
    """Return the report of a year of a plan.

    Parameters
    ----------
    plan : Plan
        With diary, spending and the present values of its targets.
    year : int
    today : date
        For a year that is not over, the report ends here.
    rule : DisclosureRule
        By which people reached are told.
    known : mapping of action reference to Known
        What the evaluations say; an action that is missing has none.

    Notes
    -----
    The targets of all objectives are read together, so that the more of them there are, the
    less one of them moves by chance.
    """
    until = min(today, date(year, 12, 31))
    standings = standings_of(plan, today=until)
    readings = _readings(plan)
    objectives = tuple(
        ObjectiveYear(
            objective,
            readings[objective.ref],
            tuple(
                _action_year(action, year, until, rule, standings[action.ref], known)
                for action in objective.actions
            ),
        )
        for _, objective in plan.objectives()
    )
    rows = [one for objective in objectives for one in objective.actions]
    by_pillar = {p: _sum(one.spent for one in rows if one.action.pillar is p) for p in Pillar}
    return YearlyReport(
        year, until, objectives, _sum(one.planned for one in rows),
        _sum(one.spent for one in rows), by_pillar,
    )  # fmt: skip


def suggest(
    action: Action, standing: Standing, process: Process, known: Known
) -> tuple[Suggestion, str]:
    """Return what to do with an action, and by which rule.

    Notes
    -----
    In this order: what has ended has ended; harm stops it; no effect stops it where it was
    delivered and changes it where it was not; an effect continues it; without an answer it waits
    where a study is on its way, and is changed where it is off track or nobody will ever know.
    """
    if action.state in {ActionState.DONE, ActionState.STOPPED}:
        return Suggestion.ENDED, str(action.state)
    if known.harms and known.verdict is not Verdict.HARMFUL:
        return Suggestion.CHANGE, "side_harm"
    if known.verdict is Verdict.DID_NOT_WORK and not process.was_delivered:
        return Suggestion.CHANGE, "not_delivered"
    if known.verdict in _AFTER:
        return _AFTER[known.verdict]
    return _without_answer(action, standing, known)


_AFTER: Mapping[Verdict | None, tuple[Suggestion, str]] = {
    Verdict.HARMFUL: (Suggestion.STOP, "harmful"),
    Verdict.DID_NOT_WORK: (Suggestion.STOP, "no_effect"),
    Verdict.WORKED: (Suggestion.CONTINUE, "worked"),
}


def _without_answer(action: Action, standing: Standing, known: Known) -> tuple[Suggestion, str]:
    if standing.progress is Progress.OFF_TRACK:
        return Suggestion.CHANGE, "off_track"
    if action.state is not ActionState.RUNNING:
        return Suggestion.WAIT, "not_begun"
    if known.due_on is not None and known.verdict is None:
        return Suggestion.WAIT, "study_runs"
    if known.verdict is Verdict.CANNOT_TELL:
        return Suggestion.WAIT, "cannot_tell"
    return Suggestion.CHANGE, "no_study"


def _action_year(
    action: Action,
    year: int,
    until: date,
    rule: DisclosureRule,
    standing: Standing,
    all_known: Mapping[str, Known],
) -> ActionYear:
    known = all_known.get(action.ref, Known(None))
    noted = [one for one in action.spending if one.on.year == year and one.on <= until]
    process = process_of(action, today=until, rule=rule)
    suggestion, why = suggest(action, standing, process, known)
    return ActionYear(
        action, standing, process, known,
        planned=_sum(line.amount for line in action.budget if line.year == year),
        spent=_sum(one.amount for one in noted),
        suggestion=suggestion, why=why, n_spendings=len(noted),
    )  # fmt: skip


def _readings(plan: Plan) -> Mapping[str, tuple[TargetReading, ...]]:
    objectives = [objective for _, objective in plan.objectives()]
    read = iter(read_targets([one for objective in objectives for one in objective.targets]))
    return {one.ref: tuple(next(read) for _ in one.targets) for one in objectives}


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
