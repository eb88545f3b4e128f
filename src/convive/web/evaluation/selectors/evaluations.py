"""Evaluations, as far as an account may know of them: whoever sees an action whole, sees its evaluation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from convive.core.errors import ConflictError
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.ethics import EthicsCheck, check_ethics
from convive.core.evaluation.study import Change, FrozenStudy, Study
from convive.core.evaluation.values import from_values
from convive.web.evaluation.models import Evaluation, KeptAnswer, LaidDown
from convive.web.workspace.models import Action
from convive.web.workspace.secrecy import whole_actions_of


def evaluation_of(action: Action) -> Evaluation | None:
    """Return the evaluation of an action, None where nobody has begun one."""
    return Evaluation.objects.filter(action=action).first()


def evaluations_for(account: Any) -> QuerySet[Any]:
    """Return the evaluations that an account may read, each with `verdict`, `is_final`, `laid_down_at`."""
    seen = whole_actions_of(account).order_by().values("pk")
    newest = KeptAnswer.objects.filter(evaluation=OuterRef("pk")).order_by("-at", "-pk")
    first = LaidDown.objects.filter(evaluation=OuterRef("pk"), number=0)
    found = Evaluation.objects.filter(action__in=seen).annotate(
        verdict=Subquery(newest.values("verdict")[:1]),
        is_final=Subquery(newest.values("is_final")[:1]),
        laid_down_at=Subquery(first.values("at")[:1]),
    )
    return found.select_related("action__strategy")


def rows_of(evaluation: Evaluation) -> list[LaidDown]:
    """Return the plan as it was laid down and every change since; empty before."""
    return list(evaluation.laid_down.all())


def draft_of(evaluation: Evaluation) -> Study:
    """Return the plan as it is being written."""
    return from_values(Study, evaluation.draft)


def frozen_of(rows: Iterable[LaidDown]) -> FrozenStudy | None:
    """Return the plan that was laid down with its changes, None before."""
    all_rows = list(rows)
    if not all_rows:
        return None
    changes = tuple(from_values(Change, one) for row in all_rows[1:] for one in row.changes)
    now = from_values(Study, all_rows[-1].study) if len(all_rows) > 1 else None
    return FrozenStudy(from_values(Study, all_rows[0].study), all_rows[0].at, changes, now)


def sound(rows: Iterable[LaidDown]) -> list[LaidDown]:
    """Return rows whose plan is the one of their digest.

    Raises
    ------
    ConflictError
        EVALUATION_NOT_AS_LAID_DOWN. The digest is one of what is kept, and not of what this
        version makes of it: plans of earlier versions stay what they are.
    """
    found = list(rows)
    for one in found:
        text = json.dumps(one.study, sort_keys=True, ensure_ascii=False)
        if hashlib.sha256(text.encode()).hexdigest() != one.digest:
            raise ConflictError("EVALUATION_NOT_AS_LAID_DOWN", digest=one.digest[:12])
    return found


def newest_answer(evaluation: Evaluation) -> KeptAnswer | None:
    """Return what was worked out last."""
    return evaluation.answers.first()


def answer_in(kept: KeptAnswer) -> Answer:
    """Return a kept answer as what it is."""
    return from_values(Answer, kept.answer)


def ethics_of(evaluation: Evaluation) -> EthicsCheck:
    """Return what follows from what was answered."""
    return check_ethics(evaluation.ethics.get("answers", {}), evaluation.ethics.get("notes", {}))


def missing_of(study: Study) -> tuple[str, ...]:
    """Return what a plan must say before it can be laid down, and does not."""
    there = {
        "treated": bool(study.treated),
        "outcome": study.primary is not None,
        "harm": any(one.is_harm for one in study.outcomes),
        "design": bool(study.designs) or study.process_only,
    }
    return tuple(name for name, is_there in there.items() if not is_there)
