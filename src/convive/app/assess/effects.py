"""Interventions of the pack: their areas against comparison areas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from convive.app.assess.numerators import Numerator
from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.recorded import number
from convive.app.assess.sharing import REASON
from convive.core.errors import MethodError
from convive.core.evaluation.before_after import EffectResult, count_effect
from convive.core.model import IncidentCount, Indicator, Intervention

LONGEST_BEFORE_MONTHS = 24
METHOD = "before_after"

EffectKey = tuple[str, str]
"""Intervention id, indicator id."""


def effect_rows(prepared: Prepared) -> tuple[list[Row], Mapping[EffectKey, EffectResult]]:
    """Return the rows of table ``effects`` and the results that their verdicts come from."""
    rows: list[Row] = []
    results: dict[EffectKey, EffectResult] = {}
    for action in prepared.city.interventions:
        outcome = _outcome(prepared, action)
        if outcome is None or action.level not in prepared.territory.frames:
            continue
        row = _key(prepared, action, outcome)
        numerator = prepared.numerators[outcome.id]
        found = _effect(prepared, action, numerator, row)
        if found is not None and _is_held_back(prepared, action, numerator, row):
            rows.append({**row, "status": "unavailable", "reason": REASON})
            continue
        if found is None:
            rows.append({**row, "status": "unavailable", "reason": "effect_too_short"})
            continue
        results[(action.id, outcome.id)] = found
        rows.append({**row, **_figures(found), "_spans": _spans(action, numerator)})
    return rows, results


def _outcome(prepared: Prepared, action: Intervention) -> Indicator | None:
    """Return the indicator that counts what the action is about, as closely as possible."""
    return closest_indicator(
        action.categories, [prepared.indicator(one) for one in prepared.numerators]
    )


def closest_indicator(
    categories: Sequence[str], indicators: Iterable[Indicator]
) -> Indicator | None:
    """Return the indicator that counts categories as closely as possible; None: none does."""
    wanted = set(categories)
    ranked = []
    for indicator in indicators:
        if not isinstance(indicator.measure, IncidentCount):
            continue
        counted = set(indicator.measure.categories)
        if not wanted or not counted:
            closeness = 1.0 if wanted == counted else 0.0
        else:
            closeness = len(wanted & counted) / len(wanted | counted)
        ranked.append((-closeness, indicator.id, indicator))
    best = min(ranked, key=lambda one: one[:2], default=None)
    return None if best is None or best[0] == 0.0 else best[2]


def _key(prepared: Prepared, action: Intervention, outcome: Indicator) -> Row:
    ids = prepared.territory.frames[action.level].ids
    treated = [area for area in ids if area in action.areas]
    wanted = action.comparison_areas or tuple(area for area in ids if area not in action.areas)
    others = [area for area in ids if area in wanted and area not in treated]
    return {
        "intervention_id": action.id,
        "title": dict(action.title),
        "indicator_id": outcome.id,
        "level": action.level,
        "areas": treated,
        "comparison_areas": others,
        "starts": action.starts,
        "method": METHOD,
    }


def _window(action: Intervention, numerator: Numerator) -> tuple[int, int, int]:
    """Return the first month before, the first month of the action, and the one after the last."""
    start = int(np.searchsorted(numerator.starts, np.datetime64(action.starts)))
    end = numerator.n_closed
    if action.ends is not None:
        end = min(end, int(np.searchsorted(numerator.starts, np.datetime64(action.ends))))
    return max(0, start - LONGEST_BEFORE_MONTHS), start, end


def _spans(action: Intervention, numerator: Numerator) -> list[tuple[date, date]]:
    """Return the days before and after, each with the first day that is no more of it."""
    first, start, end = _window(action, numerator)
    starts, ends = numerator.starts, numerator.ends
    return [(starts[at].item(), ends[to - 1].item()) for at, to in ((first, start), (start, end))]


def _is_held_back(prepared: Prepared, action: Intervention, numerator: Numerator, row: Row) -> bool:
    """Tell whether a count that is compared rests too much on sharing out older areas."""
    first, _, end = _window(action, numerator)
    ids = list(prepared.territory.frames[action.level].ids)
    at = [ids.index(area) for area in (*row["areas"], *row["comparison_areas"])]
    return bool(numerator.held_back(action.level)[at, first:end].any())


def _effect(
    prepared: Prepared, action: Intervention, numerator: Numerator, row: Row
) -> EffectResult | None:
    counts = numerator.counts.get(action.level)
    first, start, end = _window(action, numerator)
    if counts is None or numerator.period_kind != "month" or not 0 < start < end:
        return None
    ids = list(prepared.territory.frames[action.level].ids)
    treated = counts[[ids.index(area) for area in row["areas"]], first:end]
    others = counts[[ids.index(area) for area in row["comparison_areas"]], first:end]
    try:
        return count_effect(treated, others, start - first)
    except MethodError:
        return None


def _figures(found: EffectResult) -> Row:
    row: Row = {
        "n_before": found.n_before,
        "n_after": found.n_after,
        "was_chosen_at_peak": found.was_chosen_at_peak,
    }
    if found.reason is not None or found.effect_percent is None:
        return {**row, "status": "unavailable", "reason": (found.reason or "").lower()}
    return {
        **row,
        "effect_percent": number(found.effect_percent),
        "low": None if found.low is None else number(found.low),
        "high": None if found.high is None else number(found.high),
        "p": found.p,
        "status": "shown",
    }
