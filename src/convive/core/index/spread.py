"""How surely an area has its index and its rank, through the whole chain at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError
from convive.core.index.chain import FittedPlan
from convive.core.index.combine import Combination, combine_stack
from convive.core.index.joint_errors import CountErrors, SurveyErrors, draw_values
from convive.core.index.rank_kernel import count_ranks
from convive.core.index.recipe import Table, check_names, read_table
from convive.core.index.weights import BudgetWeights, normalise_weights

_BLOCK = 100
_LEAST_DRAWS = 100

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
WeightDraws = Mapping[str, NDArray[np.float64]]
"""Indicator → weights, shape (n_draws,); each draw adds up to 1."""


@dataclass(frozen=True, slots=True)
class IndexSpread:
    """Values and ranks over all draws; arrays of shape (n_areas,)."""

    mean: Floats
    standard_errors: Floats
    low: Floats
    high: Floats
    rank_low: Integers
    """Best rank that the interval allows; 1 = highest index."""
    rank_middle: Integers
    rank_high: Integers
    rank_shares: Floats
    """Shape (n_areas, n_areas): share of draws in which an area (row) has a rank (column + 1)."""

    def chance_among_last(self, n: int) -> Floats:
        """Return how often each area is among the last `n`, shape (n_areas,)."""
        return np.asarray(self.rank_shares[:, self.rank_shares.shape[1] - n :].sum(axis=1))


@dataclass(frozen=True, slots=True)
class SpreadOptions:
    """What is drawn besides the errors of the figures."""

    n_draws: int = 1000
    level: float = 0.90
    exact: tuple[str, ...] = ()
    """Indicators known exactly."""
    weights: WeightDraws | None = None
    """From `draw_weights`; None keeps the plan's."""
    fill_errors: Mapping[str, Floats] | None = None
    """`Filled.errors`: what was filled in is drawn anew each time."""


def draw_weights(
    weights: Mapping[str, float] | BudgetWeights,
    *,
    rng: np.random.Generator,
    n_draws: int,
    concentration: float = 50.0,
) -> dict[str, Floats]:
    """Return possible weights by name.

    Parameters
    ----------
    weights : mapping of indicator to float, or BudgetWeights
        A mapping is the centre of a Dirichlet distribution. Of people's budgets each draw is the
        mean of the people, each counted at random (Bayesian bootstrap): other people might have
        been asked.
    rng : numpy.random.Generator
        Randomness.
    n_draws : int
        Number of draws.
    concentration : float, > 0
        For a mapping: how near draws stay to the centre. An indicator of weight w has standard
        deviation √(w (1 - w) / (concentration + 1)).

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> drawn = draw_weights({"theft": 1, "fear": 3}, rng=rng, n_draws=4000)
    >>> round(float(drawn["fear"].mean()), 2), round(float(drawn["fear"].std()), 2)
    (0.75, 0.06)
    """
    if isinstance(weights, BudgetWeights):
        of_people = rng.dirichlet(np.ones(len(weights.shares)), n_draws) @ weights.shares
        return dict(zip(weights.indicators, of_people.T, strict=True))
    centre = normalise_weights(weights, weights)
    if not concentration > 0:
        raise MethodError(
            "INDEX_OPTION", option="concentration", given=concentration, known=["> 0"]
        )
    # A Dirichlet takes no 0: such an indicator keeps its weight of 0.
    used = {name: share for name, share in centre.items() if share > 0}
    drawn = rng.dirichlet(concentration * np.array(list(used.values())), n_draws)
    found = dict(zip(used, drawn.T, strict=True))
    return {name: found.get(name, np.zeros(n_draws)) for name in centre}


def weight_spread(
    points: Table, weights: WeightDraws, *, how: Combination = "arithmetic", level: float = 0.90
) -> IndexSpread:
    """Return how far the choice of weights alone moves values and ranks.

    Computed in single precision: 1,000 areas, 30 indicators and 10,000 draws take well under a
    second. Do not read a narrow result as certainty about the areas: errors of the figures are
    not in it (`chain_spread` has them).

    Parameters
    ----------
    points : mapping of indicator to array_like of float, shape (n_areas,)
        Complete points, higher is better.
    weights : mapping of indicator to ndarray, shape (n_draws,)
        From `draw_weights`.
    how : {"arithmetic", "geometric", "mazziotta_pareto", "copeland"}
        As in `combine`.
    level : float
        Coverage of the intervals.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_MISSING; INDEX_DRAWS with fewer than 100 draws.
    """
    table = read_table(points, points)
    stack = np.stack(list(table.values()))
    check_names(weights, table)
    shares = np.stack([np.asarray(weights[name], dtype=np.float64) for name in table])
    _refuse_missing(stack, list(table))
    if how in ("arithmetic", "geometric") and stack.min() > 0:
        rows = np.log(stack) if how == "geometric" else stack
        scores = shares.T.astype(np.float32) @ rows.astype(np.float32)
        scores = np.exp(scores) if how == "geometric" else scores
    else:
        scores = np.concatenate(
            [_combined(stack, part, how) for part in _blocks(shares, _BLOCK)]
        ).astype(np.float32)
    return _summary(scores, level)


