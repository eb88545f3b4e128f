"""Everything that the system holds about an evaluated action: delivery, logic, worth, checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from convive.catalogue.cost_tables import cost_tables
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.costs import worth_of
from convive.core.evaluation.grade_lines import Held, Line, grade_lines
from convive.core.evaluation.logic_check import Step, check_logic
from convive.core.evaluation.process import Process, Views, process_of
from convive.core.evaluation.worth import UnitCost, Worth
from convive.core.strategy import model as plain
from convive.core.strategy.vocabulary import Topic
from convive.web.evaluation.models import ConfirmedLine, Evaluation, ProcessNote
from convive.web.evaluation.selectors.evaluations import frozen_of, rows_of
from convive.web.staff.city import disclosure_now
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, Objective
from convive.web.workspace.published_plan import published
from convive.web.workspace.selectors.findings import plain_finding
from convive.web.workspace.selectors.plan import plain_action, plain_target


@dataclass(frozen=True)
class Told:
    """An evaluated action with what follows from its diary, its money and its answer."""

    action: plain.Action
    process: Process
    steps: tuple[Step, ...]
    worth: Worth | None
    lines: tuple[Line, ...]


def told_of(evaluation: Evaluation, answer: Answer | None) -> Told:
    """Return what is held about an evaluation's action."""
    row: Action = evaluation.action
    action, day = plain_action(row), today()
    process = process_of(action, today=day, rule=disclosure_now(), views=views_of(evaluation))
    has_findings = row.objective.challenge.findings.exists()
    steps = check_logic(
        action, process, verdict=answer.verdict if answer else None, has_findings=has_findings
    )
    worth = worth_now(evaluation, process.spent, row.strategy.currency, answer)
    held = Held(
        challenge=_challenge(row.objective, has_findings=has_findings),
        objective=_objective(row.objective),
        action=action, process=process, steps=steps, study=frozen_of(rows_of(evaluation)),
        answer=answer, worth=worth, has_views=bool(views_of(evaluation)),
        is_public=_is_public(row),
    )  # fmt: skip
    return Told(action, process, steps, worth, grade_lines(held))


def views_of(evaluation: Evaluation) -> tuple[Views, ...]:
    """Return what those concerned said, as counts."""
    rows = evaluation.notes.filter(kind__in=ProcessNote.VIEWS, n__isnull=False)
    return tuple(
        Views(one.kind, one.on, one.n or 0, one.n_good or 0, one.n_harm or 0) for one in rows
    )


def confirmed_of(evaluation: Evaluation) -> Mapping[tuple[str, str], ConfirmedLine]:
    """Return (check, item) → the line as it was confirmed last."""
    rows = evaluation.lines.select_related("by").order_by("pk")
    return {(one.check_id, one.item): one for one in rows}


def worth_now(
    evaluation: Evaluation, spent: Decimal, currency: str, answer: Answer | None
) -> Worth | None:
    """Return what avoided incidents cost; None without an answer about incidents.

    The verdict of the whole answer decides: a figure whose plan was changed with the data at hand
    has no price, however clear it looks by itself.
    """
    if answer is None or answer.primary is None:
        return None
    main = replace(answer.primary.main, verdict=answer.verdict)
    return worth_of(spent, currency, main, unit_of(evaluation, currency))


def unit_of(evaluation: Evaluation, currency: str) -> UnitCost | None:
    """Return what one incident costs by what somebody chose; None where nobody did."""
    said = evaluation.unit
    if "amount" in said:
        return UnitCost("", Decimal(said["amount"]), currency, said["year"], said["source"])
    lines = {(one.table, one.item): one for one in known_units()}
    return lines.get((said.get("table", ""), said.get("item", "")))


def known_units() -> list[UnitCost]:
    """Return every line of the cost tables, the newest prices first."""
    return [line for table in cost_tables() for line in table.lines]


def _challenge(objective: Objective, *, has_findings: bool) -> plain.Challenge:
    one = objective.challenge
    found = [plain_finding(kept) for kept in one.findings.all()] if has_findings else []
    return plain.Challenge(one.code, one.title, Topic(one.topic), one.about, tuple(found), ())


def _objective(one: Objective) -> plain.Objective:
    targets = tuple(plain_target(target) for target in one.targets.all())
    return plain.Objective(one.code, one.title, one.about, targets, ())


def _is_public(action: Action) -> bool:
    """Tell whether residents can read of the action."""
    there = published()
    if there is None or there["code"] != action.strategy.code:
        return False
    return any(
        one["code"] == action.code
        for challenge in there["challenges"]
        for objective in challenge["objectives"]
        for one in objective["actions"]
    )
