"""Places before, during and after, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convive.catalogue.texts import format_date, format_number, say
from convive.core.strategy.before_after import BeforeAfter, Movement
from convive.web.staff.audit import area_name
from convive.web.workspace.models import PlaceProject, PlaceRecord
from convive.web.workspace.presenters.targets import present_figure
from convive.web.workspace.presenters.values import number_text


def present_place(place: PlaceProject, language: str) -> dict[str, Any]:
    """Return what everybody may know of a place."""
    first, last = place.started_on, place.ended_on
    return {
        "place": place, "area": area_name(place.level, place.area_id),
        "begins": format_date(first, language) if first else "",
        "ends": format_date(last, language) if last else "",
    }  # fmt: skip


def present_records(
    columns: Mapping[str, list[PlaceRecord]], language: str
) -> list[dict[str, Any]]:
    """Return the three columns of the side-by-side view."""
    return [
        {
            "code": when, "words": say(f"places_work.when.{when}", language),
            "rows": [_record(one, language) for one in rows],
        }
        for when, rows in columns.items()
    ]  # fmt: skip


def _record(one: PlaceRecord, language: str) -> dict[str, Any]:
    value = "" if one.value is None else number_text(one.value, language)
    return {
        "number": one.pk, "day": format_date(one.on, language), "text": one.text,
        "measure": one.measure, "value": value, "source": one.source, "is_struck": one.is_struck,
        "n": "" if one.n is None else format_number(one.n, language, 0),
    }  # fmt: skip


def present_figures(rows: Iterable[BeforeAfter], language: str) -> list[dict[str, Any]]:
    """Return the indicators of the area before and after; those that have moved come first."""
    ordered = sorted(rows, key=lambda one: one.movement is Movement.CANNOT_TELL)
    return [
        {
            "indicator_id": one.indicator_id,
            "indicator": say(f"indicator.{one.indicator_id}", language),
            "before": present_figure(one.before, language) if one.before else None,
            "after": present_figure(one.after, language) if one.after else None,
            "movement": one.movement.value,
            "words": say(f"movement.{one.movement}", language),
            "why": say(f"target_why.{one.why}", language) if one.why else "",
            "change": _change(one, language),
        }
        for one in ordered
    ]  # fmt: skip


def _change(one: BeforeAfter, language: str) -> str:
    """Return the change with its interval, as long as there is one."""
    if one.change is None:
        return ""
    low, amount, high = (
        format_number(value, language, 1)
        for value in (one.change.low, one.change.amount, one.change.high)
    )
    return say("movement.change", language, amount=amount, low=low, high=high)
