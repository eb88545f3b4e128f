"""Dimensions and values of the room in words."""

from __future__ import annotations

from convive.app.evidence_room.axes import ALL, Label, month_start
from convive.app.evidence_room.week_tables import AREA_PREFIX
from convive.catalogue.texts import format_month, say
from convive.web.rights.site import area_names, kind_names, levels_now


def dimension_words(dimension: str, language: str) -> str:
    """Return what rows or columns are: "Month", "Neighbourhood"."""
    if dimension.startswith(AREA_PREFIX):
        level = dimension.removeprefix(AREA_PREFIX)
        return levels_now(language).get(level, level)
    return say(f"rights.field.{dimension}", language)


def label_words(label: Label, language: str) -> str:
    """Return what a row or a column stands for."""
    if label == ALL:
        return say("rights.table.all", language)
    what = label[0]
    if what == "area":
        unknown = say("rights.table.no_area", language)
        return area_names().get((label[1], label[2]), label[2]) if label[2] else unknown
    if what == "kind":
        unmapped = say("rights.table.unmapped", language)
        return kind_names(language).get(label[1], label[1]) if label[1] else unmapped
    if what in {"month", "weekday", "hour"}:
        return _of_time(what, label[1], language)
    if what == "part":
        return say(f"rights.daypart.{label[1]}", language)
    return str(label[1])


def _of_time(what: str, value: int, language: str) -> str:
    if what == "month":
        return format_month(month_start(value), language)
    if value < 0:
        return say("rights.table.no_hour", language)
    if what == "weekday":
        return say(f"web.weekday.{value + 1}", language)
    return f"{value:02}:00–{(value + 1) % 24:02}:00"
