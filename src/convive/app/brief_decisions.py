"""What a council has to decide, by rule: nobody's opinion of what matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from convive.app.findings import PublishedFinding
from convive.core.model import Certainty
from convive.core.strategy.lights import Standing
from convive.core.strategy.model import Plan
from convive.core.strategy.vocabulary import ActionState, Progress

if TYPE_CHECKING:
    from convive.app.council_brief import BriefPlan


@dataclass(frozen=True, slots=True)
class Decision:
    """A question to the council; in words ``brief.decide.<code>``."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    finding: PublishedFinding | None = None
    standing: Standing | None = None


def decisions_of(
    findings: Sequence[PublishedFinding], told: BriefPlan | None, on: date | None
) -> list[Decision]:
    """Return the questions, those to be asked first at the front.

    1. each clear rise in the city as a whole that no challenge of the plan comes from;
    2. each action that is off track, in the order of the plan;
    3. each promise that is overdue on the day, the oldest first; none without a day;
    4. how many actions run, or are to run, without a line in the budget.

    Do not read it as everything that is to be decided: what no rule sees is not here.
    """
    found = list(_rises(findings, told.plan if told else None))
    if told is None:
        return found
    for _, _, action in told.plan.actions():
        standing = told.standings.get(action.ref)
        if standing and standing.progress is Progress.OFF_TRACK:
            found.append(Decision("off_track", {"action": action.title}, standing=standing))
    found += _overdue(told.plan, on)
    unpaid = [
        one
        for _, _, one in told.plan.actions()
        if not one.budget and one.state in (ActionState.RUNNING, ActionState.PLANNED)
    ]
    if unpaid:
        found.append(Decision("unpaid", {"n": len(unpaid)}))
    return found


def _rises(findings: Sequence[PublishedFinding], plan: Plan | None) -> Iterator[Decision]:
    challenges = plan.challenges if plan else ()
    taken = {finding.finding_id for one in challenges for finding in one.findings}
    # A finding of an earlier audit has another id: the indicator says that it is the same thing.
    about = {i for one in challenges for finding in one.findings for i in finding.indicator_ids}
    for one in findings:
        is_sure = one.certainty != Certainty.TENTATIVE and one.level == "city"
        is_new = one.id not in taken and not about & set(one.indicator_ids)
        if one.code == "trend_rise" and is_sure and is_new:
            yield Decision("rise" if plan else "rise_no_plan", finding=one)


def _overdue(plan: Plan, on: date | None) -> Iterator[Decision]:
    names = {one.code: one.name for one in plan.organisations}
    late = [one for _, one in plan.commitments() if on is not None and one.is_overdue(on)]
    for one in sorted(late, key=lambda one: (one.due, one.code)):
        who = names.get(one.owner, one.owner)
        yield Decision("overdue", {"text": one.text, "owner": who, "due": one.due})
