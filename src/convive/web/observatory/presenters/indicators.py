"""Indicators in tables: by group of people or part of the day, by denominator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from convive.app.shown_figures import (
    denominator_name,
    present_figure,
    why_not_shown,
    words_of,
)
from convive.catalogue.positions import position_sentences
from convive.catalogue.texts import say
from convive.core.model import Verdict
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


def position_table(
    rows: Sequence[Row], areas: Sequence[Row], called: Mapping[str, str], language: str
) -> dict[str, Any] | None:
    """Return where areas stand under each denominator; None with only one.

    Areas that are clearly above the city by some and not by others come first.

    Parameters
    ----------
    called : mapping
        Denominator → its name, the leading one first.
    """
    found = {(row["area_id"], row["denominator_id"]): row for row in rows}
    names = [name for name in called if any(key[1] == name for key in found)]
    if len(names) < 2:
        return None
    by_id = {area["area_id"]: area for area in areas}
    told: list[dict[str, Any]] = []
    rest: list[dict[str, Any]] = []
    for area in areas:
        own = [found.get((area["area_id"], name)) for name in names]
        cells = [_position(row, language) for row in own]
        line = {"area": area, "cells": list(zip((called[n] for n in names), cells, strict=True))}
        above = {row["verdict"] == Verdict.CLEARLY_ABOVE for row in own if row is not None}
        (told if len(above) > 1 else rest).append(line)
    return {
        "names": [called[name] for name in names],
        "rows": told,
        "rest": rest,
        "sentences": position_sentences(
            rows, names[0], area=lambda one: str(by_id[one]["name"]),
            denominator=lambda one: called[one], language=language,
        ),
    }  # fmt: skip


def _position(row: Row | None, language: str) -> dict[str, str]:
    """Return one cell: how many times the city's rate, and the verdict, or why there is none."""
    if row is None or row["status"] != "shown":
        return {"times": "", "verdict": "", "why": why_not_shown(row, language)}
    ratio = row["ratio"]
    return {
        "times": "" if ratio is None else say("positions.times", language, x=ratio),
        "verdict": words_of("verdict", row["verdict"], language),
        "why": "",
    }
