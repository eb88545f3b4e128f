"""Values of editable fields in words, for clashes and revisions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import models

from convive.catalogue.texts import format_date, format_number, has_text, say
from convive.web.staff.audit import area_name
from convive.web.workspace.models import KeptFinding, Written
from convive.web.workspace.selectors.findings import kept_sentence

WORDS: Mapping[str, str] = {
    "kind": "plan.kind", "pillar": "plan.pillar", "level": "plan.level", "state": "plan.state",
    "groups": "plan.group", "times": "plan.time", "gender_lens": "plan.lens",
    "topic": "plan.topic", "payer": "plan.sector", "direction": "plan.direction",
}  # fmt: skip
"""Field → prefix of the words of its codes; what has no such text is shown as it is."""


def value_text(model: type[Written], name: str, value: Any, language: str) -> str:
    """Return a field's value, as a revision keeps it, in words; several things on lines."""
    if value is None or value in ("", [], {}):
        return ""
    field = model._meta.get_field(name)
    if field.one_to_many:
        return "\n".join(row_text(name, row, language) for row in value)
    if field.is_relation:
        return "\n".join(_names(field.related_model, value, language))
    if isinstance(value, Mapping):
        return "\n".join(
            f"{say(f'plan.logic.{key}', language)}: {text}" for key, text in value.items()
        )
    if isinstance(value, list):
        return ", ".join(_word(name, one, language) for one in value)
    return _plain(field, name, value, language)


def _plain(field: Any, name: str, value: Any, language: str) -> str:
    if isinstance(field, models.DateTimeField):
        return datetime.fromisoformat(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(field, models.DateField):
        return format_date(date.fromisoformat(value), language)
    if isinstance(value, bool):
        return say("web.yes" if value else "web.no", language)
    if isinstance(value, float):
        return number_text(value, language)
    return _word(name, value, language)


def number_text(value: float, language: str) -> str:
    """Return a number with as many decimals as it has, three at most."""
    text = f"{float(value):.3f}".rstrip("0")
    return format_number(float(value), language, len(text.partition(".")[2]))


def _word(name: str, value: Any, language: str) -> str:
    key = f"{WORDS.get(name, '')}.{value}"
    return say(key, language) if has_text(key) else str(value)


def _names(model: Any, value: Any, language: str) -> list[str]:
    numbers = value if isinstance(value, list) else [value]
    found = model._default_manager.in_bulk(numbers)
    if model is KeptFinding:
        return [kept_sentence(found[one], language) for one in numbers if one in found]
    return [str(found[one]) if one in found else f"{one}" for one in numbers]


def row_text(name: str, row: Mapping[str, Any], language: str) -> str:
    """Return a row that is part of a thing (a budget line, a milestone …) in one line."""
    parts = [_cell(name, key, value, row, language) for key, value in row.items()]
    return " · ".join(part for part in parts if part)


def _cell(name: str, key: str, value: Any, row: Mapping[str, Any], language: str) -> str:
    if value is None or value == "" or key in {"baseline", "level"}:
        return ""
    if key == "area_id":
        return area_name(str(row["level"]), value) if name == "targets" else ""
    if key == "indicator_id":
        return say(f"indicator.{value}", language)
    if key in {"due", "done_on", "likelihood", "impact"}:
        shown = (
            format_date(date.fromisoformat(value), language) if key in {"due", "done_on"} else value
        )
        return f"{say(f'plan.field.{key}', language)}: {shown}"
    if key == "amount" or isinstance(value, float):
        return number_text(float(value), language)
    return _word(key, value, language)
