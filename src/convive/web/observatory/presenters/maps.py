"""A map as a page shows it: coloured outlines, key, and the same figures as rows."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

from convive.app.shown_figures import (
    decimals_for,
    interval_text,
    present_figure,
    written,
)
from convive.catalogue.texts import say
from convive.web.observatory.presenters.mapping import (
    Classes,
    Outlines,
    build_classes,
    is_unsure,
    shown_values,
)

Row = Mapping[str, Any]
MOST_LINKS = 150
"""Above this many areas the outlines are no links: nobody walks them by keyboard."""


def present_map(
    outlines: Outlines | None, areas: list[dict[str, Any]], figures: Mapping[str, Row],
    language: str,
) -> dict[str, Any]:  # fmt: skip
    """Return a map: shapes with class and text, key, rows of its table twin."""
    values = {area_id: shown_values(row) for area_id, row in figures.items()}
    classes = build_classes([value for value in values.values() if value])
    unit = next((str(row["unit"]) for row in figures.values()), "")
    rows = [
        _map_row(area, figures.get(area["area_id"]), values, classes, language) for area in areas
    ]
    by_id = {row["area_id"]: row for row in rows}
    shapes = [
        by_id[outline.area_id] | {"path": outline.path}
        for outline in (outlines.areas if outlines else ())
        if outline.area_id in by_id
    ]
    return {
        "shapes": shapes,
        "height": outlines.height if outlines else 0,
        "has_links": len(shapes) <= MOST_LINKS,
        "key": key_of(classes, unit, language) if any(values.values()) else [],
        "hatches": sorted({shape["step"] for shape in shapes if shape["unsure"]}),
        "has_unsure": any(row["unsure"] for row in rows),
        "has_few": any(row["step"] == "few" for row in rows),
        "rows": rows,
    }


def _map_row(
    area: Row, row: Row | None, values: Mapping[str, Any], classes: Classes, language: str
) -> dict[str, Any]:
    value = values.get(area["area_id"])
    figure = present_figure(row, language)
    told = figure.why_not
    if value and row is not None:
        decimals = decimals_for(value[1], value[2])
        shown = written(value[0], str(row["unit"]), language, decimals)
        told = (
            f"{shown} ({interval_text(value[1], value[2], str(row['unit']), language, decimals)})"
        )
        told = f"{told}. {figure.note}" if figure.note else told
    return {
        "area_id": area["area_id"],
        "level": area["level"],
        "name": area["name"],
        "step": f"q{classes.steps[classes.of(value[0])]}" if value else "few",
        "unsure": value is not None and is_unsure(value, classes),
        "told": told,
        "label": f"{area['name']}: {told}",
        "figure": figure,
    }


def key_of(classes: Classes, unit: str, language: str) -> list[dict[str, str]]:
    """Return the key: one entry a class, in words."""
    bounds = classes.bounds
    if not bounds:
        return []
    digits = 0 if all(float(bound).is_integer() for bound in bounds) else 1
    if any(round(bound, 1) != round(bound, 4) for bound in bounds):
        digits = 2
    text = [written(bound, unit, language, digits) for bound in bounds]
    words = [say("web.map.under", language, x=text[0])]
    words += [
        say("web.map.between", language, low=low, high=high)
        for low, high in itertools.pairwise(text)
    ]
    words.append(say("web.map.over", language, x=text[-1]))
    return [
        {"step": f"q{step}", "text": word} for step, word in zip(classes.steps, words, strict=True)
    ]
