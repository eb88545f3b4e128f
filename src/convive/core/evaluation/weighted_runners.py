"""Designs that weigh areas, or months by their dose, run on the counts of a plan."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.dose import DosedAreas, DosePlan, dose_effect
from convive.core.evaluation.estimate import Estimate
from convive.core.evaluation.matched_areas import matched_areas
from convive.core.evaluation.matched_panel import MatchedPanel
from convive.core.evaluation.study_window import Window, uneven_breaks
from convive.core.evaluation.synthetic_control import synthetic_control
from convive.core.evaluation.synthetic_panel import SyntheticPanel, SyntheticRules

Floats = NDArray[np.float64]


def mixed(window: Window, rng: np.random.Generator) -> Estimate:
    """Run `synthetic_control`; rates of residents where they are known of all, else own scales."""
    rows = [*window.treated, *window.comparison]
    people = None if window.panel.residents is None else window.panel.residents[rows]
    is_known = people is not None and bool(np.isfinite(people).all() and (people > 0).all())
    panel = SyntheticPanel(
        outcome=window.table(rows),
        treated=np.arange(len(rows)) < len(window.treated),
        start=window.start_in_table,
        exposure=people if is_known else None,
        chosen_periods=_chosen(window),
        uneven_breaks=uneven_breaks(window) or (),
    )
    rules = SyntheticRules(is_own_scale=not is_known)
    return synthetic_control(
        panel, rng, rules, level=window.level, useful=window.outcome.useful
    ).estimate


def matched(window: Window, rng: np.random.Generator) -> Estimate:
    """Run `matched_areas` over all areas; those that the plan does not name stand for nobody."""
    n = len(window.panel.areas)
    named = {*window.treated, *window.comparison, *window.buffer}
    panel = MatchedPanel(
        counts={window.outcome.indicator_id: window.table(range(n))},
        treated=np.array(window.treated),
        start=window.start_in_table,
        neighbours=_touching(window, n) if window.panel.neighbours else None,
        left_out=np.array([row for row in range(n) if row not in named], dtype=np.int64),
        chosen_months=_chosen(window),
        uneven_breaks=uneven_breaks(window) or (),
    )
    found = matched_areas(panel, rng, level=window.level, useful=window.outcome.useful)
    return found.estimates[window.outcome.indicator_id]


def _touching(window: Window, n: int) -> NDArray[np.bool_]:
    found = np.zeros((n, n), dtype=bool)
    for row, near in enumerate(window.panel.neighbours):
        found[row, list(near)] = True
    return found


def _chosen(window: Window) -> int | None:
    chosen = window.study.chosen_months
    return None if chosen is None else min(chosen, window.start_in_table)


def dosed(window: Window, _rng: np.random.Generator) -> Estimate:
    """Run `dose_effect`: comparison areas got nothing, areas without a diary nobody knows what."""
    rows = [*window.treated, *window.comparison]
    dose = np.zeros((len(rows), len(window.panel.months)))
    for at, row in enumerate(window.treated):
        diary = window.doses.get(window.panel.areas[row])
        start = window.starts[at]
        given = [
            np.nan if diary is None else diary.get(month, 0.0) for month in window.panel.months
        ]
        dose[at, start:] = given[start:]
    # A choice by counts is not the same as dosing by them, but nobody has said that it was not.
    follows = False if window.study.chosen_months == 0 else None
    areas = DosedAreas(window.panel.counts[rows], dose, follows_counts=follows)
    plan = DosePlan(useful=window.outcome.useful)
    return dose_effect(areas, plan, level=window.level).estimate
