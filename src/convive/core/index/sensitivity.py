"""Which assumption moves an index and its ranks: Sobol indices over the choices that were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its statistics take half a second to load: at their first use
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.index.combine import ranks_of
from convive.core.index.recipe import check_names

_N_RESAMPLES = 200
_SMALLEST_LOG2 = 5

Floats = NDArray[np.float64]
Model = Callable[[Floats], Floats]
"""From inputs (n, n_factors), uniform in [0, 1), to outputs (n, n_outputs)."""
Run = Callable[[Mapping[str, object]], Floats]
"""From one level of each choice to index values, shape (n_areas,)."""


@dataclass(frozen=True, slots=True)
class SobolIndices:
    """Shares of the variance; arrays of shape (n_factors, n_outputs), NaN where nothing varies."""

    factors: tuple[str, ...]
    first: Floats
    """What the factor explains alone."""
    first_low: Floats
    first_high: Floats
    total: Floats
    """What would be left if all but this factor were known: alone and together with others."""
    total_low: Floats
    total_high: Floats
    variance: Floats
    """Of each output, shape (n_outputs,)."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An assumption with the levels it could take, all equally open."""

    name: str
    levels: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class ChoiceSensitivity:
    """Sobol indices of what an index says, over method choices."""

    values: SobolIndices
    """Of each area's index. Compare only where every choice keeps one scale."""
    ranks: SobolIndices
    """Of each area's rank."""
    mean_shift: SobolIndices
    """Of the mean absolute shift of ranks against the nominal choices; one output."""


def sobol_indices(
    model: Model,
    factors: Sequence[str],
    *,
    rng: np.random.Generator,
    log2_n: int = 10,
    level: float = 0.95,
) -> SobolIndices:
    """Return first-order and total Sobol indices with bootstrap intervals.

    Runs the model n (k + 2) times, n = 2 ** `log2_n`, k factors. Do not use it where factors
    depend on one another. Indices that do not add up to 1 say that factors work together.

    Parameters
    ----------
    model : callable
        Inputs (n, k) in [0, 1) → outputs (n, n_outputs) or (n,).
    factors : sequence of str
        Names of the k inputs.
    rng : numpy.random.Generator
        Scrambles the Sobol' sequence; draws the bootstrap.
    log2_n : int
        Powers of two keep the sequence balanced.
    level : float
        Coverage of the intervals.

    Raises
    ------
    MethodError
        INDEX_NAMES where a name is given twice; INDEX_DRAWS for n below 32; INDEX_MISSING where
        the model gives something that is no number.

    References
    ----------
    .. [1] Saltelli, A. et al. (2010). Variance based sensitivity analysis of model output.
       Computer Physics Communications 181(2), 259-270.
    .. [2] Jansen, M. J. W. (1999). Analysis of variance designs for model output. Computer
       Physics Communications 117(1-2), 35-43.
    """
    names = tuple(factors)
    check_names(names, names)
    if log2_n < _SMALLEST_LOG2:
        raise MethodError("INDEX_DRAWS", n=2**log2_n)
    a, b, mixed = _designs(len(names), log2_n, rng)
    f_a, f_b = _outputs(model, a), _outputs(model, b)
    f_mixed = np.stack([_outputs(model, inputs) for inputs in mixed])
    if not all(np.isfinite(part).all() for part in (f_a, f_b, f_mixed)):
        raise MethodError("INDEX_MISSING", indicator="model", n=int(np.isnan(f_mixed).sum()))
    return _estimate(names, (f_a, f_b, f_mixed), rng, level)


