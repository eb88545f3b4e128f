"""Place or people: coverage of the shares and how often the lever is wrong."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.multilevel import Lever, split_variance
from convive.core.multilevel.place_or_people import LOGISTIC_VARIANCE

pytestmark = pytest.mark.calibration
N_RUNS = 80


def test_coverage_and_levers(record_table) -> None:
    rng = np.random.default_rng(9)
    rows = []
    for n_areas, n, sd, woman in (
        (20, 1500, 0.0, 0.0), (20, 1500, 0.3, 0.6), (20, 1500, 0.8, 0.0),
        (40, 3000, 0.0, 1.2), (40, 3000, 0.5, 0.6), (60, 1500, 0.5, 1.2),
    ):  # fmt: skip
        groups_variance = woman**2 * 0.25
        truth = (
            sd**2 / (sd**2 + groups_variance + LOGISTIC_VARIANCE),
            groups_variance / (sd**2 + groups_variance + LOGISTIC_VARIANCE),
        )
        covered, wrong, unsure = [0, 0], 0, 0
        for _ in range(N_RUNS):
            area = rng.integers(0, n_areas, n)
            group = rng.integers(0, 2, (n, 1)).astype(float)
            latent = woman * group[:, 0] + rng.normal(0, sd, n_areas)[area] + rng.logistic(size=n)
            found = split_variance((latent > 0.4).astype(int), group, area, rng)
            for i, part in enumerate((found.areas, found.groups)):
                covered[i] += part.low <= truth[i] <= part.high
            right = {(True, True): Lever.BOTH, (True, False): Lever.PLACES,
                     (False, True): Lever.PEOPLE, (False, False): Lever.NEITHER}[
                truth[0] >= 0.05, truth[1] >= 0.05]  # fmt: skip
            unsure += found.lever is Lever.CANNOT_TELL
            wrong += found.lever not in (right, Lever.CANNOT_TELL)
        rows.append([n_areas, n, sd, woman, *(f"{100 * c / N_RUNS:.0f} %" for c in covered),
                     f"{100 * wrong / N_RUNS:.1f} %", f"{100 * unsure / N_RUNS:.0f} %"])  # fmt: skip
        assert wrong / N_RUNS <= 0.10
        assert min(covered) / N_RUNS >= 0.83
    record_table(
        "place_or_people",
        title="Place or people",
        about=f"{N_RUNS} surveys each, a yes-or-no answer, one group of two; 90 % intervals of the shares "
        "of variance. A lever is wrong where it is another than the true shares (5 % and more) ask for.",
        head=["areas", "people", "sd of areas", "effect of group", "areas covered", "groups covered",
              "wrong lever", "cannot tell"],
        rows=rows,
    )  # fmt: skip
