"""Coverage and gain of small-area estimates where the model holds and where it does not."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.small_area import fay_herriot, share_from_angle, transformed_shares

pytestmark = pytest.mark.calibration
N_RUNS = 1500


@pytest.mark.parametrize("tail", ["normal", "heavy", "two_kinds"])
def test_coverage_and_error(tail: str, record_table) -> None:
    rng = np.random.default_rng(5)
    rows = []
    for n_areas, ratio in ((12, 1.0), (30, 0.3), (30, 1.0), (80, 0.3), (80, 3.0)):
        x = np.column_stack([np.ones(n_areas), rng.normal(size=n_areas)])
        variances = rng.uniform(0.3, 2.0, n_areas)
        sd = np.sqrt(ratio)
        hits, gain, direct = 0, 0.0, 0.0
        for _ in range(N_RUNS):
            effect = {
                "normal": rng.normal(size=n_areas),
                "heavy": rng.standard_t(4, n_areas) / np.sqrt(2),
                "two_kinds": rng.choice([-0.5, 2.0], n_areas, p=[0.8, 0.2]),
            }[tail] * sd
            truth = x @ [1.0, 0.5] + effect
            y = rng.normal(truth, np.sqrt(variances))
            found = fay_herriot(y, variances, x)
            hits += int(np.sum((found.low <= truth) & (truth <= found.high)))
            gain += float(np.sum((found.value - truth) ** 2))
            direct += float(np.sum((y - truth) ** 2))
        coverage = hits / (N_RUNS * n_areas)
        rows.append([n_areas, ratio, f"{100 * coverage:.1f} %", f"{direct / gain:.2f}"])
        assert coverage >= (0.925 if tail != "two_kinds" else 0.90)
        assert direct > gain
    record_table(
        f"small_area_{tail}",
        title=f"Small areas: effects of areas that are {tail.replace('_', ' ')}",
        about=f"{N_RUNS} samples each; 95 % intervals. The last column says how many times the mean "
        "squared error of the survey's own figures exceeds that of the estimates.",
        head=["areas", "variance between areas ÷ sampling variance", "coverage", "gain"],
        rows=rows,
    )


def test_shares_on_the_angle_scale(record_table) -> None:
    rng = np.random.default_rng(6)
    rows = []
    for mean, size in ((0.05, 40), (0.05, 100), (0.2, 40), (0.5, 40)):
        hits = bias = 0.0
        for _ in range(N_RUNS):
            angle = rng.normal(np.arcsin(np.sqrt(mean)), 0.07, 40)
            truth = np.sin(angle) ** 2
            shares = rng.binomial(size, truth) / size
            angles, variances = transformed_shares(shares, np.full(40, size))
            value, low, high = share_from_angle(fay_herriot(angles, variances, np.ones((40, 1))))
            hits += float(np.mean((low <= truth) & (truth <= high)))
            bias += float(np.mean(value - truth))
        rows.append(
            [f"{100 * mean:g} %", size, f"{100 * hits / N_RUNS:.1f} %", f"{bias / N_RUNS:+.4f}"]
        )
        assert hits / N_RUNS >= 0.92
        assert abs(bias / N_RUNS) < 0.01
    record_table(
        "small_area_shares",
        title="Small areas: shares on the arcsine scale",
        about=f"{N_RUNS} samples of 40 areas each; 95 % intervals.",
        head=["share", "respondents an area", "coverage", "bias"],
        rows=rows,
    )
