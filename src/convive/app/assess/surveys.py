"""Survey shares per wave, area and group, their trends and their contrasts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.app.assess.prepare import CITY, HEADLINES, Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.waves import OPEN_LINK, REFERENCE, Wave
from convive.app.territory import NOWHERE, Positions
from convive.core.model import Indicator, SurveyShare
from convive.core.survey import (
    SurveyDifference,
    SurveyEstimates,
    difference,
    difference_between_waves,
    share_by_domain,
)

NAMELESS_N = 10
"""Below so many answers even their number is not shown."""
TOO_FEW_ANSWERS = "too_few_answers"


@dataclass(frozen=True)
class AreaShares:
    """One indicator at one level in one wave: the areas' estimates, shares from 0 to 1."""

    indicator: Indicator
    level: str
    wave: Wave
    ids: tuple[str, ...]
    estimates: SurveyEstimates


def survey_shares(prepared: Prepared, waves: list[Wave]) -> list[AreaShares]:
    """Return every survey indicator by level and wave, for all respondents together."""
    found = []
    for wave in waves:
        for indicator in prepared.indicators:
            measure = indicator.measure
            if not isinstance(measure, SurveyShare):
                continue
            y = wave.scored(measure)
            if y is None or np.isnan(y).all():
                continue
            for level, (ids, domains) in _domains(prepared, wave).items():
                shares = share_by_domain(
                    wave.design, y, domains, n_domains=len(ids), level=indicator.level
                )
                found.append(AreaShares(indicator, level, wave, ids, shares))
    return found


def _domains(prepared: Prepared, wave: Wave) -> dict[str, tuple[tuple[str, ...], Positions]]:
    everybody = np.zeros(wave.design.n_respondents, dtype=np.int64)
    if not wave.is_of_city:
        level = REFERENCE if wave.is_reference else OPEN_LINK
        return {level: ((wave.source_id,), everybody)}
    frames = prepared.territory.frames
    return {
        level: (frames[level].ids, positions)
        for level, positions in wave.places.items()
        if (positions != NOWHERE).any()
    }


def survey_estimates(prepared: Prepared, shares: list[AreaShares]) -> list[Row]:
    """Return the rows of table ``estimates`` for surveys: all, by sex, by age."""
    fewest = prepared.city.disclosure.min_respondents
    rows: list[Row] = []
    for share in shares:
        rows.extend(_rows(share, ("all", None), share.estimates, fewest))
        rows.extend(_group_rows(prepared, share, fewest))
    return rows


def _group_rows(prepared: Prepared, share: AreaShares, fewest: int) -> Iterator[Row]:
    measure = share.indicator.measure
    wave = share.wave
    if not isinstance(measure, SurveyShare) or (y := wave.scored(measure)) is None:
        return
    domains = _domains(prepared, wave)[share.level][1]
    for dimension, labels in (("sex", wave.sex), ("age_group", wave.age_group)):
        groups = sorted({label for label in labels if label is not None})
        # Below the city only where a group of an area has enough respondents on average.
        if len(y) < fewest * len(share.ids) * len(groups) and len(share.ids) > 1:
            continue
        for group in groups:
            within = np.where(labels == group, domains, NOWHERE)
            found = share_by_domain(
                wave.design, y, within, n_domains=len(share.ids), level=share.indicator.level
            )
            yield from _rows(share, (dimension, group), found, fewest)


def _rows(
    share: AreaShares, group: tuple[str, str | None], found: SurveyEstimates, fewest: int
) -> Iterator[Row]:
    kind, start, end = share.wave.period
    cautious = found.n_cautious
    for i, area in enumerate(share.ids):
        n = int(found.n[i])
        is_shown = n >= fewest and bool(np.isfinite(found.low[i]))
        figures = (found.value[i], found.low[i], found.high[i])
        value, low, high = (number(100 * x) if is_shown else None for x in figures)
        if share.wave.is_open_link:
            # An interval would say how far the population may be from it: nobody can know that.
            low = high = None
        yield {
            "indicator_id": share.indicator.id,
            "face": share.indicator.face.value,
            "level": share.level,
            "area_id": area,
            "period_kind": kind,
            "period_start": start,
            "period_end": end,
            "dimension": group[0],
            "group": group[1] or "all",
            "value": value,
            "low": low,
            "high": high,
            "interval_level": share.indicator.level,
            "n": n if n >= NAMELESS_N else None,
            "unit": share.indicator.unit,
            "method": OPEN_LINK
            if share.wave.is_open_link
            else share.indicator.method or "survey_share",
            "status": "shown" if is_shown else "unavailable",
            "reason": None if is_shown else TOO_FEW_ANSWERS,
            "source_ids": [share.wave.source_id],
            "_n_effective": number(cautious[i]),
        }


