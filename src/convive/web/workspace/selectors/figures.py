"""Figures of the shown audit, as a plan keeps them."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.core.model import Status
from convive.core.strategy.model import Figure
from convive.web.staff.audit import figures_over_time, newest_figure

NO_FIGURE = Figure(Status.UNAVAILABLE, reason="no_figure")


def figure_now(indicator_id: str, level: str, area_id: str) -> Figure:
    """Return the newest figure of an indicator in an area; `NO_FIGURE` where there is none."""
    row = newest_figure(indicator_id, level, area_id)
    return NO_FIGURE if row is None else _figure(row)


def _figure(row: dict[str, Any]) -> Figure:
    return Figure(
        Status(row["status"]), row["value"], row["low"], row["high"], row["n"], row["unit"],
        row["period_start"], row["period_end"], tuple(row["source_ids"] or ()),
        row["reason"] or "",
    )  # fmt: skip


def figures_then(indicator_id: str, level: str, area_id: str) -> list[Figure]:
    """Return the figures of an indicator in an area over time, the oldest first."""
    return [_figure(row) for row in figures_over_time(indicator_id, level, area_id)]


def figure_as_json(figure: Figure) -> dict[str, Any]:
    """Return a figure as a target keeps it."""
    return {
        "status": figure.status.value, "value": figure.value, "low": figure.low,
        "high": figure.high, "n": figure.n, "unit": figure.unit, "reason": figure.reason,
        "period_start": _iso(figure.period_start), "period_end": _iso(figure.period_end),
        "source_ids": list(figure.source_ids),
    } | ({"notice": dict(figure.notice)} if figure.notice else {})  # fmt: skip


def figure_of_json(kept: dict[str, Any]) -> Figure:
    """Return a figure that a target has kept."""
    return Figure(
        Status(kept.get("status", Status.UNAVAILABLE)), kept.get("value"), kept.get("low"),
        kept.get("high"), kept.get("n"), kept.get("unit", ""), _day(kept.get("period_start")),
        _day(kept.get("period_end")), tuple(kept.get("source_ids") or ()), kept.get("reason", ""),
        kept.get("notice") or {},
    )  # fmt: skip


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
