"""Writing the plan of an evaluation, laying it down, and changing it afterwards, with a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.core.errors import ConflictError, RequestError
from convive.core.evaluation.study import Change, Study
from convive.core.evaluation.values import from_values, to_values
from convive.web.audit_log.actions import record
from convive.web.evaluation.models import Evaluation, LaidDown
from convive.web.evaluation.selectors.evaluations import ethics_of, missing_of
from convive.web.workspace.models import Action


@transaction.atomic
def write_draft(action: Action, study: Study, *, number: int, by: Any) -> Evaluation:
    """Keep the plan as somebody wrote it.

    Parameters
    ----------
    number : int
        Of the evaluation that the form was filled from; 0 where there was none.

    Raises
    ------
    ConflictError
        EVALUATION_LAID_DOWN; EVALUATION_WRITTEN_MEANWHILE.
    """
    row = _locked(action)
    if row is None:
        row = Evaluation(action=action, draft={}, number=0)
    elif row.laid_down.exists():
        raise ConflictError("EVALUATION_LAID_DOWN")
    if row.number != number:
        raise ConflictError("EVALUATION_WRITTEN_MEANWHILE")
    row.draft, row.number, row.written_by = to_values(study), number + 1, by
    row.save()
    record("evaluation.plan_written", actor=by, thing=("action", action.pk), digest=study.digest)
    return row


@transaction.atomic
def answer_ethics(
    evaluation: Evaluation, answers: Mapping[str, bool | None], notes: Mapping[str, str], *, by: Any
) -> None:
    """Keep what was answered to the questions of ethics.

    Raises
    ------
    ConflictError
        EVALUATION_LAID_DOWN.
    """
    row = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if row.laid_down.exists():
        raise ConflictError("EVALUATION_LAID_DOWN")
    row.ethics = {"answers": dict(answers), "notes": dict(notes)}
    row.save(update_fields=["ethics", "changed_at"])
    record("evaluation.ethics_answered", actor=by, thing=("action", row.action_id))


@transaction.atomic
def lay_down(evaluation: Evaluation, *, digest: str, last_data: date | None, by: Any) -> LaidDown:
    """Freeze the plan: from here on it changes only by changes that say why.

    Parameters
    ----------
    digest : str
        Of the plan that the person saw.
    last_data : date, optional
        First day that the evidence does not cover; counts may have been known before it.

    Raises
    ------
    ConflictError
        EVALUATION_LAID_DOWN; EVALUATION_WRITTEN_MEANWHILE.
    RequestError
        EVALUATION_INCOMPLETE where areas, outcome, harm or design are missing;
        EVALUATION_ETHICS_OPEN.
    """
    row = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    if row.laid_down.exists():
        raise ConflictError("EVALUATION_LAID_DOWN")
    study = from_values(Study, row.draft)
    if study.digest != digest:
        raise ConflictError("EVALUATION_WRITTEN_MEANWHILE")
    if missing_of(study):
        raise RequestError("EVALUATION_INCOMPLETE")
    if not ethics_of(row).may_freeze:
        raise RequestError("EVALUATION_ETHICS_OPEN")
    made = LaidDown.objects.create(
        evaluation=row, number=0, study=to_values(study), digest=digest, at=timezone.now(),
        ethics=row.ethics, by_id=by.pk,
    )  # fmt: skip
    record(
        "evaluation.laid_down", actor=by, thing=("action", row.action_id), digest=digest,
        late=made.at.date() > study.first_start, known_until=str(last_data or ""),
    )  # fmt: skip
    return made


@transaction.atomic
def change_plan(
    evaluation: Evaluation, study: Study, reason: str, *, seen: int, by: Any,
    last_data: date | None,
) -> LaidDown:  # fmt: skip
    """Change a plan that was laid down; both stay visible, with the reason.

    Parameters
    ----------
    seen : int
        Number of the row that the form was filled from.

    Raises
    ------
    ConflictError
        EVALUATION_WRITTEN_MEANWHILE; EVALUATION_UNCHANGED.
    RequestError
        EVALUATION_INCOMPLETE; EVALUATION_NO_REASON.
    """
    if not reason.strip():
        raise RequestError("EVALUATION_NO_REASON")
    row = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    last = row.laid_down.order_by("-number").first()
    if last is None or last.number != seen:
        raise ConflictError("EVALUATION_WRITTEN_MEANWHILE")
    if missing_of(study):
        raise RequestError("EVALUATION_INCOMPLETE")
    now, before = timezone.now(), from_values(Study, last.study)
    # Of both starts: moved back, the plan reaches counts that are known already.
    first_start = min(before.first_start, study.first_start)
    has_data = last_data is not None and last_data > first_start
    found = changes_between(before, study, reason=reason, at=now, after_data=has_data)
    if not found:
        raise ConflictError("EVALUATION_UNCHANGED")
    made = LaidDown.objects.create(
        evaluation=row, number=last.number + 1, study=to_values(study), digest=study.digest, at=now,
        changes=[to_values(one) for one in found], ethics=row.ethics, by_id=by.pk,
    )  # fmt: skip
    row.draft = to_values(study)
    row.number += 1
    row.save(update_fields=["draft", "number", "changed_at"])
    record(
        "evaluation.plan_changed", actor=by, thing=("action", row.action_id), digest=study.digest,
        fields=[one.field for one in found], after_data=has_data,
    )  # fmt: skip
    return made


def changes_between(
    before: Study, after: Study, *, reason: str, at: datetime, after_data: bool
) -> tuple[Change, ...]:
    """Return what is other in a plan, field by field."""
    old, new = to_values(before), to_values(after)
    names = [one.name for one in fields(Study)]
    return tuple(
        Change(at, name, old[name], new[name], reason, after_data)
        for name in names
        if old[name] != new[name]
    )


def _locked(action: Action) -> Evaluation | None:
    # The action is locked, not the evaluation: before the first writing there is none.
    Action.objects.select_for_update().get(pk=action.pk)
    return Evaluation.objects.filter(action=action).first()
