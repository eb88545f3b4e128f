"""What an agenda is built from: the plan, the commitments, the audit of today and of last time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from convive.core.strategy.agenda import (
    NOT_ON_TRACK,
    ActionNow,
    AnswerNow,
    LastMeeting,
    Material,
    Promise,
)
from convive.core.strategy.finding_changes import FindingChange, FindingThen, compare_findings
from convive.core.strategy.lights import Standing, standings_of
from convive.core.strategy.model import Plan
from convive.web.staff.audit import audit_digest, findings_now, newest_figure
from convive.web.workspace.frozen import thaw
from convive.web.workspace.models import Body, Commitment, Meeting, MeetingFindings, Strategy
from convive.web.workspace.selectors.meetings import last_meeting
from convive.web.workspace.selectors.plan import plan_of

Answers = Callable[[Strategy, date, date], Iterable[AnswerNow]]
ANSWERS: list[Answers] = []
"""What tells which evaluations of a plan are due by a day or were answered since another one;
entered by the app that knows."""


@dataclass(frozen=True)
class Told:
    """What the shown audit says."""

    build: str
    findings: tuple[FindingThen, ...]


def findings_then() -> Told | None:
    """Return the findings of the shown audit with n, period and sources; None without an audit."""
    digest = audit_digest()
    if not digest:
        return None
    return Told(digest, tuple(_then(row) for row in findings_now()))


def material_for(meeting: Meeting, told: Told | None, *, today: date) -> Material:
    """Return everything that the agenda of a meeting is built from."""
    last = last_meeting(meeting.body, before=meeting.starts_at)
    return Material(
        today=today,
        last=_about(last) if last else None,
        promises=_promises(meeting.body, last),
        has_audit=told is not None,
        changes=_changes(meeting, told),
        findings=sorted(told.findings, key=lambda one: one.rank) if told else (),
        has_plan=meeting.strategy is not None,
        actions=_actions(meeting, today),
        answers=tuple(_answers(meeting, last, today)),
    )


def _then(row: Mapping[str, Any]) -> FindingThen:
    proof = (row["evidence"] or [{}])[0]
    figure = _figure(row)
    sources = proof.get("sources") or (figure["source_ids"] if figure else ()) or ()
    return FindingThen(
        finding_id=row["finding_id"], code=row["code"], params=dict(row["params"] or {}),
        certainty=str(row["certainty"]), verdict=str(row["verdict"] or ""), level=row["level"],
        area_id=row["area_id"], rank=row["rank"],
        n=proof.get("n") if proof.get("n") is not None else (figure or {}).get("n"),
        period_start=_iso(figure, "period_start"), period_end=_iso(figure, "period_end"),
        sources=tuple(sources), indicator_ids=tuple(row["indicator_ids"] or ()),
    )  # fmt: skip


def _figure(row: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the newest figure behind a finding: of its first indicator in its area."""
    indicators = row["indicator_ids"] or ()
    return newest_figure(indicators[0], row["level"], row["area_id"]) if indicators else None


def _iso(figure: Mapping[str, Any] | None, name: str) -> str:
    day = figure.get(name) if figure else None
    return day.isoformat() if day else ""


def _about(last: Meeting) -> LastMeeting:
    return LastMeeting(
        f"meeting:{last.code}", last.title, last.starts_at.date(),
        last.decisions.count(), last.commitments.count(),
    )  # fmt: skip


def _promises(body: Body, last: Meeting | None) -> list[Promise]:
    """Return the body's open commitments, and those reported done since its last meeting."""
    rows = Commitment.objects.filter(meeting__body=body, is_dropped=False).select_related("owner")
    since = last.starts_at.date() if last else date.min
    return [
        Promise(f"commitment:{one.code}", one.text, one.owner.name, one.due, one.done_on)
        for one in rows
        if one.done_on is None or one.done_on >= since
    ]


def _changes(meeting: Meeting, told: Told | None) -> tuple[FindingChange, ...] | None:
    """Return what differs from the audit that the body was told of last; None: nothing to compare."""
    before = (
        MeetingFindings.objects.filter(
            meeting__body=meeting.body, meeting__starts_at__lt=meeting.starts_at
        )
        .exclude(meeting__state=Meeting.State.CANCELLED)
        .order_by("-meeting__starts_at")
        .first()
    )
    if before is None or told is None:
        return None
    if before.build == told.build:
        return ()
    return compare_findings([_thawed(row) for row in before.rows], told.findings)


def _thawed(row: Mapping[str, Any]) -> FindingThen:
    fields = thaw(dict(row))
    lists = {name: tuple(fields.get(name) or ()) for name in ("sources", "indicator_ids")}
    return FindingThen(**fields | lists)


def _actions(meeting: Meeting, today: date) -> list[ActionNow]:
    """Return the actions that are not on track: of the area, for a group of one place."""
    if meeting.strategy is None:
        return []
    plan = plan_of(meeting.strategy)
    standings = standings_of(plan, today=today)
    promised = {ref for _, one in plan.commitments() if one.done_on is None for ref in one.about}
    return list(_not_on_track(plan, standings, promised, meeting.body))


def _answers(meeting: Meeting, last: Meeting | None, today: date) -> Iterable[AnswerNow]:
    """Yield the evaluations of the plan; a group of one place hears of them with its actions."""
    if meeting.strategy is None or meeting.body.area_id:
        return
    since = last.starts_at.date() if last else date.min
    for told in ANSWERS:
        yield from told(meeting.strategy, today, since)


def _not_on_track(
    plan: Plan, standings: Mapping[str, Standing], promised: set[str], body: Body
) -> Iterable[ActionNow]:
    for _, _, action in plan.actions():
        standing = standings[action.ref]
        places = {(spot.level, spot.area_id) for spot in action.spots}
        if standing.progress not in NOT_ON_TRACK:
            continue
        if body.area_id and (body.level, body.area_id) not in places:
            continue
        reasons = tuple((one.code, one.params) for one in standing.reasons)
        yield ActionNow(
            action.ref, action.title, standing.progress, reasons, bool(action.lead),
            action.ref in promised,
        )  # fmt: skip
