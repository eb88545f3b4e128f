"""How an entry was judged: scheme by scheme, side by side, never added up."""

from __future__ import annotations

from typing import Any

from convive.catalogue import find
from convive.catalogue.texts import format_date
from convive.core.shelf.entry import Entry
from convive.core.shelf.grading import Grading
from convive.core.shelf.grading_rules import gradings_of, side_by_side
from convive.core.shelf.scheme import Dimension
from convive.web.shelf.presenters import shelf_words as words


def present_grades(entry: Entry, language: str) -> list[dict[str, Any]]:
    """Return for each scheme that somebody used its grades, with who, when and on what."""
    schemes = find.grading_schemes()
    rows = [*gradings_of(entry.practice, schemes), *entry.gradings]
    return [
        {
            "scheme": words.titled(graded.scheme.title, language),
            "about": words.titled(graded.scheme.about, language),
            "dimensions": [
                {
                    "title": words.titled(one.dimension.title, language)
                    if one.dimension.code else None,
                    "is_contradicted": one.is_contradicted,
                    "grades": [_grade(each, one.dimension, entry, language) for each in one.gradings],
                }
                for one in graded.dimensions
            ],
        }
        for graded in side_by_side(rows, schemes)
    ]  # fmt: skip


def _grade(one: Grading, dimension: Dimension, entry: Entry, language: str) -> dict[str, Any]:
    known = dimension.grade(one.grade)
    return {
        "grade": words.titled(known.title, language) if known
        else words.in_own_language(entry, one.grade, language),
        "meaning": words.titled(known.meaning, language) if known else None,
        "by": one.by, "on": format_date(one.on, language) if one.on else "",
        "about": one.about, "note": one.note,
    }  # fmt: skip
