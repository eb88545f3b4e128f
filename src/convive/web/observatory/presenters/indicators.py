"""Indicators in tables: by group of people or part of the day, by denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convive.web.observatory.presenters.figures import denominator_name, present_figure, words_of
from convive.web.observatory.presenters.marks import axis_over, interval_mark

Row = Mapping[str, Any]
DIMENSIONS = ("sex", "age_group", "daypart")


def group_tables(rows: Sequence[Row], language: str) -> list[dict[str, Any]]:
    """Return one table a dimension, its groups on one axis."""
    tables = []
    for dimension in DIMENSIONS:
        found = sorted(
            (row for row in rows if row["dimension"] == dimension), key=lambda row: row["group"]
        )
        axis = axis_over(found)
        if found:
            tables.append({
                "dimension": dimension,
                "rows": [
                    {
                        "group": words_of("group", row["group"], language),
                        "figure": present_figure(row, language),
                        "mark": interval_mark(row, axis),
                    }
                    for row in found
                ],
            })  # fmt: skip
    return tables


def denominator_table(areas: Sequence[Row], language: str) -> dict[str, Any] | None:
    """Return rates per area side by side over each denominator; None with only one."""
    names = sorted({row["denominator_id"] for one in areas for row in one["rows"]} - {None})
    if len(names) < 2:
        return None
    called = {
        row["denominator_id"]: denominator_name(row, language)
        for one in areas
        for row in one["rows"]
        if row["denominator_id"]
    }
    table = []
    for one in areas:
        found = {row["denominator_id"]: present_figure(row, language) for row in one["rows"]}
        figures = [(called[name], found.get(name)) for name in names]
        table.append({"area": one["area"], "figures": figures})
    return {
        "names": [called[name] for name in names], "rows": table,
        "first": table[:1], "rest": table[1:],
    }  # fmt: skip
