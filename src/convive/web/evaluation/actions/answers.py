"""Having an answer worked out, and keeping it with the digests of plan and audit."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from convive.core.errors import ConflictError
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.values import to_values
from convive.web.audit_log.actions import record
from convive.web.evaluation.models import Evaluation, KeptAnswer
from convive.web.workspace.clock import today


@transaction.atomic
def keep_answer(evaluation_id: int, answer: Answer, build: str) -> KeptAnswer:
    """Keep an answer; worked out twice on the same day, the later one holds."""
    evaluation = Evaluation.objects.get(pk=evaluation_id)
    digest = answer.study.current.digest
    made, _ = KeptAnswer.objects.update_or_create(
        evaluation=evaluation, plan_digest=digest, build=build, day=today(),
        defaults={
            "answer": to_values(answer), "verdict": answer.verdict, "is_final": answer.is_final,
            "at": timezone.now(),
        },
    )  # fmt: skip
    record(
        "evaluation.answered", label="worker", thing=("action", evaluation.action_id),
        digest=digest, build=build, verdict=str(answer.verdict),
    )  # fmt: skip
    return made


@transaction.atomic
def note_asked(evaluation: Evaluation, *, by: Any) -> None:
    """Note who asked for an answer.

    Raises
    ------
    ConflictError
        EVALUATION_NOT_LAID_DOWN.
    """
    if not evaluation.laid_down.exists():
        raise ConflictError("EVALUATION_NOT_LAID_DOWN")
    record("evaluation.answer_asked", actor=by, thing=("action", evaluation.action_id))
