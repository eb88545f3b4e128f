"""Missing figures of an index: refused unless a way of filling is declared, and never as if known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.recipe import Filling, Table, check_names, check_option, read_table

MOST_FILLED = 0.4
"""An indicator of which more is missing cannot be filled."""
_MIN_DONORS = 5
_N_NEIGHBOURS = 3
_EM_ROUNDS = 500

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Filled:
    """Values with what was filled in; mappings of indicator to arrays of shape (n_areas,)."""

    values: Mapping[str, Floats]
    is_filled: Mapping[str, Flags]
    share_filled: Mapping[str, float]
    errors: Mapping[str, Floats]
    """Standard deviation of what was filled in; 0 where the figure is known."""


def fill_missing(
    values: Table, methods: Mapping[str, Filling], *, groups: ArrayLike | None = None
) -> Filled:
    """Return complete values, each indicator filled in its declared way.

    Filling invents figures. Do not publish a filled figure as the area's own, and do not fill
    where figures are missing *because* they are bad (an area that stopped answering).

    Parameters
    ----------
    values : mapping of indicator to array_like of float, shape (n_areas,)
        NaN where missing.
    methods : mapping of indicator to {"refuse", "group_mean", "regression", "nearest", "em"}
        One for every indicator. *group_mean*: mean of the areas of the same group. *regression*:
        on the indicators that are complete. *nearest*: mean of the three areas nearest in the
        complete indicators. *em*: conditional mean of a multivariate normal of all indicators.
    groups : array_like of labels, shape (n_areas,), optional
        Needed for *group_mean*.

    Returns
    -------
    Filled
        With the share filled and the standard deviation of each filled figure, to be drawn from.

    Raises
    ------
    MethodError
        INDEX_MISSING where figures are missing and the way is *refuse*; INDEX_CANNOT_FILL where
        the way finds too little to go by or more than 40 % is missing; INDEX_NAMES; INDEX_OPTION.

    References
    ----------
    .. [1] OECD and JRC (2008). Handbook on Constructing Composite Indicators, chapter 3.
    .. [2] Little, R. J. A. and Rubin, D. B. (2019). Statistical Analysis with Missing Data, 8.

    Examples
    --------
    >>> ways = {"theft": "group_mean"}
    >>> theft = [1.0, 3.0, float("nan"), 9.0, 2.0, 8.0]
    >>> filled = fill_missing({"theft": theft}, ways, groups=[0, 0, 0, 1, 0, 1])
    >>> filled.values["theft"].tolist(), round(filled.share_filled["theft"], 2)
    ([1.0, 3.0, 2.0, 9.0, 2.0, 8.0], 0.17)
    """
    table = read_table(values, methods)
    check_names(methods, table)
    for declared in methods.values():
        check_option("missing", declared, get_args(Filling))
    gaps = {name: ~np.isfinite(rows) for name, rows in table.items()}
    _refuse(table, gaps, methods)
    complete = np.array([rows for name, rows in table.items() if not gaps[name].any()])
    filled, errors = dict(table), {name: np.zeros(rows.shape) for name, rows in table.items()}
    by_em = _em(table) if _needs_em(gaps, methods) else {}
    for name, gap in gaps.items():
        if not gap.any():
            continue
        if methods[name] == "em":
            guess, spread = by_em[name]
        elif methods[name] == "group_mean":
            guess, spread = _group_mean(name, table[name], groups)
        else:
            way = _regression if methods[name] == "regression" else _nearest
            guess, spread = way(name, table[name], complete)
        filled[name] = np.where(gap, guess, table[name])
        errors[name] = np.where(gap, spread, 0.0)
    shares = {name: float(gap.mean()) for name, gap in gaps.items()}
    return Filled(filled, gaps, shares, errors)


def _needs_em(gaps: Mapping[str, Flags], methods: Mapping[str, Filling]) -> bool:
    return any(gaps[name].any() and way == "em" for name, way in methods.items())


def _refuse(
    table: Mapping[str, Floats], gaps: Mapping[str, Flags], methods: Mapping[str, Filling]
) -> None:
    """Raise where missing figures may not or cannot be filled."""
    for name, gap in gaps.items():
        if table[name].ndim != 1:
            raise MethodError("INDEX_TABLE", shapes=[str(table[name].shape)])
        if gap.any() and methods[name] == "refuse":
            raise MethodError("INDEX_MISSING", indicator=name, n=int(gap.sum()))
        if gap.mean() > MOST_FILLED:
            raise MethodError("INDEX_CANNOT_FILL", indicator=name, way=methods[name])


def _group_mean(name: str, x: Floats, groups: ArrayLike | None) -> tuple[Floats, Floats]:
    """Return mean of the group and the error of taking it for an area."""
    if groups is None or np.asarray(groups).shape != x.shape:
        raise MethodError("INDEX_CANNOT_FILL", indicator=name, way="group_mean")
    code = np.unique(np.asarray(groups).astype(str), return_inverse=True)[1]
    known = np.isfinite(x)
    n = np.bincount(code, known)
    mean = np.bincount(code, np.where(known, x, 0.0)) / np.maximum(n, 1)
    left = np.where(known, x - mean[code], 0.0)
    df = known.sum() - np.sum(n > 0)
    if (n[code[~known]] < 2).any() or df < 1:
        raise MethodError("INDEX_CANNOT_FILL", indicator=name, way="group_mean")
    pooled = np.sqrt(np.sum(left**2) / df)
    return mean[code], pooled * np.sqrt(1.0 + 1.0 / np.maximum(n[code], 1))


def _regression(name: str, x: Floats, complete: Floats) -> tuple[Floats, Floats]:
    """Return predictions from the complete indicators and their standard errors."""
    known = np.isfinite(x)
    design = np.column_stack([np.ones(x.size), *complete])
    df = int(known.sum()) - design.shape[1]
    if not complete.size or df < _MIN_DONORS:
        raise MethodError("INDEX_CANNOT_FILL", indicator=name, way="regression")
    inverse = np.linalg.pinv(design[known].T @ design[known])
    guess = design @ (inverse @ (design[known].T @ x[known]))
    noise = np.sum((x - guess)[known] ** 2) / df
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    return guess, np.sqrt(noise * (1.0 + leverage))


def _nearest(name: str, x: Floats, complete: Floats) -> tuple[Floats, Floats]:
    """Return the mean of the three nearest areas and the error seen where the truth is known."""
    known = np.flatnonzero(np.isfinite(x))
    if not complete.size or known.size < _MIN_DONORS:
        raise MethodError("INDEX_CANNOT_FILL", indicator=name, way="nearest")
    spread = complete.std(axis=1, keepdims=True)
    place = (complete / np.where(spread > 0, spread, 1.0)).T
    apart = np.sum((place[:, None] - place[None, known]) ** 2, axis=2)
    apart[known, np.arange(known.size)] = np.inf  # an area is not its own neighbour
    donors = known[np.argsort(apart, axis=1, kind="stable")[:, :_N_NEIGHBOURS]]
    guess = x[donors].mean(axis=1)
    error = np.sqrt(np.mean((x - guess)[known] ** 2))
    return guess, np.full(x.size, error)


def _em(table: Mapping[str, Floats]) -> dict[str, tuple[Floats, Floats]]:
    """Return conditional means and standard deviations under a multivariate normal."""
    rows = np.column_stack(list(table.values()))
    n, width = rows.shape
    gaps = ~np.isfinite(rows)
    if n - width < _MIN_DONORS or gaps.all(axis=1).any():
        raise MethodError("INDEX_CANNOT_FILL", indicator=next(iter(table)), way="em")
    middle, unit = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    unit = np.where(unit > 0, unit, 1.0)
    z = np.where(gaps, 0.0, (rows - middle) / unit)
    mean, covariance = np.zeros(width), np.eye(width)
    for _ in range(_EM_ROUNDS):
        before = mean, covariance
        z, extra, _ = _expect(z, gaps, mean, covariance)
        mean = z.mean(axis=0)
        covariance = ((z - mean).T @ (z - mean) + extra) / n + 1e-9 * np.eye(width)
        if max(np.abs(mean - before[0]).max(), np.abs(covariance - before[1]).max()) < 1e-8:
            break
    z, _, spread = _expect(z, gaps, mean, covariance * n / (n - width))
    guess, error = z * unit + middle, spread * unit
    return {name: (guess[:, j], error[:, j]) for j, name in enumerate(table)}


def _expect(
    z: Floats, gaps: Flags, mean: Floats, covariance: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return rows with conditional means filled in, summed conditional covariance and errors."""
    filled, spread = z.copy(), np.zeros(z.shape)
    extra = np.zeros(covariance.shape)
    for pattern in np.unique(gaps[gaps.any(axis=1)], axis=0):
        rows = np.flatnonzero((gaps == pattern).all(axis=1))
        lost, seen = np.flatnonzero(pattern), np.flatnonzero(~pattern)
        slope = np.linalg.solve(covariance[np.ix_(seen, seen)], covariance[np.ix_(seen, lost)])
        filled[np.ix_(rows, lost)] = mean[lost] + (z[np.ix_(rows, seen)] - mean[seen]) @ slope
        left = covariance[np.ix_(lost, lost)] - covariance[np.ix_(lost, seen)] @ slope
        extra[np.ix_(lost, lost)] += rows.size * left
        spread[np.ix_(rows, lost)] = np.sqrt(np.maximum(np.diag(left), 0.0))
    return filled, extra, spread
