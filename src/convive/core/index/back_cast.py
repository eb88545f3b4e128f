"""When the weights of an index change: both versions for all years, and what moved because of what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from convive.core.errors import MethodError
from convive.core.index.chain import FittedPlan
from convive.core.index.recipe import Table, check_option

Splice = Literal["ratio", "difference"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BackCast:
    """Two versions of an index; arrays of shape (n_years, n_areas) unless said otherwise."""

    years: tuple[int, ...]
    """Years that both versions cover."""
    old: Floats
    new: Floats
    factor: Floats
    """New ÷ old (or new - old) in the link year, shape (n_areas,)."""
    spliced: Floats
    """Old version brought to the level of the new one before the link year, the new one from it."""
    because_of_weights: Floats
    """Of the step from the old version in the first year to the new one: part of the plan."""
    because_of_data: Floats
    """Part of the figures; the two add up to new - old of the first year."""


def back_cast(
    old: FittedPlan,
    new: FittedPlan,
    values: tuple[Table, Table],
    years: tuple[Sequence[int], Sequence[int]],
    *,
    link_year: int,
    splice: Splice = "ratio",
) -> BackCast:
    """Return both versions of an index over the years that both cover, and the spliced series.

    A reader who saw the old version must be able to see the same years in the new one. Do not
    publish the spliced series alone: before the link year it moves as the old version did. The
    step is shared out with the average of both orders (figures first, plan first), so neither is
    favoured.

    Parameters
    ----------
    old, new : FittedPlan
        The two versions; they may have different indicators, scales and weights.
    values : pair of mappings of indicator to array_like of float, shape (n_years, n_areas)
        Figures of the old and of the new version.
    years : pair of sequences of int
        Years of their rows.
    link_year : int
        First year in which the new version counts.
    splice : {"ratio", "difference"}
        How levels are linked.

    Raises
    ------
    MethodError
        INDEX_YEARS without common years, without the link year among them, or with years that do
        not fit the figures; INDEX_OPTION; INDEX_NAMES.

    References
    ----------
    .. [1] ILO et al. (2020). Consumer Price Index Manual: Concepts and Methods, 9 (linking).
    """
    check_option("splice", splice, get_args(Splice))
    versions = [_by_year(*part) for part in zip((old, new), values, years, strict=True)]
    shared = sorted(set(versions[0]) & set(versions[1]))
    if link_year not in shared:
        raise MethodError("INDEX_YEARS", year=link_year, years=shared)
    before, after = (np.array([version[year] for year in shared]) for version in versions)
    if before.shape != after.shape:
        raise MethodError("INDEX_TABLE", shapes=[str(before.shape), str(after.shape)])
    link = shared.index(link_year)
    if splice == "ratio":
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.where(before[link] != 0, after[link] / before[link], np.nan)
        carried = before * factor
    else:
        factor = after[link] - before[link]
        carried = before + factor
    is_new = (np.arange(len(shared)) >= link)[:, None]
    by_weights, by_data = _parts(before, after)
    return BackCast(
        tuple(shared),
        before,
        after,
        factor,
        np.where(is_new, after, carried),
        by_weights,
        by_data,
    )


def _parts(before: Floats, after: Floats) -> tuple[Floats, Floats]:
    """Share out new(t) - old(first) between the plan and the figures, both orders averaged."""
    by_weights = 0.5 * ((after[0] - before[0]) + (after - before))
    by_data = 0.5 * ((before - before[0]) + (after - after[0]))
    return by_weights, by_data


def _by_year(fitted: FittedPlan, values: Table, years: Sequence[int]) -> dict[int, Floats]:
    """Return the index of each year."""
    scores = fitted.score(values)
    if scores.ndim != 2 or len(scores) != len(years) or len(set(years)) != len(years):
        raise MethodError("INDEX_YEARS", year=None, years=sorted(years))
    return dict(zip(years, scores, strict=True))
