"""Dominance against what each contributor can work out; cubes by day and night attacked."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.disclosure import contributions, dominated, feasible_ranges, suppress_cube


def _best_guess(values: list[float]) -> float:
    """Return how near the nearest contributor gets to another one's share, in percent of it.

    Everybody knows the total and their own share, and takes the rest for the other's.
    """
    errors = [
        100 * (sum(values) - values[who] - values[other]) / values[other]
        for who in range(len(values))
        for other in range(len(values))
        if who != other and values[other] > 0
    ]
    return min(errors, default=0.0 if sum(values) else np.inf)


@pytest.mark.parametrize("percent", [5, 12.5, 40])
def test_the_p_percent_rule_is_what_the_nearest_contributor_can_work_out(percent: float) -> None:
    """Definition of the rule in Hundepool and others (2012), section 4.2.2."""
    rng = np.random.default_rng(7)
    n_dominated = 0
    for _ in range(400):
        values = np.round(rng.pareto(0.8, rng.integers(1, 7)) * 10, 1) + 0.1
        size = values.size
        found = contributions(values, np.zeros(size), np.arange(size), n_cells=1)
        is_dominated = bool(dominated(found, percent=percent)[0])
        guess = _best_guess(values.tolist())
        if abs(guess - percent) > 1e-6:
            assert is_dominated == (guess < percent)
        n_dominated += is_dominated
    assert 20 < n_dominated < 390


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_small_cell_of_a_cube_by_day_and_night_is_pinned_in_whole_numbers(seed: int) -> None:
    """All margins of four axes and of two groups of kinds are written out by hand here."""
    rng = np.random.default_rng(seed)
    core = rng.poisson(5 * rng.gamma(0.7, 1.5, (3, 2, 3, 2)))
    group = np.array([0, 1, 1])
    result = suppress_cube(core, hierarchies=((), (), (group,)))
    counts, status = result.counts.ravel(), result.status.ravel()
    cells = np.arange(counts.size).reshape(result.counts.shape)
    margins = []
    for axis in range(4):
        for line in np.moveaxis(cells, axis, 0).reshape(cells.shape[axis], -1).T:
            n = core.shape[axis]
            margins.append((line[-1], line[:n]))
            if axis == 2:
                margins += [(line[n + g], line[:n][group == g]) for g in (0, 1)]
                margins.append((line[-1], line[n : n + 2]))
    assert all(counts[total] == counts[parts].sum() for total, parts in margins)
    low, high = feasible_ranges(counts, status, margins=margins, is_whole=True)
    small = (counts > 0) & (counts < 5)
    assert small.any()
    assert np.all(status[small] != 0)
    assert np.all((high - low)[small] >= 1 - 1e-6)
