"""From evidence to figures, and from gated figures to comparisons and verdicts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.assess.adjust import adjust
from convive.app.assess.areas import area_rows
from convive.app.assess.breaks import find_breaks
from convive.app.assess.context import context_estimates
from convive.app.assess.courses import recorded_courses
from convive.app.assess.effects import EffectKey, effect_rows
from convive.app.assess.faces import face_rows
from convive.app.assess.harm import harm_estimates, harm_parameters
from convive.app.assess.index import index_rows
from convive.app.assess.missing import missing_rows
from convive.app.assess.observed import (
    daypart_contrasts,
    observed_estimates,
    placed_stops,
    rater_rows,
)
from convive.app.assess.positions import position_rows
from convive.app.assess.prepare import Prepared, Row, prepare
from convive.app.assess.profiles import profile_rows
from convive.app.assess.quality import quality_rows, source_rows
from convive.app.assess.recorded import recorded_estimates
from convive.app.assess.repeats import repeat_estimates
from convive.app.assess.splits import variance_split_rows
from convive.app.assess.surveys import (
    survey_contrasts,
    survey_estimates,
    survey_shares,
    survey_trends,
)
from convive.app.assess.themes import theme_rows
from convive.app.assess.waves import Wave, build_waves
from convive.app.ports import Progress, silent
from convive.core.evaluation.before_after import EffectResult

Tables = dict[str, list[Row]]


@dataclass(frozen=True)
class Figures:
    """Everything measured, before the gate; `effects` holds what verdicts need."""

    rows: Tables
    effects: Mapping[EffectKey, EffectResult]
    waves: Sequence[Wave] = ()
    """Who answered in surveys: what studies ask is summed up from it (`app.evaluation.asked`)."""


def measure(prepared: Prepared, *, progress: Progress = silent) -> Figures:
    """Return the figures of every method, not yet gated: never show them."""
    rows: Tables = {"areas": area_rows(prepared)}
    rows["quality"] = quality_rows(prepared)
    rows["sources"] = source_rows(prepared, rows["quality"])
    progress("assess", 0, 4)
    stops = placed_stops(prepared)
    rows["estimates"] = [
        *recorded_estimates(prepared),
        *harm_estimates(prepared),
        *repeat_estimates(prepared),
        *context_estimates(prepared),
        *observed_estimates(prepared, stops),
    ]
    progress("assess", 1, 4)
    waves = build_waves(prepared)
    shares = survey_shares(prepared, waves)
    rows["estimates"] += survey_estimates(prepared, shares)
    progress("assess", 2, 4)
    rows["breaks"], parts = find_breaks(prepared)
    rows["series"], rows["trends"] = recorded_courses(prepared, parts)
    rows["trends"] += survey_trends(prepared, shares)
    progress("assess", 3, 4)
    rows["profiles"] = profile_rows(prepared)
    rows["raters"] = rater_rows(prepared, stops)
    rows["contrasts"] = [
        *survey_contrasts(prepared, waves),
        *daypart_contrasts(prepared, rows["estimates"]),
    ]
    rows["variance_splits"] = variance_split_rows(prepared, waves)
    rows["effects"], effects = effect_rows(prepared)
    rows["themes"] = theme_rows(prepared)
    rows["missing"] = missing_rows(prepared)
    progress("assess", 4, 4)
    return Figures(rows, effects, waves)


def compare(
    prepared: Prepared, gated: Tables, effects: Mapping[EffectKey, EffectResult]
) -> tuple[Tables, dict[str, int]]:
    """Return all rows with faces, gaps, index, q-values and verdicts, and the tests per table.

    Works on gated rows only, so that nothing hidden shines through a comparison.
    """
    rows = dict(gated)
    rows["faces"], rows["gaps"] = face_rows(prepared, rows["estimates"])
    rows["positions"] = position_rows(prepared, rows["estimates"])
    rows["index"] = index_rows(prepared, rows["estimates"])
    return rows, adjust(rows, effects)


def parameters(prepared: Prepared) -> dict[str, Any]:
    """Return the choices that the audit made, for the run record."""
    return {
        "analysis_level": prepared.analysis,
        "base_year": prepared.city.base_year,
        "indicators": [found.id for found in prepared.indicators],
        "numerator_source": {
            key: numerator.source_id for key, numerator in sorted(prepared.numerators.items())
        },
        "denominator": {
            key: prepared.denominator_of(prepared.indicator(key))
            for key in sorted(prepared.numerators)
        },
        "crosswalk": dict(sorted(prepared.evidence.crosswalks.items())),
        "harm": harm_parameters(prepared.city.harm),
    }


__all__ = ["Figures", "Prepared", "compare", "measure", "parameters", "prepare"]
