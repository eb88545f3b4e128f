"""How many opinion groups there are: several, one, or too little to tell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from scipy.optimize import linear_sum_assignment

from convive.core.errors import MethodError
from convive.core.opinion.axes import count_axes
from convive.core.opinion.clusters import adjusted_rand, best_jaccard, cluster, silhouette
from convive.core.opinion.null_model import fit_one_opinion
from convive.core.opinion.projection import N_COMPONENTS, Projection, project, project_table
from convive.core.opinion.votes import Floats, Integers, Votes
from convive.core.significance import monte_carlo_p

Verdict = Literal["several_groups", "one_group", "cannot_tell"]

MIN_GROUP = 5
"""Smaller groups are none: a handful of people would be shown."""
_STABLE_JACCARD = 0.6
_FEW_PARTICIPANTS = 40
_LEAST_SIMULATED = 20
"""Of simulated tables in which a number of groups was possible at all."""


@dataclass(frozen=True, slots=True)
class GroupingOptions:
    """Choices of the grouping; the defaults are the published ones."""

    largest: int = 5
    """Most groups that are tried."""
    min_group: int = MIN_GROUP
    n_null: int = 99
    n_resamples: int = 50
    alpha: float = 0.05
    n_components: int = N_COMPONENTS
    """Dimensions of the map; groups are sought on as many axes as there are."""


@dataclass(frozen=True, slots=True)
class Grouping:
    """Groups of opinion. `labels` and `projection` are of persons and stay where the votes are."""

    verdict: Verdict
    n_groups: int
    """1 unless the verdict is several_groups."""
    p: float
    """Of "the participants are one population of gradually differing opinions"; at no axis
    beyond chance, of that."""
    silhouettes: dict[int, float]
    """Of each number of groups that was possible."""
    excess: dict[int, float]
    """By how many standard deviations the silhouette exceeds that of one population."""
    jaccard: Floats
    """Stability of each group over resampled participants, 0 to 1; empty with one group."""
    rand: float
    """Mean adjusted Rand index over resampled participants; NaN with one group."""
    labels: Integers
    """Group of each placed participant, 0 is the largest; all 0 with one group."""
    projection: Projection
    n_axes: int = N_COMPONENTS
    """Axes of opinion on which groups were sought, at least 1."""


def group_participants(
    votes: Votes, *, rng: np.random.Generator, options: GroupingOptions | None = None
) -> Grouping:
    """Return the groups of opinion, or that there is one, or that one cannot tell.

    k-means always finds groups, also in fog. So participants are placed on as many axes as
    spread them more than shuffled votes do (`count_axes`). The number of groups is the one with
    the largest silhouette. Groups are named only if that silhouette, and the one that stands out
    most, exceed those of simulated participants of *one* population whose opinions differ
    gradually along the same axes (5 % each), and if they come back when participants are
    resampled.

    Do not take groups for camps of the town: participants choose themselves. Do not name the
    group of a person, nor a group by a party.

    Parameters
    ----------
    votes : Votes
        From `read_votes`.
    rng : numpy.random.Generator
        Randomness.
    options : GroupingOptions, optional
        Most groups, smallest group, numbers of simulations.

    Returns
    -------
    Grouping
        *cannot_tell* where groups exceed chance but do not come back (some group's Jaccard below
        0.6), or where they do not exceed it and participants are fewer than 40.

    Raises
    ------
    MethodError
        OPINION_TOO_FEW with fewer participants than two smallest groups.

    References
    ----------
    .. [1] Liu, Y. et al. (2008). Statistical significance of clustering for high-dimension,
       low-sample size data. JASA 103(483), 1281-1293 (the idea of one population as null).
    .. [2] Hennig, C. (2007). Computational Statistics and Data Analysis 52(1), 258-271.
    .. [3] Rousseeuw, P. J. (1987). Silhouettes. Journal of Computational and Applied Mathematics
       20, 53-65 (number of groups by the largest mean silhouette).
    """
    chosen = options or GroupingOptions()
    n = votes.participants.size
    if n < 2 * chosen.min_group:
        raise MethodError("OPINION_TOO_FEW", n=int(n))
    axes = count_axes(votes, largest=chosen.largest - 1, rng=rng)
    on = replace(chosen, n_components=max(axes.n, 1))
    placed = project(votes, n_components=on.n_components)
    seen = _silhouettes(placed.positions, on, rng)
    reference = _reference(votes, placed, on, rng)
    excess, p = _excess(seen, reference)
    k = max(excess, key=lambda tried: seen[tried]) if excess else 1
    if k > 1:
        p = max(p, _own_p(seen[k], reference[:, k - 2]))
    if axes.n == 0:
        p = max(p, axes.p)
    found = Grouping(
        "one_group" if n >= _FEW_PARTICIPANTS else "cannot_tell",
        1,
        p,
        seen,
        excess,
        np.zeros(0),
        np.nan,
        np.zeros(n, dtype=np.int64),
        project(votes, n_components=chosen.n_components),
        on.n_components,
    )
    return found if k == 1 or p > chosen.alpha else _named(votes, found, placed, k, on, rng)


def cross_fitted_labels(
    votes: Votes, grouping: Grouping, *, rng: np.random.Generator, n_folds: int = 5
) -> Integers:
    """Return labels for testing each statement, made without that statement.

    Groups are made from the votes, so the votes of any two groups differ even in fog. A
    statement may be tested only with groups that were found without it. Each fold of statements
    gets its own groups, named like those of all statements that they overlap most with.

    Returns
    -------
    ndarray of int64, shape (n_used, n_placed)
        Row: labels to use for that statement.
    """
    n_used = votes.statements.size
    fold = rng.permutation(np.arange(n_used) % min(n_folds, n_used))
    found = np.zeros((n_used, grouping.labels.size), dtype=np.int64)
    if grouping.n_groups == 1:
        return found
    for part in np.unique(fold):
        rest = np.flatnonzero(fold != part)
        positions = project_table(
            votes.values[:, rest], votes.is_seen[:, rest], grouping.n_axes
        ).positions
        labels = cluster(positions, grouping.n_groups, rng)[0]
        found[fold == part] = _named_like(labels, grouping.labels, grouping.n_groups)
    return found


def _silhouettes(
    positions: Floats, options: GroupingOptions, rng: np.random.Generator
) -> dict[int, float]:
    """Return the silhouette of each number of groups none of which is too small."""
    found = {}
    for k in range(2, min(options.largest, len(positions) // options.min_group) + 1):
        labels, centres, _ = cluster(positions, k, rng)
        if np.bincount(labels, minlength=k).min() >= options.min_group:
            found[k] = silhouette(positions, labels, centres)
    return found


def _reference(
    votes: Votes, projection: Projection, options: GroupingOptions, rng: np.random.Generator
) -> Floats:
    """Return silhouettes (n_null, numbers of groups) of one population; NaN where impossible."""
    model = fit_one_opinion(votes, projection, rng)
    ks = range(2, options.largest + 1)
    rows = []
    for _ in range(options.n_null):
        table = model.draw(rng)
        positions = project_table(table, votes.is_seen, options.n_components).positions
        found = _silhouettes(positions, options, rng)
        rows.append([found.get(k, np.nan) for k in ks])
    return np.array(rows)


def _excess(seen: dict[int, float], reference: Floats) -> tuple[dict[int, float], float]:
    """Return standardised excess of each number of groups and the p-value of the largest.

    The real table is standardised together with the simulated ones, so that none is favoured.
    """
    ks = range(2, 2 + reference.shape[1])
    rows = np.vstack([[seen.get(k, np.nan) for k in ks], reference])
    known = np.isfinite(rows)
    n = known.sum(axis=0)
    mean = np.where(known, rows, 0.0).sum(axis=0) / np.maximum(n, 1)
    squares = np.where(known, (rows - mean) ** 2, 0.0).sum(axis=0)
    spread = np.sqrt(squares / np.maximum(n - 1, 1))
    usable = (n >= _LEAST_SIMULATED) & (spread > 0)
    z = np.where(known & usable, (rows - mean) / np.where(usable, spread, 1.0), -np.inf)
    excess = {k: float(z[0, k - 2]) for k in seen if np.isfinite(z[0, k - 2])}
    if not excess:
        return {}, 1.0
    largest = np.maximum(z.max(axis=1), -1e300)
    return excess, float(monte_carlo_p(largest[1:], largest[0], alternative="greater"))


def _own_p(silhouette_seen: float, simulated: Floats) -> float:
    """Return the p-value of the silhouette of one number of groups."""
    known = simulated[np.isfinite(simulated)]
    return float(monte_carlo_p(known, silhouette_seen, alternative="greater"))


def _named(
    votes: Votes,
    found: Grouping,
    placed: Projection,
    k: int,
    options: GroupingOptions,
    rng: np.random.Generator,
) -> Grouping:
    """Return k groups where each comes back when participants are resampled."""
    labels = _by_size(cluster(placed.positions, k, rng)[0])
    jaccard, rand = _stability(votes, labels, k, options, rng)
    if jaccard.min() < _STABLE_JACCARD:
        return replace(found, verdict="cannot_tell", jaccard=jaccard, rand=rand)
    return replace(
        found,
        verdict="several_groups",
        n_groups=k,
        jaccard=jaccard,
        rand=rand,
        labels=labels,
    )


def _stability(
    votes: Votes, labels: Integers, k: int, options: GroupingOptions, rng: np.random.Generator
) -> tuple[Floats, float]:
    """Return mean Jaccard of each group and mean adjusted Rand over resampled participants."""
    overlaps, rands = [], []
    for _ in range(options.n_resamples):
        rows = np.unique(rng.integers(0, labels.size, labels.size))
        table, seen = votes.values[rows], votes.is_seen[rows]
        positions = project_table(table, seen, options.n_components).positions
        again = cluster(positions, k, rng)[0]
        rands.append(adjusted_rand(labels[rows], again))
        here = np.zeros(k)
        here[np.unique(labels[rows])] = best_jaccard(labels[rows], again)
        overlaps.append(here)
    return np.mean(overlaps, axis=0), float(np.mean(rands))


def _by_size(labels: Integers) -> Integers:
    """Return groups numbered by size, 0 the largest."""
    order = np.argsort(-np.bincount(labels), kind="stable")
    return np.asarray(np.argsort(order)[labels])


def _named_like(labels: Integers, reference: Integers, k: int) -> Integers:
    """Rename groups so that they overlap most with those of the reference."""
    table = np.zeros((k, k))
    np.add.at(table, (labels, reference), 1.0)
    rows, columns = linear_sum_assignment(-table)
    name = np.empty(k, dtype=np.int64)
    name[rows] = columns
    return name[labels]
