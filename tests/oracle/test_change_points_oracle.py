"""The best cut against R `strucchange`, the Nile's known break and a search without pruning."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import nbinom, poisson

from convive.core.temporal.change_point_kernel import NEGATIVE_BINOMIAL, POISSON, stretch_cost
from convive.core.temporal.change_points import _learn, _penalty, change_points
from factories.oracle.time import stepped
from factories.published_series import NILE

R = json.loads((Path(__file__).parent / "r" / "time.json").read_text("utf-8"))["stepped"]


def test_the_nile_changes_after_28_years() -> None:
    """Published many times over: a break after index 28 (1898); also R strucchange and ruptures."""
    found = change_points(NILE, cost="normal")
    assert [change.index for change in found.changes] == [28]
    assert 28 in found.changes[0].places
    assert found.changes[0].places.size <= 8


def test_least_squares_cuts_equal_strucchange() -> None:
    y = stepped().astype(float)
    total = float(((y - y.mean()) ** 2).sum())
    squares = [total, *R["squares"]]
    for n_changes in (1, 2):
        # A penalty between the gains of this and of the next change gives just so many.
        gains = -np.diff(squares)
        between = np.sqrt(gains[n_changes - 1] * gains[n_changes])
        probe = change_points(y, cost="normal", shortest=10)
        found = change_points(y, cost="normal", shortest=10, penalty=between / probe.dispersion)
        assert [change.index for change in found.changes] == np.ravel(
            R["at"][n_changes - 1]
        ).tolist()
        rest = float(((y - found.levels) ** 2).sum())
        assert rest == pytest.approx(squares[n_changes], rel=1e-9)


def test_costs_are_minus_twice_the_log_likelihood() -> None:
    y = np.array([3.0, 7.0, 4.0, 6.0])
    low, high = 5.0, 7.0
    for kind, log_likelihood in (
        (POISSON, lambda mean: poisson.logpmf(y, mean).sum()),
        (NEGATIVE_BINOMIAL, lambda mean: nbinom.logpmf(y, 4.0, 4.0 / (4.0 + mean)).sum()),
    ):
        best = stretch_cost(kind, 4.0, 4.0, y.sum(), float(y @ y))
        # Against the cost at another mean, so that constants fall out.
        other = stretch_cost(kind, 4.0, 4.0, 28.0, 0.0)
        shift = -2 * (log_likelihood(low) - log_likelihood(high))
        at_high = other + 2 * (28.0 - y.sum()) * _slope(kind, high)
        assert best - at_high == pytest.approx(shift, rel=1e-9)


def _slope(kind: int, mean: float) -> float:
    """Return what one event more adds to the log likelihood at a mean."""
    return np.log(mean) if kind == POISSON else np.log(mean / (mean + 4.0))


@pytest.mark.parametrize("cost", ["poisson", "quasi_poisson", "negative_binomial", "normal"])
@pytest.mark.parametrize("penalty", ["bic", "mbic", 4.0])
def test_pruning_loses_nothing(cost: str, penalty: float | str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(15):
        y = rng.poisson(np.repeat(rng.uniform(2, 15, 4), 12)).astype(float)
        found = change_points(y, cost=cost, penalty=penalty)
        model = _learn(y, cost)
        amount, shares = _penalty(penalty, y.size)
        best = [-amount * model.scale] + [np.inf] * y.size
        starts: list[list[int]] = [[]] * (y.size + 1)
        for end in range(3, y.size + 1):
            for start in [0, *range(3, end - 2)]:
                part = y[start:end]
                paid = best[start] + model.scale * (amount + shares * np.log(part.size / y.size))
                paid += stretch_cost(
                    model.kind, model.size, part.size, part.sum(), float(part @ part)
                )
                if paid < best[end] - 1e-9:
                    best[end] = paid
                    starts[end] = [*starts[start], start]
        assert [change.index for change in found.changes] == starts[-1][1:]