def choice_sensitivity(
    run: Run,
    choices: Sequence[Choice],
    *,
    rng: np.random.Generator,
    log2_n: int = 9,
    level: float = 0.95,
) -> ChoiceSensitivity:
    """Return which method choices move index values and ranks.

    The first level of each choice is the nominal one. Every combination that comes up is run
    once. A random input (sampling errors, weights) is a choice too: give its draws as levels.

    Parameters
    ----------
    run : callable
        Takes ``{choice name: level}`` and returns the index of every area.
    choices : sequence of Choice
        At least one; a choice with a single level is refused, as it could not matter.
    rng, log2_n, level
        As for `sobol_indices`.

    Raises
    ------
    MethodError
        INDEX_OPTION for a choice without alternatives; those of `sobol_indices`.

    References
    ----------
    .. [1] Saisana, M., Saltelli, A. and Tarantola, S. (2005). Journal of the Royal Statistical
       Society A 168(2), 307-323.
    """
    for choice in choices:
        if len(choice.levels) < 2:
            raise MethodError("INDEX_OPTION", option=choice.name, given="1", known=["2 ..."])
    memory: dict[tuple[int, ...], Floats] = {}

    def scores_at(code: tuple[int, ...]) -> Floats:
        if code not in memory:
            levels = {c.name: c.levels[i] for c, i in zip(choices, code, strict=True)}
            memory[code] = np.asarray(run(levels), dtype=np.float64)
        return memory[code]

    nominal = scores_at((0,) * len(choices))
    usual = ranks_of(nominal)

    def model(inputs: Floats) -> Floats:
        sizes = np.array([len(choice.levels) for choice in choices])
        codes = np.minimum((inputs * sizes).astype(np.int64), sizes - 1)
        scores = np.stack([scores_at(tuple(code)) for code in codes.tolist()])
        ranks = ranks_of(scores)
        shift = np.abs(ranks - usual).mean(axis=1, keepdims=True)
        return np.hstack([scores, ranks, shift])

    names = [choice.name for choice in choices]
    found = sobol_indices(model, names, rng=rng, log2_n=log2_n, level=level)
    n = nominal.size
    parts = [_columns(found, slice(*cut)) for cut in ((0, n), (n, 2 * n), (2 * n, 2 * n + 1))]
    return ChoiceSensitivity(*parts)


def mean_rank_shift(scores: ArrayLike, nominal: ArrayLike) -> float:
    """Return by how many ranks areas move on average between two versions of an index.

    Examples
    --------
    >>> mean_rank_shift([3.0, 2.0, 1.0], [1.0, 2.0, 3.0]).__round__(3)
    1.333
    """
    return float(np.abs(ranks_of(scores) - ranks_of(nominal)).mean())


def _designs(k: int, log2_n: int, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Return inputs A, B (n, k) and A with one column of B, (k, n, k)."""
    both = scipy.stats.qmc.Sobol(2 * k, rng=rng).random_base2(log2_n)
    a, b = both[:, :k], both[:, k:]
    mixed = np.repeat(a[None], k, axis=0)
    for column in range(k):
        mixed[column, :, column] = b[:, column]
    return a, b, mixed


def _outputs(model: Model, inputs: Floats) -> Floats:
    """Return outputs (n, n_outputs)."""
    found = np.asarray(model(inputs), dtype=np.float64)
    return found[:, None] if found.ndim == 1 else found


def _estimate(
    names: tuple[str, ...],
    runs: tuple[Floats, Floats, Floats],
    rng: np.random.Generator,
    level: float,
) -> SobolIndices:
    """Return indices and percentile intervals from resampled rows."""
    n = len(runs[0])
    resampled = rng.multinomial(n, np.full(n, 1.0 / n), size=_N_RESAMPLES) / n
    rows = np.concatenate([np.full((1, n), 1.0 / n), resampled])
    first, total, variance = _indices(runs, rows)
    tails = (1.0 - level) / 2.0, (1.0 + level) / 2.0
    (first_low, first_high), (total_low, total_high) = (
        np.quantile(part[:, 1:], tails, axis=1) for part in (first, total)
    )
    return SobolIndices(
        names,
        first[:, 0],
        first_low,
        first_high,
        total[:, 0],
        total_low,
        total_high,
        variance[0],
    )


def _indices(runs: tuple[Floats, Floats, Floats], rows: Floats) -> tuple[Floats, Floats, Floats]:
    """Return first and total indices (n_factors, n_resamples, n_outputs) and variance."""
    centre = 0.5 * (runs[0].mean(axis=0) + runs[1].mean(axis=0))
    f_a, f_b, f_mixed = (part - centre for part in runs)
    mean = rows @ (0.5 * (f_a + f_b))
    variance = rows @ (0.5 * (f_a**2 + f_b**2)) - mean**2
    # What differs by rounding only does not vary.
    size = np.maximum(np.abs(centre), np.abs(f_a).max(axis=0))
    varies = variance > 1e-20 * size**2
    unit = np.where(varies, variance, np.nan)
    first = np.stack([rows @ (f_b * (one - f_a)) for one in f_mixed]) / unit
    total = np.stack([rows @ (0.5 * (f_a - one) ** 2) for one in f_mixed]) / unit
    return first, total, variance


def _columns(found: SobolIndices, where: slice) -> SobolIndices:
    """Return the indices of some outputs."""
    return SobolIndices(
        found.factors,
        found.first[:, where],
        found.first_low[:, where],
        found.first_high[:, where],
        found.total[:, where],
        found.total_low[:, where],
        found.total_high[:, where],
        found.variance[where],
    )
