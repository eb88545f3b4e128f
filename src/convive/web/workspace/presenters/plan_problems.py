"""Problems of a plan file as a person reads them: what, where, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from convive.catalogue.texts import has_text, say
from convive.core.model import Problem, Severity

MOST_SHOWN = 200


def present_problems(problems: Iterable[Problem], language: str) -> dict[str, Any]:
    """Return the rows of a list, errors first, and how many more there are."""
    ordered = sorted(problems, key=lambda one: one.severity is not Severity.ERROR)
    rows = [_row(one, language) for one in ordered[:MOST_SHOWN]]
    return {"rows": rows, "n": len(ordered), "more": max(0, len(ordered) - MOST_SHOWN)}


def _row(one: Problem, language: str) -> dict[str, Any]:
    place = one.place
    params = {
        "file": place.file, "sheet": place.sheet or "", "row": place.row or "",
        "column": _column(place.column or "", language), "rows": one.rows,
        "examples": [str(row) for row in one.examples], **one.data,
    }  # fmt: skip
    return {
        "text": say(f"problem.{one.code}", language, **params),
        "remedy": say(f"problem.{one.code}.remedy", language, **params),
        "sheet": _sheet(place.sheet or "", language),
        "row": place.row or "",
        "column": params["column"],
        "is_error": one.severity is Severity.ERROR,
    }


def _sheet(name: str, language: str) -> str:
    return say(f"plan.sheet.{name}", language) if has_text(f"plan.sheet.{name}") else name


def _column(name: str, language: str) -> str:
    return say(f"plan.column.{name}", language) if has_text(f"plan.column.{name}") else name
