"""The plan of an evaluation in words, with its changes and whether it was laid down in time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from convive.catalogue.texts import format_date, say
from convive.core.evaluation.ethics import EthicsCheck
from convive.core.evaluation.study import Change, Outcome, Study
from convive.core.evaluation.values import from_values
from convive.web.evaluation.models import LaidDown
from convive.web.evaluation.presenters.words import area_names, change_text, indicator_name
from convive.web.evaluation.selectors.due import due_on
from convive.web.evaluation.selectors.evaluations import frozen_of, missing_of

Pair = tuple[str, str]
SHORT = 12
"""Characters of a digest that people compare."""


def present_plan(study: Study, rows: Sequence[LaidDown], language: str) -> dict[str, Any]:
    """Return a plan as its page shows it."""
    first, frozen = rows[0] if rows else None, frozen_of(rows)
    return {
        "facts": [(label, text) for label, text in _facts(study, language) if text],
        "outcomes": [_outcome(one, language) for one in study.outcomes if not one.is_harm],
        "harms": [_outcome(one, language) for one in study.outcomes if one.is_harm],
        "designs": _designs(study, language),
        "digest": study.digest, "short": study.digest[:SHORT],
        "laid_down": first.at if first else None,
        "is_late": bool(frozen and frozen.was_late),
        "starts_on": format_date(study.starts_on, language),
        "changes": [one for row in rows[1:] for one in _changes(row, study.level, language)],
        "missing": [say(f"evaluation_page.missing.{one}", language) for one in missing_of(study)],
        "due": format_date(due_on(study), language),
    }  # fmt: skip


def _designs(study: Study, language: str) -> list[str]:
    codes = ["process"] if study.process_only else study.designs
    return [say(f"evaluation.design.{one}", language) for one in codes]


def _facts(study: Study, language: str) -> Iterable[Pair]:
    def field(name: str, text: str) -> Pair:
        return say(f"evaluation_page.form.{name}", language), text

    yield field("treated", ", ".join(area_names(study.level, study.treated)))
    yield field("starts_on", format_date(study.starts_on, language))
    yield field("months_before", str(study.months_before))
    yield field("months_after", str(study.months_after))
    yield field("comparison", ", ".join(area_names(study.level, study.comparison)))
    buffer = ", ".join(area_names(study.level, study.buffer))
    yield say("evaluation_page.buffer", language), buffer
    yield field("chosen", _chosen(study, language))
    looks = [format_date(one, language) for one in study.looks.on] if study.looks else []
    yield say("evaluation_page.looks", language), ", ".join(looks)
    splits = [say(f"evaluation_page.split.{one}", language) for one in study.splits]
    yield field("splits", ", ".join(splits))
    yield field("dose_unit", study.dose_unit)
    yield field("note", study.note)


def _chosen(study: Study, language: str) -> str:
    if study.chosen_months is None:
        return say("evaluation_page.chosen.unknown", language)
    if not study.chosen_months:
        return say("evaluation_page.chosen.other", language)
    return say("evaluation_page.chosen_by_counts", language, n=study.chosen_months)


def _outcome(one: Outcome, language: str) -> dict[str, Any]:
    return {
        "indicator_id": one.indicator_id,
        "name": indicator_name(one.indicator_id, language),
        "useful": change_text(one.useful, one.indicator_id, language),
    }


def _changes(row: LaidDown, level: str, language: str) -> Iterable[dict[str, Any]]:
    for values in row.changes:
        one = from_values(Change, values)
        yield {
            "at": one.at, "reason": one.reason, "after_data": one.after_data,
            "field": say(f"evaluation_page.field.{one.field}", language),
            "before": _value(one.field, one.before, level, language),
            "after": _value(one.field, one.after, level, language),
        }  # fmt: skip


def _value(field: str, value: Any, level: str, language: str) -> str:
    """Return a value of a plan as people read it; days and numbers as they were kept."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_value('', one, level, language)}" for key, one in value.items())
    if not isinstance(value, list):
        return "" if value is None else str(value)
    if field in {"treated", "comparison", "buffer"}:
        return ", ".join(area_names(level, value))
    words: dict[str, Callable[[Any], str]] = {
        "outcomes": lambda one: indicator_name(one["indicator_id"], language),
        "designs": lambda one: say(f"evaluation.design.{one}", language),
        "splits": lambda one: say(f"evaluation_page.split.{one}", language),
    }
    return ", ".join(map(words.get(field, str), value))


def present_ethics(check: EthicsCheck, language: str) -> dict[str, Any]:
    """Return what follows from the answers to the questions of ethics."""
    return {
        "n_open": len(check.unanswered),
        "may_freeze": check.may_freeze,
        "then": [
            {"text": say(f"evaluation.ethics_then.{one.code}", language), "note": one.note,
             "weight": str(one.weight), "is_settled": one.is_settled}
            for one in check.consequences
        ],
    }  # fmt: skip