def chain_spread(
    fitted: FittedPlan,
    values: Table,
    errors: Sequence[SurveyErrors | CountErrors],
    *,
    rng: np.random.Generator,
    options: SpreadOptions | None = None,
) -> IndexSpread:
    """Return values and ranks with every declared error drawn through the whole chain.

    The base stays frozen, as in `build_index`. Intervals of ranks are wide where areas are many
    and alike: that is the finding, not a defect. For groups of areas that cannot be told apart
    use `tie_bands`.

    Parameters
    ----------
    fitted : FittedPlan
        The index.
    values : mapping of indicator to array_like of float, shape (n_areas,)
        Complete figures.
    errors : sequence of SurveyErrors or CountErrors
        Each indicator in one of them, or in ``options.exact``.
    rng : numpy.random.Generator
        Randomness.
    options : SpreadOptions, optional
        Number of draws, level, weights and filled figures to draw.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_MISSING; INDEX_DRAWS with fewer than 100 draws or as many weights as
        there are not draws.

    References
    ----------
    .. [1] Saisana, M., Saltelli, A. and Tarantola, S. (2005). Uncertainty and sensitivity analysis
       techniques as tools for the quality assessment of composite indicators. Journal of the
       Royal Statistical Society A 168(2), 307-323.
    """
    chosen = options or SpreadOptions()
    table = read_table(values, fitted.plan.indicators)
    _refuse_missing(np.stack(list(table.values())), list(table))
    shares = _shares(fitted, chosen)
    blocks = []
    for start in range(0, chosen.n_draws, _BLOCK):
        n = min(_BLOCK, chosen.n_draws - start)
        drawn = draw_values(table, errors, exact=chosen.exact, rng=rng, n_draws=n)
        for name, spread in (chosen.fill_errors or {}).items():
            drawn[name] = drawn[name] + spread * rng.standard_normal(drawn[name].shape)
        points = fitted.points(drawn)
        blocks.append(combine_stack(points, shares[:, start : start + n], fitted.plan.how))
    return _summary(np.concatenate(blocks).astype(np.float32), chosen.level)


def _shares(fitted: FittedPlan, options: SpreadOptions) -> Floats:
    """Return weights (n_indicators, n_draws)."""
    names = fitted.plan.indicators
    check_names(options.fill_errors or {}, set(options.fill_errors or {}) & set(names))
    if options.weights is None:
        return np.repeat(fitted.plan.shares[:, None], options.n_draws, axis=1)
    check_names(options.weights, names)
    shares = np.stack([np.asarray(options.weights[name]) for name in names])
    if shares.shape[1] != options.n_draws:
        raise MethodError("INDEX_DRAWS", n=int(shares.shape[1]))
    return shares


def _combined(stack: Floats, shares: Floats, how: Combination) -> Floats:
    """Return scores (n_draws, n_areas) of a block of weights."""
    n_indicators, n_areas = stack.shape
    shape = (n_indicators, shares.shape[1], n_areas)
    return combine_stack(np.broadcast_to(stack[:, None], shape), shares, how)


def _blocks(shares: Floats, size: int) -> list[Floats]:
    return [shares[:, start : start + size] for start in range(0, shares.shape[1], size)]


def _refuse_missing(stack: Floats, names: list[str]) -> None:
    for name, row in zip(names, stack, strict=True):
        if not np.isfinite(row).all():
            raise MethodError("INDEX_MISSING", indicator=name, n=int(np.sum(~np.isfinite(row))))


def _summary(scores: NDArray[np.float32], level: float) -> IndexSpread:
    """Return moments, quantiles and ranks over the draws (rows)."""
    n_draws, _ = scores.shape
    if n_draws < _LEAST_DRAWS:
        raise MethodError("INDEX_DRAWS", n=n_draws)
    shares = count_ranks(scores) / n_draws
    tails = (1.0 - level) / 2.0, 0.5, (1.0 + level) / 2.0
    reached = np.cumsum(shares, axis=1)
    ranks = [1 + np.argmax(reached >= tail - 1e-9, axis=1) for tail in tails]
    ordered = np.sort(np.ascontiguousarray(scores.T), axis=1)
    return IndexSpread(
        mean=ordered.mean(axis=1, dtype=np.float64),
        standard_errors=ordered.std(axis=1, dtype=np.float64),
        low=_at(ordered, tails[0]),
        high=_at(ordered, tails[2]),
        rank_low=ranks[0],
        rank_middle=ranks[1],
        rank_high=ranks[2],
        rank_shares=shares,
    )


def _at(ordered: NDArray[np.float32], tail: float) -> Floats:
    """Return the quantile of sorted rows, between the two nearest draws."""
    place = tail * (ordered.shape[1] - 1)
    below = int(np.floor(place))
    above = min(below + 1, ordered.shape[1] - 1)
    part = place - below
    return np.asarray(
        ordered[:, below].astype(np.float64) * (1.0 - part) + ordered[:, above] * part
    )