def survey_trends(prepared: Prepared, shares: list[AreaShares]) -> list[Row]:
    """Return the change from first to last wave: the city for all, areas for headlines."""
    fewest = prepared.city.disclosure.min_respondents
    by_key: dict[tuple[str, str, str], list[AreaShares]] = {}
    for share in shares:
        is_wanted = share.level == CITY or (
            share.level == prepared.analysis and share.indicator.id in HEADLINES.values()
        )
        if is_wanted:
            key = (share.indicator.id, share.level, share.wave.source_id)
            by_key.setdefault(key, []).append(share)
    rows: list[Row] = []
    for _, waves in sorted(by_key.items()):
        if len(waves) > 1:
            rows.extend(_trend_rows(waves[0], waves[-1], fewest))
    return rows


def _trend_rows(first: AreaShares, last: AreaShares, fewest: int) -> Iterator[Row]:
    change = difference_between_waves(last.estimates, first.estimates)
    for i, area in enumerate(first.ids):
        n = int(change.n_a[i] + change.n_b[i])
        can = min(change.n_a[i], change.n_b[i]) >= fewest and np.isfinite(change.p[i])
        yield {
            "indicator_id": first.indicator.id,
            "level": first.level,
            "area_id": area,
            "_cell": (first.indicator.id, first.level, area),
            "before_start": first.wave.period[1],
            "before_end": first.wave.period[2],
            "after_start": last.wave.period[1],
            "after_end": last.wave.period[2],
            **_points(change, i, can=bool(can)),
            "change_unit": "points",
            "n": n if n >= NAMELESS_N else None,
            "method": "survey_share",
            "segment_start": first.wave.period[1],
        }


def _points(change: SurveyDifference, i: int, *, can: bool) -> Row:
    if not can:
        return {"status": "unavailable", "reason": TOO_FEW_ANSWERS}
    return {
        "change_percent": number(100 * change.difference[i]),
        "low": number(100 * change.low[i]),
        "high": number(100 * change.high[i]),
        "p": number(change.p[i]),
        "status": "shown",
    }


def survey_contrasts(prepared: Prepared, waves: list[Wave]) -> list[Row]:
    """Return women against men, young and old against those between, newest wave, city."""
    newest: dict[str, Wave] = {wave.source_id: wave for wave in waves if wave.is_of_city}
    fewest = prepared.city.disclosure.min_respondents
    rows: list[Row] = []
    for wave in newest.values():
        for indicator in prepared.indicators:
            measure = indicator.measure
            y = wave.scored(measure) if isinstance(measure, SurveyShare) else None
            if y is None or np.isnan(y).all():
                continue
            for names, masks in _pairs(wave):
                row = _contrast(prepared, (indicator, wave), (names, masks), y)
                is_few = min(row["n_a"], row["n_b"]) < fewest or row["p"] is None
                rows.append(_few(row) if is_few else row)
    return rows


def _pairs(
    wave: Wave,
) -> Iterator[tuple[tuple[str, str, str], tuple[NDArray[np.bool_], NDArray[np.bool_]]]]:
    if {"female", "male"} <= set(wave.sex):
        yield ("sex", "female", "male"), (wave.sex == "female", wave.sex == "male")
    groups = sorted({g for g in wave.age_group if g is not None}, key=_first_age)
    if len(groups) < 3:
        return
    middle = np.isin(wave.age_group, groups[1:-1])
    name = f"{_first_age(groups[1])}-{_first_age(groups[-1]) - 1}"
    for edge in (groups[0], groups[-1]):
        yield ("age_group", edge, name), (wave.age_group == edge, middle)


def _first_age(group: str) -> int:
    found = re.search(r"\d+", group)
    return int(found.group()) if found else 0


def _contrast(
    prepared: Prepared,
    of: tuple[Indicator, Wave],
    pair: tuple[tuple[str, str, str], tuple[NDArray[np.bool_], NDArray[np.bool_]]],
    y: NDArray[np.float64],
) -> Row:
    indicator, wave = of
    (dimension, group_a, group_b), masks = pair
    found = difference(wave.design, y, *masks, level=indicator.level)
    return {
        "indicator_id": indicator.id,
        "level": CITY,
        "area_id": prepared.city.id,
        "period_start": wave.period[1],
        "period_end": wave.period[2],
        "dimension": dimension,
        "group_a": group_a,
        "group_b": group_b,
        "difference": number(100 * found.difference[0]),
        "low": number(100 * found.low[0]),
        "high": number(100 * found.high[0]),
        "p": number(found.p[0]),
        "n_a": int(found.n_a[0]),
        "n_b": int(found.n_b[0]),
        "status": "shown",
    }


def _few(row: Row) -> Row:
    hidden = dict.fromkeys(("difference", "low", "high", "p", "n_a", "n_b"))
    return {**row, **hidden, "status": "unavailable", "reason": TOO_FEW_ANSWERS}
