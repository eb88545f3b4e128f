"""How far answers of areas drift apart by themselves, beyond what sampling explains."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.evaluation.survey_model import Read, spread_in
from convive.core.survey import kish_effective_n
from convive.core.survey.variance import domain_variance, sums_by

MIN_AREAS = 6
ASSUMED_DRIFT = 0.02
"""Part of the scale by which the answers of single areas drift apart between two waves."""
_FEWEST_ANSWERS = 5.0
"""Of an area in a wave, after weighting; with fewer nothing is learnt of its drift."""
_LEAST_OF_PANEL = 0.1
"""Part of the variance of independent answers that people asked again leave, at least."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Drift:
    """What the drift of areas adds to the variance of the change."""

    variance: float
    df: float
    """inf where the drift is assumed, or is in the design's variance already."""
    assumed: float | None
    """Standard deviation that areas are taken to drift by; None where it was seen."""
    n_areas: tuple[int, int]
    """Treated and comparison areas with five answers in both waves; 0 where nobody knows."""


@dataclass(frozen=True, slots=True)
class _Areas:
    """Areas met in both waves; arrays (n_areas,)."""

    change: Floats
    variance: Floats
    """Of sampling."""
    side: Ints
    weight: Floats
    """Share of all weights."""


def drift_of(waves: Read, width: float) -> Drift:
    """Return the variance that drift of areas adds; `width` is that of the scale.

    Notes
    -----
    Variance of a change of one area × sum of squared shares of the areas on each side. With
    fewer than six areas, or where nobody knows them, an assumed one; areas that nobody knows
    count as one on each side. Where every area is one cluster of both waves, the design's
    variance holds the drift.
    """
    areas = _areas(waves)
    n_areas = (int((areas.side == 0).sum()), int((areas.side == 1).sum()))
    is_seen = areas.side.size >= MIN_AREAS and all(n_areas[: waves.n_sides])
    if is_seen and _are_clusters(waves):
        return Drift(0.0, np.inf, None, n_areas)
    squares = 0.0
    for one in range(waves.n_sides):
        weight = areas.weight[areas.side == one]
        squares += float(np.sum((weight / weight.sum()) ** 2)) if weight.size else 1.0
    if not is_seen:
        assumed = ASSUMED_DRIFT * width
        return Drift(assumed**2 * squares, np.inf, assumed, n_areas)
    return Drift(_between(areas) * squares, float(areas.side.size - waves.n_sides), None, n_areas)


def _areas(waves: Read) -> _Areas:
    """Return change and sampling variance of every area with enough answers in both waves."""
    if waves.area is None:
        return _Areas(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0))
    n = 1 + max(int(one.max(initial=-1)) for one in waves.area)
    side, codes = np.full(n, -1), []
    for number in range(2):
        counts = np.isfinite(waves.answers[number])
        codes.append(np.where(counts, waves.area[number], -1))
        side[waves.area[number]] = waves.side[number]
    parts = [_one_wave(waves, number, codes[number], n) for number in range(2)]
    scores = [-parts[0][1], parts[1][1]]
    if waves.stacked is None:
        each = (
            np.maximum(domain_variance(waves.design[i], scores[i], codes[i], n), parts[i][2])
            for i in range(2)
        )
        variance = np.asarray(sum(each))
    else:
        both = np.concatenate(codes)
        variance = domain_variance(waves.stacked, np.concatenate(scores), both, n)
    change = parts[1][0] - parts[0][0]
    independent = parts[0][2] + parts[1][2]
    known = np.isfinite(change) & np.isfinite(independent) & (independent > 0)
    variance = np.maximum(variance, _LEAST_OF_PANEL * independent)
    weight = (parts[0][3] + parts[1][3]) / 2.0
    return _Areas(change[known], variance[known], side[known], weight[known])


def _one_wave(
    waves: Read, number: int, code: Ints, n: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return by area mean, (by respondent) influence, variance of independent answers, weight."""
    answers, weights = waves.answers[number], waves.design[number].weights
    met = code >= 0
    total = sums_by(code[met], weights[met], n)
    kish = kish_effective_n(weights, code, n_domains=n)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = sums_by(code[met], (weights * answers)[met], n) / total
        spread = spread_in(waves, mean, kish, (code, answers, weights))
        if not waves.is_share:  # that of an area's few answers would be mostly chance
            is_usable = np.isfinite(spread)
            spread = np.sum((kish * spread)[is_usable]) / kish[is_usable].sum()
        independent = np.where(kish >= _FEWEST_ANSWERS, spread / kish, np.nan)
    scores = np.zeros(code.size)
    scores[met] = (weights * (answers - mean[code]))[met] / total[code[met]]
    return mean, scores, independent, total / total.sum()


def _between(areas: _Areas) -> float:
    """Return the variance of true changes between areas of one kind, by moments, 0 at least."""
    excess, scale = 0.0, 0.0
    for one in np.unique(areas.side):
        here = areas.side == one
        weight, change = 1.0 / areas.variance[here], areas.change[here]
        mean = float(weight @ change / weight.sum())
        excess += float(weight @ (change - mean) ** 2) - (int(here.sum()) - 1)
        scale += float(weight.sum() - weight @ weight / weight.sum())
    return max(0.0, excess / scale) if scale > 0 else 0.0


def _are_clusters(waves: Read) -> bool:
    """Tell whether every area is one cluster, the same in both waves."""
    if waves.stacked is None or waves.area is None:
        return False
    area = np.concatenate(waves.area)
    pairs = np.unique(np.stack([area, waves.stacked.psu]), axis=1).shape[1]
    return pairs == np.unique(area).size == np.unique(waves.stacked.psu).size
