"""What a plan file adds to tables that only grow: diary and spending; and what meetings brought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from convive.core.strategy import model as plain
from convive.core.strategy.taking_over import LOOSE, Change, Outcome, held_refs
from convive.web.workspace import models
from convive.web.workspace.actions.coverage import answer_point, decline_point
from convive.web.workspace.actions.diary_sums import count_entries
from convive.web.workspace.actions.import_fields import Rows, commitment_fields, decision_fields
from convive.web.workspace.actions.meeting_locks import lock_open
from convive.web.workspace.actions.revise import create, revise
from convive.web.workspace.clock import local

Todo = dict[str, Change]
"""Reference → what becomes of the part; only what is new or changed."""
_TWO_HOURS = timedelta(hours=2)


def add_rows(
    action: models.Action, fresh: Mapping[str, Collection[Any]], rows: Rows, by: Any
) -> None:
    """Add spending and diary entries that are not there yet, each under a key of its own."""
    keys = _Keys(action)
    models.Spending.objects.bulk_create(
        models.Spending(action=action, on=s.on, amount=s.amount, note=s.note, key=keys.of(s))
        for s in fresh["spending"]
    )
    models.DiaryEntry.objects.bulk_create(
        models.DiaryEntry(
            action=action, organisation=rows.organisations[d.by], on=d.on,
            delivery=d.delivery.value, amount=d.amount, reached=dict(d.reached),
            obstacle=d.obstacle.value if d.obstacle else "", note=d.note, key=keys.of(d),
            written_by=by,
        )
        for d in fresh["diary"]
    )  # fmt: skip
    count_entries([action.pk])


class _Keys:
    """Keys made from what a row says: taken over twice at the same moment, it is kept once."""

    def __init__(self, action: models.Action) -> None:
        self._stem = f"convive:import:{action.strategy_id}:{action.code}"
        self._seen: Counter[str] = Counter()
        self._there = {
            kind: model.objects.filter(action=action).count()
            for kind, model in (("Spending", models.Spending), ("DiaryEntry", models.DiaryEntry))
        }

    def of(self, row: Any) -> str:
        text = repr(row)
        self._seen[text] += 1
        count = self._there[type(row).__name__]
        return str(uuid5(NAMESPACE_URL, f"{self._stem}:{count}:{self._seen[text]}:{text}"))


def write_meetings(
    strategy: models.Strategy, plan: plain.Plan, todo: Todo, rows: Rows, *, today: date, by: Any
) -> None:  # fmt: skip
    """Write meetings with their decisions, then the commitments, which may point at any of them.

    A meeting whose day, by the town's clock, has passed was held; any other one is planned.
    """
    known = models.Meeting.objects.filter(strategy=strategy)
    rows.meetings |= {one.code: one for one in known}
    decisions = models.Decision.objects.filter(meeting__strategy=strategy)
    rows.decisions |= {one.code: one for one in decisions}
    for meeting in plan.meetings:
        if f"meeting:{meeting.code}" in todo:
            made = models.Meeting(
                code=meeting.code, body=rows.bodies[meeting.body], strategy=strategy
            )
            rows.meetings[meeting.code] = create(made, _meeting_fields(meeting, today), by=by)
        for decision in meeting.decisions:
            _decision(meeting, decision, todo, rows, by)
    for meeting in plan.meetings:
        for one in meeting.commitments:
            _commitment(meeting, one, todo, rows, by)


def _meeting_fields(one: plain.Meeting, today: date) -> dict[str, Any]:
    states = models.Meeting.State
    return {
        "title": one.title, "starts_at": one.starts_at, "ends_at": one.starts_at + _TWO_HOURS,
        "state": states.HELD if local(one.starts_at).date() < today else states.PLANNED,
    }  # fmt: skip


def _decision(meeting: plain.Meeting, one: plain.Decision, todo: Todo, rows: Rows, by: Any) -> None:
    change = todo.get(f"decision:{one.code}")
    if change is None or meeting.code not in rows.meetings:
        return
    fields = decision_fields(one, rows)
    # What stands in final minutes is not written anew by a file; the whole import is refused.
    lock_open(rows.meetings[meeting.code])
    if change.outcome is Outcome.NEW:
        on = local(meeting.starts_at).date()
        thing = models.Decision(code=one.code, meeting=rows.meetings[meeting.code], decided_on=on)
        rows.decisions[one.code] = create(thing, fields, by=by)
    else:
        thing = rows.decisions[one.code]
        revise(thing, fields, version=thing.version, by=by)


def _commitment(
    meeting: plain.Meeting, one: plain.Commitment, todo: Todo, rows: Rows, by: Any
) -> None:
    change = todo.get(f"commitment:{one.code}")
    above = rows.meetings.get(meeting.code)
    if change is None or (above is None and meeting.code != LOOSE):
        return
    fields = commitment_fields(one, rows)
    if change.outcome is Outcome.NEW:
        if above is not None:
            lock_open(above)
        made = create(models.Commitment(code=one.code, meeting=above), fields, by=by)
        # Told among those outside of meetings by the moment at which they were made.
        models.Commitment.objects.filter(pk=made.pk).update(created_at=meeting.starts_at)
    else:
        thing = models.Commitment.objects.get(code=one.code)
        revise(thing, fields, version=thing.version, by=by)


def write_answers(strategy: models.Strategy, plan: plain.Plan, todo: Todo, by: Any) -> None:
    """Write how the plan answers points of frameworks."""
    for one in plan.answers:
        where = (one.framework, one.point)
        if f"answer:{one.framework}/{one.point}" not in todo:
            continue
        found, _ = models.PlanAnswer.objects.get_or_create(
            strategy=strategy, framework=one.framework, point=one.point
        )
        for kind in ("challenges", "objectives", "actions"):
            getattr(found, kind).clear()
        if refs := held_refs(one.parts):
            answer_point(strategy, where, refs, by=by)
        if one.why_not != found.why_not:
            decline_point(strategy, where, one.why_not, seen=found.why_not, by=by)
