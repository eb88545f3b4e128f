"""Joint gaps, dark figure and correlation against brute force and plain statistics."""

from __future__ import annotations

import numpy as np
from scipy import optimize, stats

from convive.core.dark_figure import dark_figure
from convive.core.joint_gap import distance_to_agreement
from convive.core.spatial.correlation import effective_number, spatial_correlation


def test_the_distance_is_the_nearest_point_of_the_set_that_agrees() -> None:
    rng = np.random.default_rng(3)
    for _ in range(20):
        k = int(rng.integers(2, 5))
        scores, errors = rng.normal(0, 1.5, k), rng.uniform(0.2, 1, k)
        bounds = [{"type": "ineq", "fun": lambda m, i=i, j=j: 0.5 - (m[i] - m[j])}
                  for i in range(k) for j in range(k) if i != j]  # fmt: skip
        found = optimize.minimize(
            lambda m, s=scores, e=errors: np.sum(((s - m) / e) ** 2), np.full(k, scores.mean()),
            constraints=bounds, method="SLSQP", options={"ftol": 1e-14, "maxiter": 500},
        )  # fmt: skip
        np.testing.assert_allclose(
            distance_to_agreement(scores, errors, 0.5), found.fun, rtol=1e-5, atol=1e-7
        )


def test_without_margin_it_is_cochrans_q() -> None:
    scores, errors = np.array([0.1, 0.5, -0.4, 1.2]), np.array([0.2, 0.4, 0.3, 0.5])
    weights = errors**-2
    q = np.sum(weights * (scores - np.sum(weights * scores) / weights.sum()) ** 2)
    np.testing.assert_allclose(distance_to_agreement(scores, errors, 0.0), q, rtol=1e-8)


def test_the_effective_number_by_loops() -> None:
    rng = np.random.default_rng(4)
    points = rng.random((18, 2))
    x, y = points[:, 0] + rng.normal(0, 0.2, 18), points[:, 1] + rng.normal(0, 0.2, 18)
    pairs = [(i, j) for i in range(18) for j in range(i + 1, 18)]
    distance = np.array([np.linalg.norm(points[i] - points[j]) for i, j in pairs])
    edges = np.quantile(distance, np.arange(1, 13) / 13)
    classes = np.array([sum(d > edge for edge in edges) for d in distance])

    def matrix(v: np.ndarray) -> np.ndarray:
        c = v - v.mean()
        sigma = np.eye(18) * np.mean(c * c)
        for k in range(13):
            chosen = [pair for pair, own in zip(pairs, classes, strict=True) if own == k]
            mean = np.mean([c[i] * c[j] for i, j in chosen])
            for i, j in chosen:
                sigma[i, j] = sigma[j, i] = mean
        return sigma

    centring = np.eye(18) - 1 / 18
    a, b = centring @ matrix(x), centring @ matrix(y)
    variance = np.trace(a @ b) / (np.trace(a) * np.trace(b))
    expected = np.clip(1 + 1 / variance, 4, 18)
    np.testing.assert_allclose(effective_number(x, y, points), expected, rtol=1e-9)
    found = spatial_correlation(x, y, points)
    np.testing.assert_allclose(found.r, stats.pearsonr(x, y)[0], rtol=1e-12)


def test_the_interval_of_the_ratio_against_simulation() -> None:
    rng = np.random.default_rng(5)
    ratio = rng.poisson(40, 200_000) / 5000 / rng.normal(0.02, 0.002, 200_000)
    found = dark_figure([40], ([0.02], [0.002]), [5000])
    low, high = np.quantile(ratio, [0.025, 0.975])
    np.testing.assert_allclose([found.low[0], found.high[0]], [low, high], rtol=0.05)
