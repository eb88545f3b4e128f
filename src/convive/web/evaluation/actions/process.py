"""Noting what the diary does not hold, and confirming lines of the checks of a practice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from convive.core.errors import RequestError
from convive.core.evaluation.grade_lines import Line
from convive.web.audit_log.actions import record
from convive.web.evaluation.models import ConfirmedLine, Evaluation, ProcessNote
from convive.web.evaluation.selectors.checks import items_of
from convive.web.workspace.actions.keyed import keep_once


@transaction.atomic
def keep_note(evaluation: Evaluation, said: Mapping[str, Any], *, by: Any) -> ProcessNote:
    """Keep a note or a count of views; sent twice, it is kept once.

    Raises
    ------
    ConflictError
        ALREADY_KEPT where its key was used for something else.
    """
    is_views = said["kind"] in ProcessNote.VIEWS
    counts = {
        name: said[name] if is_views and said[name] is not None else (0 if is_views else None)
        for name in ("n", "n_good", "n_harm")
    }
    row = ProcessNote(
        evaluation=evaluation, kind=said["kind"], on=said["on"], text=said["text"],
        key=said["key"], written_by=by, **counts,
    )  # fmt: skip
    kept, is_new = keep_once(row, same=("evaluation_id", "kind", "on", "text", "n"))
    if is_new:
        record("evaluation.noted", actor=by, thing=("action", evaluation.action_id), kind=kept.kind)
    return kept


@transaction.atomic
def confirm_line(
    evaluation: Evaluation, line: Line, answer: str, note: str, *, by: Any
) -> ConfirmedLine:
    """Confirm a line of a check, as proposed or otherwise; who did and when stays with it.

    Raises
    ------
    RequestError
        EVALUATION_NO_SUCH_ANSWER.
    """
    item = items_of(line.check).get(line.item)
    known = {str(one.code) for one in item.scale.choices} if item and item.scale else set()
    if answer not in known:
        raise RequestError("EVALUATION_NO_SUCH_ANSWER")
    made = ConfirmedLine.objects.create(
        evaluation=evaluation, check_id=line.check, item=line.item, answer=answer,
        proposed=line.proposed, note=note, by=by,
    )  # fmt: skip
    record(
        "evaluation.line_confirmed", actor=by, thing=("action", evaluation.action_id),
        check=line.check, item=line.item, answer=answer, as_proposed=answer == line.proposed,
    )  # fmt: skip
    return made


@transaction.atomic
def choose_unit(evaluation: Evaluation, unit: Mapping[str, Any], *, by: Any) -> None:
    """Keep what one incident costs, as somebody chose it."""
    row = Evaluation.objects.select_for_update().get(pk=evaluation.pk)
    row.unit = dict(unit)
    row.save(update_fields=["unit", "changed_at"])
    record(
        "evaluation.unit_chosen", actor=by, thing=("action", row.action_id),
        table=unit.get("table", ""), item=unit.get("item", ""),
    )  # fmt: skip
