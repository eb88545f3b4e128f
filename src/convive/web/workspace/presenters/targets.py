"""Targets: baseline, now, the value aimed at, and what can be told from chance."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from convive.app.withdrawn_words import withdrawn_words
from convive.catalogue.texts import format_date, format_number, format_period, say
from convive.core.model import Status
from convive.core.strategy.change import TargetReading, read_targets
from convive.core.strategy.model import Figure, Target
from convive.core.strategy.target_size import TargetSize, size_of_target, smallest_clear_change
from convive.web.staff.audit import area_name, source_titles
from convive.web.staff.reader_numbers import read
from convive.web.workspace.forms.action_rows import TargetsForm
from convive.web.workspace.presenters.values import number_text
from convive.web.workspace.selectors.figures import figure_now
from convive.web.workspace.selectors.still_told import figure_told

_CHANGE_UNITS = {"percent": "points"}
"""What a change is told in, where it is not the unit of the figure."""


def present_targets(targets: Iterable[Target], language: str) -> list[dict[str, Any]]:
    """Return targets as tables show them; read together, so that chance is reckoned with."""
    return [_target(one, language) for one in read_targets(tuple(targets))]


def _target(reading: TargetReading, language: str) -> dict[str, Any]:
    one = reading.target
    why = say(f"target_why.{reading.why}", language) if reading.why else ""
    return {
        "indicator": say(f"indicator.{one.indicator_id}", language),
        "indicator_id": one.indicator_id,
        "area": area_name(one.level, one.area_id),
        "direction": say(f"plan.direction.{one.direction}", language),
        "value": "" if one.value is None else number_text(one.value, language),
        "due": format_date(one.due, language) if one.due else "",
        "baseline": present_figure(one.baseline, language),
        "now": present_figure(one.now, language) if one.now else None,
        "verdict": say(f"plan.target.{reading.verdict}", language),
        "verdict_code": reading.verdict.value,
        "why": why,
        "size": size_sentence(one.baseline, one.value, one.direction, language),
    }


def present_figure(figure: Figure, language: str) -> dict[str, Any]:
    """Return a figure with n, interval, period and sources; why, where it is not shown."""
    period = ""
    if figure.period_start and figure.period_end:
        period = format_period(figure.period_start, figure.period_end, language)
    shown = figure.status is Status.SHOWN and figure.value is not None
    return {
        "is_shown": shown,
        "value": _number(figure.value, language) if shown else "",
        "interval": _interval(figure, language) if shown else "",
        "n": "" if figure.n is None or not shown else format_number(figure.n, language, 0),
        "unit": say(f"unit.{figure.unit}", language) if figure.unit else "",
        "period": period,
        "sources": ", ".join(source_titles(figure.source_ids, language)),
        "reason": "" if shown else _why_not(figure, language),
    }


def _why_not(figure: Figure, language: str) -> str:
    if figure.notice:
        return withdrawn_words(figure.notice, language)
    return say(f"reason.{figure.reason or 'no_figure'}", language)


def _number(value: float | None, language: str) -> str:
    if value is None:
        return ""
    return format_number(value, language, 0 if abs(value) >= 1000 else 1)


def _change(value: float, unit: str, language: str) -> str:
    """Return a change with its unit: shares change by percentage points."""
    named = _CHANGE_UNITS.get(unit, unit)
    return " ".join(
        filter(None, (_number(value, language), say(f"unit.{named}", language) if named else ""))
    )


def _interval(figure: Figure, language: str) -> str:
    if figure.low is None or figure.high is None:
        return ""
    return f"{_number(figure.low, language)} – {_number(figure.high, language)}"


def size_sentence(baseline: Figure, value: float | None, direction: str, language: str) -> str:
    """Return what a change must be to be told from chance, and whether the target is that far."""
    smallest = smallest_clear_change(baseline)
    if smallest is None:
        return say("plan.target_size.no_interval", language)
    least = say(
        "plan.target_size.least", language, change=_change(smallest, baseline.unit, language)
    )
    if value is None:
        return least
    size = size_of_target(baseline, value, direction)  # type: ignore[arg-type]
    if size is TargetSize.CLEAR and direction == "hold":
        return least
    return f"{say(f'plan.target_size.{size}', language)} {least}"


def present_target_rows(form: TargetsForm, language: str) -> list[dict[str, Any]]:
    """Return for each row of the form what the audit says of it; None where nothing is chosen."""
    return [_said(form, number, language) for number in range(form.n_rows)]


def _said(form: TargetsForm, number: int, language: str) -> dict[str, Any]:
    indicator, area, direction = (
        str(form.typed(number, name) or "") for name in ("indicator_id", "area", "direction")
    )
    level, _, area_id = area.partition("/")
    if not (indicator and area_id):
        return {}
    place = indicator, level, area_id
    figure = figure_told(*place, form.baseline_of(*place) or figure_now(*place))
    typed = form.typed(number, "value")
    value = read(str(typed), language) if typed not in (None, "") else None
    return {
        "figure": present_figure(figure, language),
        "sentence": size_sentence(figure, value, direction or "hold", language),
    }
