"""Weights of an index by name: equal, agreed by several people, or from common factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError
from convive.core.index.recipe import Table, check_names, read_table
from convive.core.significance import chi_square_p

KMO_LEAST = 0.6
BARTLETT_ALPHA = 0.05
_MIN_AREAS_PER_INDICATOR = 3

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BudgetWeights:
    """What several people would give each indicator out of one budget."""

    weights: Mapping[str, float]
    """Mean share of each indicator; adds up to 1."""
    spread: Mapping[str, float]
    """Standard deviation between people."""
    shares: Floats
    """Shape (n_people, n_indicators), in no order of people; to be drawn from."""
    indicators: tuple[str, ...]
    """Names of the columns of `shares`."""


@dataclass(frozen=True, slots=True)
class FactorWeights:
    """Weights from the first principal components, and whether the data support any."""

    weights: Mapping[str, float]
    explained: float
    """Share of the variance that the kept components explain."""
    n_components: int
    kmo: float
    bartlett_p: float


def equal_weights(indicators: Iterable[str]) -> dict[str, float]:
    """Return the same weight for each indicator.

    Examples
    --------
    >>> equal_weights(["theft", "fear"])
    {'theft': 0.5, 'fear': 0.5}
    """
    names = list(indicators)
    check_names(names, names)
    return {name: 1.0 / len(names) for name in names}


def normalise_weights(weights: Mapping[str, float], wanted: Iterable[str]) -> dict[str, float]:
    """Return weights of exactly the wanted indicators, adding up to 1.

    Raises
    ------
    MethodError
        INDEX_NAMES; INDEX_WEIGHTS where one is negative or not a number, or all are 0.

    Examples
    --------
    >>> normalise_weights({"fear": 3, "theft": 1}, ["theft", "fear"])
    {'theft': 0.25, 'fear': 0.75}
    """
    names = list(wanted)
    check_names(weights, names)
    given = np.array([weights[name] for name in names], dtype=np.float64)
    if not np.isfinite(given).all() or (given < 0).any() or not given.sum() > 0:
        raise MethodError("INDEX_WEIGHTS")
    return dict(zip(names, (given / given.sum()).tolist(), strict=True))


def budget_weights(allocations: Iterable[Mapping[str, float]]) -> BudgetWeights:
    """Return the mean of how several people share out a budget, and how far they differ.

    Each person's points are brought to a sum of 1, so that nobody counts more for giving more.
    Do not use it with people chosen for their opinion; with fewer than about five the spread
    says little.

    Parameters
    ----------
    allocations : iterable of mapping of indicator to points
        One a person, all of the same indicators.

    Raises
    ------
    MethodError
        INDEX_WEIGHTS with fewer than two people; also as `normalise_weights`.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators, 6.2.

    Examples
    --------
    >>> people = [{"theft": 60, "fear": 40}, {"fear": 10, "theft": 10}]
    >>> {name: round(w, 3) for name, w in budget_weights(people).weights.items()}
    {'theft': 0.55, 'fear': 0.45}
    """
    people = list(allocations)
    if len(people) < 2:
        raise MethodError("INDEX_WEIGHTS")
    names = tuple(people[0])
    shares = np.array([list(normalise_weights(one, names).values()) for one in people])
    mean, sd = shares.mean(axis=0).tolist(), shares.std(axis=0, ddof=1).tolist()
    means, sds = dict(zip(names, mean, strict=True)), dict(zip(names, sd, strict=True))
    return BudgetWeights(means, sds, shares, names)


def factor_weights(values: Table) -> FactorWeights:
    """Return weights from the principal components of the indicators, or refuse.

    Components with an eigenvalue above 1 are kept; an indicator weighs by its squared loadings
    on them. So it weighs by how much it moves with the others, *not* by how much it matters: do
    not use it where importance is a political question, which it is in most safety indices.

    Parameters
    ----------
    values : mapping of indicator to array_like of float, shape (n_areas,)
        Complete values, or points.

    Raises
    ------
    MethodError
        INDEX_NO_FACTORS where the Kaiser-Meyer-Olkin measure is below 0.6, Bartlett's test does
        not reject independence (5 %), or there are fewer than three areas per indicator;
        INDEX_MISSING; INDEX_NO_SCALE.

    References
    ----------
    .. [1] Kaiser, H. F. (1974). An index of factorial simplicity. Psychometrika 39(1), 31-36.
    .. [2] Bartlett, M. S. (1951). The effect of standardization on a χ² approximation in factor
       analysis. Biometrika 38(3/4), 337-344.
    .. [3] Nicoletti, G., Scarpetta, S. and Boylaud, O. (2000). OECD Economics Department Working
       Paper 226 (weights from squared loadings).
    """
    table = read_table(values, values)
    rows = np.column_stack(list(table.values()))
    _refuse_incomplete(table)
    n, width = rows.shape
    if width < 2 or n < _MIN_AREAS_PER_INDICATOR * width:
        raise MethodError("INDEX_NO_FACTORS", kmo=float("nan"), n=n)
    correlation = np.asarray(np.corrcoef(rows, rowvar=False), dtype=np.float64)
    kmo = sampling_adequacy(correlation)
    p = bartlett_sphericity(correlation, n)[1]
    if not (kmo >= KMO_LEAST and p < BARTLETT_ALPHA):
        raise MethodError("INDEX_NO_FACTORS", kmo=kmo, n=n)
    roots, vectors = np.linalg.eigh(correlation)
    kept = roots > 1.0
    squared = (vectors[:, kept] ** 2 * roots[kept]).sum(axis=1)
    share = dict(zip(table, (squared / squared.sum()).tolist(), strict=True))
    return FactorWeights(share, float(roots[kept].sum() / width), int(kept.sum()), kmo, p)


def sampling_adequacy(correlation: Floats) -> float:
    """Return the Kaiser-Meyer-Olkin measure: how far indicators share common factors.

    Examples
    --------
    >>> round(sampling_adequacy(np.array([[1.0, 0.5], [0.5, 1.0]])), 3)
    0.5
    """
    inverse = np.linalg.pinv(correlation)
    scale = np.sqrt(np.outer(np.diag(inverse), np.diag(inverse)))
    off = ~np.eye(len(correlation), dtype=bool)
    simple = np.sum(correlation[off] ** 2)
    partial = np.sum((inverse / scale)[off] ** 2)
    return float(simple / (simple + partial)) if simple > 0 else 0.0


def bartlett_sphericity(correlation: Floats, n_areas: int) -> tuple[float, float]:
    """Return Bartlett's chi-square of "no indicator is related to another", and its p-value."""
    width = len(correlation)
    log_determinant = float(np.linalg.slogdet(correlation)[1])
    statistic = -(n_areas - 1.0 - (2.0 * width + 5.0) / 6.0) * log_determinant
    return statistic, float(chi_square_p(statistic, width * (width - 1) / 2.0))


def _refuse_incomplete(table: Mapping[str, Floats]) -> None:
    """Raise where a figure is missing or an indicator does not vary."""
    for name, x in table.items():
        if not np.isfinite(x).all():
            raise MethodError("INDEX_MISSING", indicator=name, n=int(np.sum(~np.isfinite(x))))
        if np.ptp(x) == 0:
            raise MethodError("INDEX_NO_SCALE", indicator=name, n=int(x.size))
