"""On the page of an action: its evaluation; and the effect stage of the golden thread leads to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from convive.catalogue.texts import format_date, say
from convive.web.evaluation.selectors.due import due_on
from convive.web.evaluation.selectors.evaluations import (
    evaluation_of,
    evaluations_for,
    frozen_of,
    newest_answer,
    rows_of,
)
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.action_sections import Reader, Section
from convive.web.workspace.secrecy import is_editor
from convive.web.workspace.selectors.thread import EFFECTS, ToldEffect


def _evaluation(action: Action, reader: Reader) -> Mapping[str, Any] | None:
    if not reader.is_whole:
        return None
    found = evaluation_of(action)
    if found is None:
        return {"action": action, "may_begin": True} if is_editor(reader.account) else None
    language = reader.language
    frozen, kept = frozen_of(rows_of(found)), newest_answer(found)
    return {
        "action": action,
        "laid_down": frozen.frozen_at if frozen else None,
        "due": format_date(due_on(frozen.current), language) if frozen else "",
        "verdict": say(f"evaluation_page.verdict.{kept.verdict}", language) if kept else "",
        "is_final": bool(kept and kept.is_final),
    }


EVALUATION = Section("evaluation", "evaluation/of_action.html", _evaluation)
"""Stands first: how one will know belongs before what was done."""


def enter_into_thread() -> None:
    """Let the golden thread lead from actions to what came of them."""
    if _effects not in EFFECTS:
        EFFECTS.append(_effects)


def _effects(actions: list[Action], account: Any) -> list[ToldEffect]:
    if not actions:
        return []
    numbers = [one.pk for one in actions]
    rows = evaluations_for(account).filter(action__in=numbers, verdict__isnull=False)
    return [_effect(one) for one in rows]


def _effect(row: Any) -> ToldEffect:
    verdict, action = row.verdict, row.action
    args = (action.strategy.code, action.code)
    return ToldEffect(
        row.pk,
        lambda language: f"{say(f'evaluation_page.verdict.{verdict}', language)} · {action.title}",
        lambda language: reverse("evaluation-answer", args=(language, *args)),
    )
