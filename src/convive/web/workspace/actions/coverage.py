"""Answers of a strategy to the points of frameworks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from convive.core.errors import ConflictError, NotFoundError
from convive.web.audit_log.actions import record
from convive.web.workspace.models import Action, Challenge, Objective, PlanAnswer, Strategy

Where = tuple[str, str]
"""Framework and point."""


@transaction.atomic
def answer_point(strategy: Strategy, where: Where, refs: Iterable[str], *, by: Any) -> PlanAnswer:
    """Note that parts of the plan answer a point, beside those noted before.

    Raises
    ------
    NotFoundError
        PART_NOT_FOUND where a reference names nothing of this plan.
    """
    answer = _locked(strategy, where)
    for ref in refs:
        kind, part = _part(strategy, ref)
        getattr(answer, kind).add(part)
    if answer.why_not:
        answer.why_not = ""
        answer.save(update_fields=["why_not"])
    _note("point_answered", strategy, where, by)
    return answer


@transaction.atomic
def remove_answer(strategy: Strategy, where: Where, ref: str, *, by: Any) -> None:
    """Note that a part of the plan does not answer a point after all."""
    answer = _locked(strategy, where)
    kind, part = _part(strategy, ref)
    getattr(answer, kind).remove(part)
    _note("point_unanswered", strategy, where, by)


@transaction.atomic
def decline_point(strategy: Strategy, where: Where, reason: str, *, seen: str, by: Any) -> None:
    """Note why the town does not answer a point; an empty reason opens it again.

    Parameters
    ----------
    seen : str
        The reason that the person saw; another one that was written meanwhile is not lost.

    Raises
    ------
    ConflictError
        DECLINED_OTHERWISE.
    """
    answer = _locked(strategy, where)
    if answer.why_not not in (seen, reason):
        raise ConflictError("DECLINED_OTHERWISE", reason=answer.why_not)
    if answer.why_not == reason:
        return
    answer.why_not = reason
    answer.save(update_fields=["why_not"])
    _note("point_declined" if reason else "point_reopened", strategy, where, by)


def _locked(strategy: Strategy, where: Where) -> PlanAnswer:
    Strategy.objects.select_for_update().get(pk=strategy.pk)
    framework, point = where
    found, _ = PlanAnswer.objects.get_or_create(strategy=strategy, framework=framework, point=point)
    return found


def _part(strategy: Strategy, ref: str) -> tuple[str, Any]:
    kind, _, code = ref.partition(":")
    found: Any = {
        "challenge": Challenge.objects.filter(strategy=strategy, code=code),
        "objective": Objective.objects.filter(challenge__strategy=strategy, code=code),
        "action": Action.objects.filter(strategy=strategy, code=code),
    }.get(kind)
    part = found.first() if found is not None else None
    if part is None:
        raise NotFoundError("PART_NOT_FOUND", ref=ref[:60])
    return f"{kind}s", part


def _note(verb: str, strategy: Strategy, where: Where, by: Any) -> None:
    record(
        f"workspace.{verb}", actor=by, thing=("strategy", strategy.pk),
        framework=where[0], point=where[1],
    )  # fmt: skip
