"""The whole way from raw figures to an index, declared by name and frozen on a base year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.combine import Combination, combine_stack
from convive.core.index.missing import Filled, fill_missing
from convive.core.index.recipe import Recipe, Table, check_names, check_option, read_table
from convive.core.index.scale import Scale, fit_scale
from convive.core.index.weights import normalise_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is decided about an index before a figure is seen.

    Raises
    ------
    MethodError
        INDEX_NAMES where recipes and weights do not name the same indicators; INDEX_WEIGHTS;
        INDEX_OPTION.
    """

    recipes: tuple[Recipe, ...]
    weights: Mapping[str, float]
    """By name, in any order; brought to a sum of 1."""
    how: Combination = "arithmetic"

    def __post_init__(self) -> None:
        check_option("how", self.how, get_args(Combination))
        names = [recipe.indicator_id for recipe in self.recipes]
        check_names(names, names)
        normalise_weights(self.weights, names)

    @property
    def indicators(self) -> tuple[str, ...]:
        """Return the names, in the order of the recipes."""
        return tuple(recipe.indicator_id for recipe in self.recipes)

    @property
    def shares(self) -> Floats:
        """Return weights that add up to 1, in the order of the recipes."""
        return np.array(list(normalise_weights(self.weights, self.indicators).values()))


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """A plan with its scales, frozen on the base year: years and draws stay comparable."""

    plan: Plan
    scales: tuple[Scale, ...]

    def points(self, values: Table) -> Floats:
        """Return points, shape (n_indicators, ..., n_areas), in the order of the recipes."""
        table = read_table(values, self.plan.indicators)
        return np.stack([s.score(x) for s, x in zip(self.scales, table.values(), strict=True)])

    def score(self, values: Table) -> Floats:
        """Return the index, shape (..., n_areas); NaN where a part is missing."""
        return combine_stack(self.points(values), self.plan.shares, self.plan.how)


@dataclass(frozen=True, slots=True)
class ChainResult:
    """An index with the account of what was done to reach it."""

    scores: Floats
    """Shape (n_areas,)."""
    points: Mapping[str, Floats]
    filled: Filled
    n_clipped: Mapping[str, int]
    """Values that winsorising changed."""
    fitted: FittedPlan


@dataclass(frozen=True, slots=True)
class DirectionCheck:
    """Whether a better figure can lower the index."""

    indicators: tuple[str, ...]
    """Those of which an improvement lowers the index of some area."""
    largest_drop: float

    @property
    def is_monotone(self) -> bool:
        """Return whether no improvement lowers the index."""
        return not self.indicators


def fit_plan(plan: Plan, base_values: Table) -> FittedPlan:
    """Return the plan with every scale fitted on the base year.

    Parameters
    ----------
    plan : Plan
        What is declared.
    base_values : mapping of indicator to array_like of float, shape (n_areas,)
        Exactly the indicators of the plan.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_TABLE; INDEX_NO_SCALE: an indicator is never left out silently.
    """
    table = read_table(base_values, plan.indicators)
    return FittedPlan(
        plan, tuple(fit_scale(recipe, table[recipe.indicator_id]) for recipe in plan.recipes)
    )


def run_chain(
    plan: Plan,
    values: Table,
    *,
    base_values: Table | None = None,
    groups: ArrayLike | None = None,
) -> ChainResult:
    """Return the index of one year: fill, clip, scale, weigh, combine, each as declared.

    Do not use one index to rank single areas: take its uncertainty (`chain_uncertainty`) and
    tie bands. `build_index` is the audit's own index with its two halves.

    Parameters
    ----------
    plan : Plan
        What is declared.
    values : mapping of indicator to array_like of float, shape (n_areas,)
        Of the year; NaN where missing.
    base_values : mapping, optional
        Of the base year; None takes the year itself.
    groups : array_like of labels, shape (n_areas,), optional
        For filling by group means.

    Raises
    ------
    MethodError
        As `fill_missing`, `fit_scale` and `combine`.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators.

    Examples
    --------
    >>> theft, trust = Recipe("theft", is_lower_better=True), Recipe("trust", is_lower_better=False)
    >>> plan = Plan((theft, trust), {"trust": 1, "theft": 3})
    >>> run_chain(plan, {"theft": [10, 20, 30], "trust": [0.5, 0.6, 0.7]}).scores.round(6).tolist()
    [110.0, 100.0, 90.0]
    """
    ways = {recipe.indicator_id: recipe.missing for recipe in plan.recipes}
    filled = fill_missing(values, ways, groups=groups)
    fitted = fit_plan(plan, filled.values if base_values is None else base_values)
    points = fitted.points(filled.values)
    clipped = {s.indicator_id: s.n_clipped(filled.values[s.indicator_id]) for s in fitted.scales}
    scores = combine_stack(points, plan.shares, plan.how)
    return ChainResult(
        scores, dict(zip(plan.indicators, points, strict=True)), filled, clipped, fitted
    )


def check_direction(fitted: FittedPlan, values: Table, *, n_steps: int = 8) -> DirectionCheck:
    """Try whether improving one figure of one area can lower that area's index.

    Every figure is moved in `n_steps` steps from the worst to the best figure seen. Means of any
    kind and Copeland's comparisons pass. The Mazziotta-Pareto penalty can fail: a part far better
    than the rest adds more imbalance than it gives.

    Parameters
    ----------
    fitted : FittedPlan
        The index.
    values : mapping of indicator to array_like of float, shape (n_areas,)
        Complete figures.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_TABLE; INDEX_MISSING.

    Examples
    --------
    >>> recipe = Recipe("theft", is_lower_better=True)
    >>> figures = {"theft": [10.0, 20.0, 30.0]}
    >>> check_direction(fit_plan(Plan((recipe,), {"theft": 1}), figures), figures).is_monotone
    True
    """
    table = read_table(values, fitted.plan.indicators)
    guilty, largest = [], 0.0
    for recipe in fitted.plan.recipes:
        x = table[recipe.indicator_id]
        if not np.isfinite(x).all():
            raise MethodError("INDEX_MISSING", indicator=recipe.indicator_id, n=int(x.size))
        ends = (x.max(), x.min()) if recipe.is_lower_better else (x.min(), x.max())
        steps = np.linspace(*ends, n_steps)
        drop = max(_drop(fitted, table, recipe.indicator_id, i, steps) for i in range(x.size))
        if drop > 1e-9:
            guilty.append(recipe.indicator_id)
            largest = max(largest, drop)
    return DirectionCheck(tuple(guilty), largest)


def _drop(
    fitted: FittedPlan, table: Mapping[str, Floats], name: str, area: int, steps: Floats
) -> float:
    """Return the largest fall of the area's index from one step to the next better one."""
    moved = {key: np.broadcast_to(x, (steps.size, x.size)) for key, x in table.items()}
    column = moved[name].copy()
    column[:, area] = steps
    path = fitted.score({**moved, name: column})[:, area]
    return float(np.max(-np.diff(path)))
