"""Meetings of a strategy and its answers to frameworks, as plain values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from convive.core.strategy import model as plain
from convive.core.strategy.taking_over import LOOSE
from convive.web.workspace import models, secrecy

References = dict[int, list[str]]
_PARTS = ("challenge", "objective", "action")


def meetings_of(strategy: models.Strategy, account: Any) -> tuple[plain.Meeting, ...]:
    """Return the meetings about a strategy with what came of them, oldest first.

    A commitment that was made outside of any meeting stands in one without a body.
    """
    meetings = models.Meeting.objects if account is None else secrecy.meetings_of(account)
    rows = list(meetings.filter(strategy=strategy).select_related("body").order_by("starts_at"))
    decisions = _decisions(strategy)
    promised = _commitments(strategy, account)
    found = [
        plain.Meeting(
            one.code, one.body.code, one.title, one.starts_at,
            tuple(decisions[one.pk]), tuple(promised.pop(one.pk, ())),
        )
        for one in rows
    ]  # fmt: skip
    if loose := promised.get(0):
        rows_of_it = models.Commitment.objects.filter(meeting=None, action__strategy=strategy)
        first = rows_of_it.order_by("created_at").first()
        if first is not None:
            found.append(plain.Meeting(LOOSE, "–", "–", first.created_at, (), tuple(loose)))
    return tuple(found)


def _decisions(strategy: models.Strategy) -> dict[int, list[plain.Decision]]:
    where = {"decision__meeting__strategy": strategy}
    about = _references(models.Decision, "decision_id", where)
    found: dict[int, list[plain.Decision]] = defaultdict(list)
    for one in models.Decision.objects.filter(meeting__strategy=strategy):
        found[one.meeting_id].append(plain.Decision(one.code, one.text, tuple(about[one.pk])))
    return found


def _commitments(strategy: models.Strategy, account: Any) -> dict[int, list[plain.Commitment]]:
    rows = models.Commitment.objects if account is None else secrecy.commitments_of(account)
    of_meetings = rows.filter(meeting__strategy=strategy)
    loose = rows.filter(meeting=None, action__strategy=strategy)
    found: dict[int, list[plain.Commitment]] = defaultdict(list)
    for one in (of_meetings | loose).select_related("owner", "action", "decision"):
        found[one.meeting_id or 0].append(plain_commitment(one))
    return found


def plain_commitment(one: models.Commitment) -> plain.Commitment:
    """Return a commitment as the plan's plain value."""
    return plain.Commitment(
        one.code, one.text, one.owner.code, one.due, one.done_on, one.is_dropped,
        (f"action:{one.action.code}",) if one.action else (),
        one.decision.code if one.decision else "",
    )  # fmt: skip


def answers_of(strategy: models.Strategy) -> tuple[plain.Answer, ...]:
    """Return how a strategy answers points of frameworks."""
    parts = _references(models.PlanAnswer, "plananswer_id", {"plananswer__strategy": strategy})
    return tuple(
        plain.Answer(one.framework, one.point, tuple(parts[one.pk]), one.why_not)
        for one in strategy.answers.order_by("framework", "point")
    )


def _references(model: Any, key: str, where: dict[str, Any]) -> References:
    """Return row → references of the challenges, objectives and actions that it points at."""
    found: References = defaultdict(list)
    for part in _PARTS:
        through = getattr(model, f"{part}s").through
        pairs: Iterable[tuple[int, str]] = (
            through.objects.filter(**where)
            .order_by(f"{part}__code")
            .values_list(key, f"{part}__code")
        )
        for number, code in pairs:
            found[number].append(f"{part}:{code}")
    return found
