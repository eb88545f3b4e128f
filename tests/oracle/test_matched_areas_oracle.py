"""Entropy balancing against a general optimiser, and the effect against sums by hand."""

import numpy as np
import pytest
from scipy.optimize import minimize

from convive.core.evaluation import MatchedPanel, count_effect, entropy_balance, matched_areas
from convive.core.evaluation.matched_effects import judge, placebo_ratios, treated_ratios, weigh
from convive.core.evaluation.matched_panel import read_areas


def _by_slsqp(x: np.ndarray, target: np.ndarray, base: np.ndarray) -> np.ndarray:
    """Return the minimiser of the Kullback distance under the constraints themselves."""
    q = base / base.sum()
    constraints = [
        {"type": "eq", "fun": lambda w: w.sum() - 1.0},
        {"type": "eq", "fun": lambda w: w @ x - target},
    ]
    found = minimize(
        lambda w: float(np.sum(w * np.log(np.maximum(w, 1e-12) / q))),
        q,
        jac=lambda w: np.log(np.maximum(w, 1e-12) / q) + 1.0,
        bounds=[(0, 1)] * q.size,
        constraints=constraints,
        method="SLSQP",
        options={"ftol": 1e-13, "maxiter": 500},
    )
    assert found.success
    return found.x


@pytest.mark.parametrize("seed", range(4))
def test_entropy_weights_are_those_of_a_general_optimiser(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, base = rng.normal(size=(25, 3)), rng.uniform(0.5, 2, 25)
    target = rng.dirichlet(np.ones(25)) @ x
    found = entropy_balance(x, target, base=base)
    assert found.weights == pytest.approx(_by_slsqp(x, target, base), abs=2e-6)
    assert found.weights @ x == pytest.approx(target, abs=1e-7)


def test_entropy_weights_of_two_groups_in_closed_form() -> None:
    """With one yes-or-no feature the weights are even within each group."""
    x = np.array([[1.0]] * 3 + [[0.0]] * 7)
    found = entropy_balance(x, [0.6])
    assert found.weights == pytest.approx([0.2] * 3 + [0.4 / 7] * 7)
    assert found.effective == pytest.approx(1 / (3 * 0.04 + 7 * (0.4 / 7) ** 2))


def test_weights_are_exponential_in_the_features() -> None:
    """Any three points of one feature: log weights lie on a line (Hainmueller 2012, eq. 6)."""
    x = np.array([[0.0], [1.0], [3.0], [4.0]])
    logs = np.log(entropy_balance(x, [1.2]).weights)
    slopes = np.diff(logs) / np.diff(x[:, 0])
    assert slopes == pytest.approx([slopes[0]] * 3, abs=1e-6)


def test_ridge_is_a_squared_penalty_on_what_is_missed() -> None:
    rng = np.random.default_rng(5)
    x, target, ridge = rng.normal(size=(12, 2)), np.array([0.4, -0.3]), 0.2
    found = entropy_balance(x, target, ridge=ridge)

    def cost(score: np.ndarray) -> float:
        w = np.exp(score - score.max())
        w /= w.sum()
        return float(np.sum(w * np.log(w * 12)) + np.sum((w @ x - target) ** 2) / (2 * ridge))

    best = minimize(cost, np.zeros(12), method="BFGS", options={"gtol": 1e-9})
    assert cost(np.log(found.weights)) == pytest.approx(best.fun, abs=1e-8)


def test_effect_is_the_ratio_of_ratios_with_the_weights() -> None:
    counts = np.random.default_rng(6).poisson(15, (50, 48)).astype(float)
    found = matched_areas(MatchedPanel({"a": counts}, [3, 9], 30), np.random.default_rng(1), n_groups=99)  # fmt: skip
    ours, theirs = counts[[3, 9]].sum(axis=0), found.weights @ counts
    ratio = (ours[30:].sum() / ours[:30].sum()) / (theirs[30:].sum() / theirs[:30].sum())
    assert found.estimates["a"].effect == pytest.approx(100 * (ratio - 1))


def test_even_areas_give_the_effect_of_before_and_after_with_comparison() -> None:
    """Where areas differ in nothing, weights are even and both designs must agree."""
    month = np.arange(48)
    counts = np.repeat(np.round(20 + 5 * np.sin(month / 6 * np.pi))[None, :], 40, axis=0)
    counts[:2, 24:] = 8
    found = matched_areas(MatchedPanel({"a": counts}, [0, 1], 24), np.random.default_rng(1), n_groups=99)  # fmt: skip
    plain = count_effect(counts[:2], counts[2:], 24)
    assert found.estimates["a"].effect == pytest.approx(plain.effect_percent)
    assert found.effective == pytest.approx(38)


def test_one_treated_area_is_held_against_every_other_one() -> None:
    """p by permutation is the rank among areas; each placebo is weighted by areas but itself."""
    counts = np.random.default_rng(8).poisson(20, (31, 48)).astype(float)
    areas = read_areas(MatchedPanel({"a": counts}, [0], 30))
    found = weigh(areas)
    groups, others = placebo_ratios(areas, found, 999, np.random.default_rng(1))
    assert groups.shape[0] <= 30
    assert groups.sum(axis=1).tolist() == [1] * groups.shape[0]
    ours = treated_ratios(areas, found)
    judged = judge(areas, ours, others, level=0.95)
    spread = np.sqrt(others.poisson + judged.wander[:, None] * others.lump)
    rank = np.sum(np.abs(others.value / spread) >= abs(ours.value[0, 0]) / np.sqrt(ours.poisson[0, 0] + judged.wander[0] * ours.lump[0, 0]))  # fmt: skip
    assert judged.p[0] >= (rank + 1) / (groups.shape[0] + 1) - 1e-12
