"""Does the prediction interval of a month that is still filling up cover its final count."""

import numpy as np
import pytest

from convive.core.temporal import reporting_delay

pytestmark = pytest.mark.calibration

SHORT = [0.7, 0.2, 0.06, 0.03, 0.008, 0.002]
LONG = [0.4, 0.3, 0.15, 0.08, 0.04, 0.02, 0.008, 0.002]


@pytest.mark.parametrize(
    ("mean", "delays", "evenness", "lowest"),
    [
        (8, SHORT, None, 0.94),
        (40, SHORT, None, 0.94),
        (400, SHORT, None, 0.93),
        (4000, SHORT, 100, 0.90),
        (40, SHORT, 100, 0.92),
        (400, LONG, 50, 0.89),
    ],
)
def test_coverage_of_the_final_count_and_of_the_share(
    mean: float, delays: list[float], evenness: float | None, lowest: float
) -> None:
    """`evenness`: delays differ from month to month as drawn from a Dirichlet distribution."""
    rng = np.random.default_rng(4)
    inside: list[bool] = []
    for _ in range(500):
        totals = rng.poisson(mean * np.exp(0.1 * rng.standard_normal(36)))
        shares = [
            np.array(delays) if evenness is None else rng.dirichlet(evenness * np.array(delays))
            for _ in totals
        ]
        triangle = np.array([rng.multinomial(n, p) for n, p in zip(totals, shares, strict=True)])
        found = reporting_delay(triangle)
        if found.reason is not None:
            continue
        newest = slice(-3, None)
        covers = (found.expected_low <= totals) & (totals <= found.expected_high)
        inside.extend(covers[newest])
    assert len(inside) > 800
    assert lowest <= np.mean(inside) <= 0.995
