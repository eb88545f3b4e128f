"""Answers of a survey wave as microdata: one row a respondent, nothing that names anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from convive.app.fieldwork.kept_forms import FieldRound, HandedRows, KeptForm
from convive.catalogue.find import items as core_items
from convive.core.instruments.model import Instrument, Item, ItemType

SEX_ITEMS, AGE_ITEMS = ("sex", "gender"), ("age_group", "age")
SEXES = ("female", "male", "other")
_FIXED = ("weight", "stratum", "area", "sex", "age")


def survey_rows(of: FieldRound, forms: Sequence[KeptForm], *, analysis: str) -> HandedRows:
    """Return the rows with their part of the mapping file, and what is left out.

    Parameters
    ----------
    analysis : str
        Level of the areas of the sampling frame.

    Notes
    -----
    Weights enter only where every answer has one: the others would count as nobody, or as one.
    Respondents get no number that a form carries.
    """
    used, left_items = _items(of.instrument)
    sex, age = (_first(of.instrument, names) for names in (SEX_ITEMS, AGE_ITEMS))
    is_weighted = bool(forms) and all(form.weight for form in forms)
    left: Counter[str] = Counter()
    rows = []
    for form in forms:
        cells = [_answer(item, form) for item in used]
        if not any(cells):
            left["no_answer"] += 1
            continue
        rows.append([
            repr(float(form.weight)) if is_weighted and form.weight else "",
            form.stratum, form.area_id,
            *(str(form.answers.get(one.id, "")) if one else "" for one in (sex, age)), *cells,
        ])  # fmt: skip
    columns = (*_FIXED, *(item.id for item in used))
    mapping = _mapping(of, forms, rows, analysis) | {"items": _item_mapping(used)}
    named = {item.id: item.feeds or item.id for item in used}
    return HandedRows(columns, rows, mapping, dict(left), named, left_items)


def _items(instrument: Instrument) -> tuple[list[Item], dict[str, str]]:
    """Return the items that evidence can hold, and why each other one stays with the forms."""
    groups = {*SEX_ITEMS, *AGE_ITEMS}
    inside = {i.id for s in instrument.sections() if s.repeats for i in s.items()}
    known = {one.id: {answer.code for answer in one.answers} for one in core_items("survey")}
    taken: set[str] = set()
    used, left = [], {}
    for item in instrument.items():
        if item.type is ItemType.NOTE or item.id in groups:
            continue
        why = _why_not(item, inside, known, taken)
        if why:
            left[item.id] = why
        else:
            taken.add(item.feeds or item.id)
            used.append(item)
    return used, left


def _why_not(item: Item, inside: set[str], known: Mapping[str, set[str]], taken: set[str]) -> str:
    if item.is_personal:
        return "personal"
    if item.type is not ItemType.CHOICE or item.scale is None:
        return "no_single_choice"
    if item.id in inside:
        return "in_rounds"
    if (item.feeds or item.id) in taken:
        return "fed_twice"
    codes = {choice.code for choice in item.scale.choices if choice.missing is None}
    meant = known.get(item.feeds or item.id)
    if meant is not None and (not item.feeds or not codes <= meant):
        return "other_answers"
    return ""


def _first(instrument: Instrument, names: Sequence[str]) -> Item | None:
    return next((item for name in names if (item := instrument.item(name)) is not None), None)


def _answer(item: Item, form: KeptForm) -> str:
    if (item.id,) in form.broken:
        return ""
    return str(form.answers.get(item.id, ""))


def _item_mapping(used: Sequence[Item]) -> dict[str, Any]:
    return {
        item.feeds or item.id: {
            "column": item.id,
            "answers": {
                choice.code: choice.code
                for choice in (item.scale.choices if item.scale else ())
                if choice.missing is None
            },
        }
        for item in used
    }


def _mapping(
    of: FieldRound, forms: Sequence[KeptForm], rows: Sequence[Sequence[str]], analysis: str
) -> dict[str, Any]:
    days = sorted(form.day for form in forms)
    survey: dict[str, Any] = {
        "wave": of.wave or of.code,
        "sampling": "open_link" if of.sampling != "frame" else "probability",
    }
    if days:
        survey["wave_date"] = days[(len(days) - 1) // 2]
    missing = sorted({
        choice.code
        for item in of.instrument.items()
        if item.scale
        for choice in item.scale.choices
        if choice.missing is not None
    })  # fmt: skip
    columns: dict[str, str] = {}
    for position, name in enumerate(_FIXED):
        if any(row[position] for row in rows):
            columns[name] = name
    if "age" in columns and _first(of.instrument, AGE_ITEMS) is not None:
        item = _first(of.instrument, AGE_ITEMS)
        key = "age" if item and item.type is ItemType.INTEGER else "age_group"
        columns[key] = columns.pop("age")
    if "area" in columns:
        columns["area_level"] = analysis
    survey["missing"] = missing
    return {"survey": survey, "columns": columns, "sex": {one: one for one in SEXES}}
