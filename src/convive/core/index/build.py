"""The safety index: base year 100, two halves, intervals, tie bands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.aggregate import OVERALL, How, Slot, aggregate
from convive.core.index.normalise import Base, build_base, score_indicator
from convive.core.index.recipe import check_names
from convive.core.index.tie_bands import tie_bands
from convive.core.index.uncertainty import Spread, correlate, draw_errors, propagate
from convive.core.model import Side

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class IndexOptions:
    """Choices of an index; the defaults are the published ones."""

    how: How = "arithmetic"
    level: float = 0.90
    n_draws: int = 1000
    alpha: float = 0.05
    noise_corrected: bool = False
    error_groups: tuple[int, ...] | None = None
    """Per indicator: which share respondents (same number); negative: with nobody."""
    error_correlation: float = 0.0
    error_correlations: Mapping[tuple[str, str], float] | None = None
    """Per pair of indicators of one survey, e.g. from `SurveyErrors`; instead of the groups."""


@dataclass(frozen=True, slots=True)
class IndexComponent:
    """One component; arrays of shape (n_areas, n_years), NaN and band 0 where missing."""

    values: Floats
    low: Floats
    high: Floats
    standard_errors: Floats
    bands: Integers
    """1 = safest; bands are made anew for every year."""
    parts: tuple[str, ...]
    """Indicators that it is made of."""


@dataclass(frozen=True, slots=True)
class IndexResult:
    """The index with everything it is made of."""

    components: Mapping[str, IndexComponent]
    """``theme.side``, objective, subjective, overall: those that can be made."""
    bases: tuple[Base, ...]
    """Per indicator; one with a reason is left out of the index."""
    base_years: tuple[int | None, ...]
    """Per indicator: index of the year that its base was taken from."""


def build_index(
    values: ArrayLike,
    standard_errors: ArrayLike,
    slots: Sequence[Slot],
    base_year: int,
    *,
    rng: np.random.Generator,
    options: IndexOptions | None = None,
) -> IndexResult:
    """Return the safety index of every area and year.

    An index sums up; it explains nothing and hides what its parts show: always give the parts
    beside it. Do not rank areas within a tie band, and do not compare cities by it: 100 is
    the city's own base year.

    Parameters
    ----------
    values : array_like of float, shape (n_indicators, n_areas, n_years)
        Raw indicator values; NaN where an area has none in a year.
    standard_errors : array_like of float, same shape
        Sampling errors of the values; 0 or NaN counts as known exactly.
    slots : sequence of Slot, length n_indicators
        Theme, side and direction of each indicator.
    base_year : int
        Index of the base year. An indicator without values then takes the first later year
        that has some (else the last earlier one); the result says which.
    rng : numpy.random.Generator
        For the intervals.
    options : IndexOptions, optional
        Level of the intervals, kind of mean, number of draws.

    Returns
    -------
    IndexResult
        Components with values, intervals and bands.

    Raises
    ------
    MethodError
        INDEX_SHAPE; INDEX_NO_INDICATOR where no indicator has a base; INDEX_NAMES and
        INDEX_COVARIANCE for correlations of errors that name no indicator or cannot be.

    Notes
    -----
    Mean and standard deviation of the base year are taken as fixed, as in a price index, so
    intervals say how surely areas and years differ on this scale. Errors of different areas
    and (unless `error_correlations` or `error_groups` say otherwise) indicators are independent.

    References
    ----------
    .. [1] Gemeente Rotterdam, Wijkprofiel (themes, halves, base year 100).
    .. [2] OECD and JRC (2008). Handbook on Constructing Composite Indicators.
    """
    chosen = options or IndexOptions()
    x, se = _read_values(values, standard_errors, slots)
    base_years = tuple(_base_year_of(x[row], base_year) for row in range(len(slots)))
    bases = tuple(
        Base("INDEX_NO_BASE", np.nan, np.nan)
        if year is None
        else build_base(x[row, :, year], se[row, :, year], noise_corrected=chosen.noise_corrected)
        for row, year in enumerate(base_years)
    )
    used = [row for row, base in enumerate(bases) if base.reason is None]
    if not used:
        raise MethodError("INDEX_NO_INDICATOR")
    way = _Way(tuple(slots[row] for row in used), tuple(bases[row] for row in used), chosen.how)
    points = way.recompute(x[used])
    shared = _correlations(chosen, slots)
    matrix = None if shared is None else shared[np.ix_(used, used)]
    spreads = _spread((x[used], se[used]), way, rng, _groups_of(chosen, used), matrix)
    components = {
        name: _component(points[name], spreads[name], _parts_of(name, slots, used), chosen.alpha)
        for name in points
    }
    return IndexResult(components, bases, base_years)


@dataclass(frozen=True, slots=True)
class _Way:
    """The way from raw values to components, base frozen."""

    slots: tuple[Slot, ...]
    bases: tuple[Base, ...]
    how: How

    def recompute(self, values: Floats) -> dict[str, Floats]:
        """Return components (...) from raw values (n_indicators, ...)."""
        scores = np.stack(
            [
                score_indicator(row, base, is_lower_better=slot.is_lower_better)
                for row, slot, base in zip(values, self.slots, self.bases, strict=True)
            ]
        )
        return aggregate(scores, self.slots, how=self.how)


def _read_values(
    values: ArrayLike, standard_errors: ArrayLike, slots: Sequence[Slot]
) -> tuple[Floats, Floats]:
    """Check shapes; return values and errors, missing errors as 0."""
    x = np.asarray(values, dtype=np.float64)
    se = np.asarray(standard_errors, dtype=np.float64)
    if x.ndim != 3 or x.shape != se.shape or x.shape[0] != len(slots):
        raise MethodError("INDEX_SHAPE", values=x.shape, errors=se.shape, slots=len(slots))
    return x, np.where(np.isfinite(se), np.maximum(se, 0.0), 0.0)


def _base_year_of(values: Floats, wanted: int) -> int | None:
    """Return the wanted year, else the next later with values, else the last earlier one."""
    years = np.flatnonzero(np.isfinite(values).any(axis=0))
    later, earlier = years[years >= wanted], years[years < wanted]
    if later.size:
        return int(later[0])
    return int(earlier[-1]) if earlier.size else None


def _groups_of(options: IndexOptions, used: Sequence[int]) -> IndexOptions:
    """Return the options with the error groups of the used indicators only."""
    if options.error_groups is None:
        return options
    return replace(options, error_groups=tuple(options.error_groups[row] for row in used))


def _correlations(options: IndexOptions, slots: Sequence[Slot]) -> Floats | None:
    """Return the correlation matrix of the errors, pairs that are not named at 0."""
    if options.error_correlations is None:
        return None
    place = {slot.indicator_id: row for row, slot in enumerate(slots)}
    named = {name for pair in options.error_correlations for name in pair}
    check_names(named, named & set(place))
    matrix = np.eye(len(slots))
    for (one, other), correlation in options.error_correlations.items():
        matrix[place[one], place[other]] = matrix[place[other], place[one]] = correlation
    is_one = np.array_equal(np.diag(matrix), np.ones(len(slots)))
    if not is_one or np.linalg.eigvalsh(matrix).min() < -1e-9:
        raise MethodError("INDEX_COVARIANCE", indicators=sorted(named))
    return matrix


def _spread(
    figures: tuple[Floats, Floats],
    way: _Way,
    rng: np.random.Generator,
    options: IndexOptions,
    matrix: Floats | None,
) -> dict[str, Spread]:
    """Return interval and standard error of every component."""
    values, errors = figures
    n_indicators, _, n_years = values.shape
    draws = draw_errors(
        (n_indicators, options.n_draws, n_years),
        rng=rng,
        groups=options.error_groups,
        correlation=options.error_correlation,
    )
    if matrix is not None:
        draws = correlate(draws, matrix)
    return propagate(values, errors, draws, way.recompute, level=options.level)


def _component(
    values: Floats, spread: Spread, parts: tuple[str, ...], alpha: float
) -> IndexComponent:
    """Return a component with its bands, year by year."""
    # A value known exactly still needs some width for the test between neighbours.
    errors = np.maximum(spread.standard_errors, 1e-6)
    bands = np.stack(
        [
            tie_bands(values[:, year], errors[:, year], alpha=alpha)
            for year in range(values.shape[1])
        ],
        axis=1,
    )
    return IndexComponent(values, spread.low, spread.high, spread.standard_errors, bands, parts)


def _parts_of(name: str, slots: Sequence[Slot], used: Sequence[int]) -> tuple[str, ...]:
    """Return the indicators that a component is made of."""
    sides = {side.value for side in Side}
    return tuple(
        slots[row].indicator_id
        for row in used
        if name == OVERALL
        or (name in sides and slots[row].side.value == name)
        or slots[row].component == name
    )
