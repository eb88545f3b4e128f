"""What takes seconds: working out what came of an action, beside the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django_tasks import task

from convive.core.errors import ConflictError
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.diary_dose import diary_doses
from convive.core.evaluation.study_window import Beside
from convive.web.evaluation.actions.answers import keep_answer, note_asked
from convive.web.evaluation.models import Evaluation
from convive.web.evaluation.selectors.due import due_now
from convive.web.evaluation.selectors.evaluations import frozen_of, rows_of, sound
from convive.web.evaluation.selectors.prefill import others_there
from convive.web.jobs.actions import enqueue
from convive.web.jobs.daily import every_day
from convive.web.jobs.models import Run
from convive.web.jobs.tasks import prepared
from convive.web.rights.site import pack_now
from convive.web.staff.audit import audit_digest
from convive.web.workspace.clock import today
from convive.web.workspace.selectors.plan import plain_action
from convive.wiring import evaluation as machinery

UNDER_WAY = frozenset({Run.State.WAITING, Run.State.RUNNING})


def _worked_out(*, evaluation_id: int, asked: str = "") -> tuple[Answer, str] | None:  # noqa: ARG001
    """Work the answer out; nothing is kept here."""
    evaluation = Evaluation.objects.filter(pk=evaluation_id).first()
    frozen = frozen_of(sound(rows_of(evaluation))) if evaluation else None
    pack = pack_now()
    if evaluation is None or frozen is None or pack is None:
        return None
    study = frozen.current
    beside = Beside(
        other_actions=tuple(others_there(evaluation.action, study.level, study.treated)),
        doses=diary_doses(plain_action(evaluation.action), study.treated, today=today()),
    )
    answer = machinery.answer_for(pack, frozen, today(), actor="worker", beside=beside)
    return answer, audit_digest()


@task()
@prepared(_worked_out)
def work_out(
    found: tuple[Answer, str] | None,
    *,
    evaluation_id: int,
    asked: str = "",  # noqa: ARG001
) -> dict[str, Any]:
    """Keep the answer that was worked out."""
    if found is None:
        return {"n": 0}
    keep_answer(evaluation_id, *found)
    return {"n": 1}


@transaction.atomic
def ask_for_answer(evaluation: Evaluation, *, now: datetime, by: Any) -> Run:
    """Have a worker answer a plan that was laid down, on the evidence of today.

    Asked again while it is being worked out, it stays one piece of work.

    Raises
    ------
    ConflictError
        EVALUATION_NOT_LAID_DOWN; EVALUATION_NO_EVIDENCE where no pack is there to count in.
    """
    if pack_now() is None:
        raise ConflictError("EVALUATION_NO_EVIDENCE")
    Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    going_on = run_of(evaluation)
    if going_on is not None and going_on.state in UNDER_WAY:
        return going_on
    note_asked(evaluation, by=by)
    asked = f"{now.timestamp():.6f}"
    return enqueue(
        work_out, key=f"{evaluation.pk}:{asked}", evaluation_id=evaluation.pk, asked=asked
    )


@every_day("evaluation.answers")
def answer_what_is_due(now: datetime) -> dict[str, Any]:  # noqa: ARG001
    """Have every plan answered whose time has come, once for each state of the evidence."""
    if pack_now() is None:
        return {"n": 0}
    build, rows = audit_digest(), due_now(today())
    for one in rows:
        key = f"{one.pk}:{build[:40]}:{one.digest_now[:40]}"  # type: ignore[attr-defined]
        enqueue(work_out, key=key, evaluation_id=one.pk)
    return {"n": len(rows)}


def run_of(evaluation: Evaluation) -> Run | None:
    """Return the newest piece of work about an evaluation."""
    found = Run.objects.filter(name=work_out.module_path, key__startswith=f"{evaluation.pk}:")
    return found.order_by("-made_at", "-pk").first()
