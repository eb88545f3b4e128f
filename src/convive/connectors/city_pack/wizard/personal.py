"""Columns that speak of persons: named, never mapped."""

from __future__ import annotations

import re

from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import PersonalColumn
from convive.connectors.city_pack.wizard.roles import Table

MIN_NAME = 0.55
MIN_SHARE = 0.3
FREE_TEXT_LENGTH = 60
_EMAIL = re.compile(r"^[^@\s]+@[^@\s]+\.[a-zA-Z]{2,}$")
_PHONE = re.compile(r"^(\+|00)\d[\d\s()/.-]{7,}$|^0\d{1,4}[\s/.-]\d[\d\s/.-]{4,}$")
_NATIONAL = (
    re.compile(r"^\d{8}-?[A-HJ-NP-TV-Z]$"),  # Spain: DNI
    re.compile(r"^[XYZ]\d{7}-?[A-Z]$"),  # Spain: NIE
    re.compile(r"^[A-Z]{6}\d{2}[A-EHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$"),  # Italy: codice fiscale
    re.compile(r"^[12]\s?\d{2}\s?(0[1-9]|1[0-2])\s?\d[\dAB]\s?\d{3}\s?\d{3}(\s?\d{2})?$"),  # France
    re.compile(r"^[A-CEGHJ-PR-TW-Z]{2}\s?\d{2}\s?\d{2}\s?\d{2}\s?[A-D]$"),  # United Kingdom: NI
    re.compile(r"^\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}$"),  # Belgium
)
_NUMBERED = re.compile(r"^(?=(\D*\d){6})[\w\s./-]+$")
"""At least six digits, as every national number in Europe has."""
_NAME = re.compile(r"^[A-ZÀ-Ý][a-zà-ÿ'’-]+,?\s+([A-Z]\.?\s+)?[A-ZÀ-Ý][a-zà-ÿ'’-]+$")


def personal_columns(table: Table) -> tuple[PersonalColumn, ...]:
    """Return the columns that must not be mapped, by their names and by their cells."""
    found = [(column, _kind(column, table)) for column in table.columns if column.n_filled]
    return tuple(PersonalColumn(column.name, kind) for column, kind in found if kind)


def _kind(column: Column, table: Table) -> str:
    """Return what kind of personal data a column holds; empty where it holds none."""
    by_value = _by_values(column)
    if by_value:
        return by_value
    scores = table.vocabulary.personal_scores(column.name)
    kind = max(scores, key=lambda k: scores[k], default="")
    fields = table.named[column.name]
    best_field = max(fields.values(), default=0.0)
    if not kind or scores[kind] < MIN_NAME or scores[kind] <= best_field:
        return "name" if _looks_like_names(column, table) else _long_text(column)
    if kind == "free_text" and (column.is_words or not column.has_letters):
        return ""
    if kind == "national_id" and _share(column, _NUMBERED) < MIN_SHARE:
        return ""  # the same letters stand for something else elsewhere: a school's number
    if kind == "birth" and column.dates < 0.5 and column.numbers < 0.5:
        return ""
    return kind


def _share(column: Column, *patterns: re.Pattern[str]) -> float:
    total = sum(n for _, n in column.words)
    hits = sum(n for word, n in column.words if any(p.match(word) for p in patterns))
    return hits / total if total else 0.0


def _by_values(column: Column) -> str:
    """Return the kind that cells give away by their form alone."""
    if _share(column, _EMAIL) >= MIN_SHARE:
        return "email"
    if column.dates < 0.5 and _share(column, _PHONE) >= MIN_SHARE:
        return "phone"
    return "national_id" if _share(column, *_NATIONAL) >= 0.8 else ""


def _looks_like_names(column: Column, table: Table) -> bool:
    """Tell whether most cells are a first and a last name, each seldom twice."""
    is_many = column.n_distinct > 0.6 * column.n_filled and column.n_filled >= 5
    is_area = column.area() is not None or table.named[column.name].get("area_label", 0) > 0.5
    is_label = table.named[column.name].get("label", 0) >= 0.5
    is_person = "person" in column.name.casefold() or "victim" in column.name.casefold()
    return is_many and not is_area and (not is_label or is_person) and _share(column, _NAME) > 0.8


def _long_text(column: Column) -> str:
    """Return ``free_text`` for sentences that are all different."""
    is_many = column.n_distinct > 0.5 * column.n_filled and column.n_filled >= 5
    is_long = column.mean_length > FREE_TEXT_LENGTH and not column.is_point_text
    has_blanks = sum(" " in word.strip() for word, _ in column.words) > 0.8 * len(column.words)
    return "free_text" if is_many and is_long and has_blanks and column.has_letters else ""
