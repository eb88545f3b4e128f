"""Changes, areas and months of evaluations in the words of a page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from convive.catalogue.texts import format_date, say
from convive.core.collation import collation_key
from convive.core.evaluation.estimate import Estimate
from convive.core.model import Face
from convive.web.staff.audit import area_name, faces_now

FAR_MORE = 400.0
"""Percent from which a number would only seem exact."""


def indicator_name(indicator_id: str, language: str) -> str:
    """Return what an indicator is called."""
    return say(f"indicator.{indicator_id}", language)


def area_names(level: str, codes: Iterable[str]) -> list[str]:
    """Return the names of areas, in alphabetical order."""
    return sorted((area_name(level, one) for one in codes), key=collation_key)


def is_share(indicator_id: str) -> bool:
    """Tell whether an indicator is a share of a survey, which changes in points, not in percent."""
    return faces_now().get(indicator_id) in {Face.EXPERIENCED, Face.FELT}


def change_text(change: float | None, indicator_id: str, language: str) -> str:
    """Return a change in words: so many percent fewer, so many points more."""
    if change is None:
        return ""
    unit = "points" if is_share(indicator_id) else "percent"
    size = f"{abs(change):.0f}" if unit == "percent" else f"{abs(change):.1f}"
    if float(size) == 0:
        return say("evaluation_page.no_change", language)
    if change > FAR_MORE and unit == "percent":
        return say("evaluation_page.far_more", language)
    way = "fewer" if change < 0 else "more"
    return say(f"evaluation_page.{unit}_{way}", language, n=float(size))


def interval_text(estimate: Estimate, indicator_id: str, language: str) -> str:
    """Return between what and what a change lies; empty where there is no interval."""
    if estimate.low is None or estimate.high is None:
        return ""
    return say(
        "evaluation_page.between", language, coverage=100 * estimate.coverage,
        low=change_text(estimate.low, indicator_id, language),
        high=change_text(estimate.high, indicator_id, language),
    )  # fmt: skip


def period_text(start: date | None, end: date | None, language: str) -> str:
    """Return first and last day of a period whose first day after is given."""
    if start is None or end is None:
        return ""
    last = end - timedelta(days=1)
    return f"{format_date(start, language)} – {format_date(last, language)}"
