"""Does the prediction interval of a month that is still filling up cover its final count."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal import reporting_delay

pytestmark = pytest.mark.calibration

SHORT = [0.7, 0.2, 0.06, 0.03, 0.008, 0.002]
LONG = [0.4, 0.3, 0.15, 0.08, 0.04, 0.02, 0.008, 0.002]
MONTHS = 36
SERIES = 300
TOWNS = [
    (8, SHORT, None),
    (40, SHORT, None),
    (400, SHORT, None),
    (4000, SHORT, 100),
    (40, SHORT, 100),
    (400, LONG, 50),
]
"""Incidents a month, delays, and how even the delays are from month to month (Dirichlet)."""


def _drawn(
    rng: np.random.Generator, town: tuple[float, list[float], float | None], waits: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return triangle and final counts; `waits` is the share of records of each month of
    recording that waits for the next upload."""
    mean, delays, evenness = town
    totals = rng.poisson(mean * np.exp(0.1 * rng.standard_normal(MONTHS)))
    triangle = np.zeros((MONTHS, len(delays) + 3), dtype=int)
    for month, total in enumerate(totals):
        alpha = np.array(delays)
        share = alpha if evenness is None else rng.dirichlet(evenness * alpha)
        came = triangle[month]
        came[: len(delays)] = rng.multinomial(total, share)
        for delay in range(len(came) - 1):
            late = rng.binomial(came[delay], waits[month + delay])
            came[delay] -= late
            came[delay + 1] += late
    return triangle, totals


def _every(n: int, share: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    return lambda rng, size: share * ((np.arange(size) + rng.integers(n)) % n < n - 1)


UPLOADS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "steady": lambda _rng, size: np.zeros(size),
    "weekly": lambda rng, size: rng.uniform(0, 7 / 30, size),
    "backlog that comes and goes": lambda rng, size: rng.beta(1, 4, size),
    "half, every second month": _every(2, 0.5),
    "half, two months of three": _every(3, 0.5),
    "half, one month of three at random": lambda rng, size: 0.5 * (rng.random(size) < 1 / 3),
    "all, every second month": _every(2, 1.0),
    "most, one month of ten": lambda rng, size: 0.8 * (rng.random(size) < 0.1),
}


@pytest.mark.parametrize("upload", UPLOADS)
def test_coverage_of_the_final_count(upload: str, record_table: Callable[..., None]) -> None:
    rows = []
    for town in TOWNS:
        rng = np.random.default_rng(4)
        inside, width, refused = [], [], 0
        for _ in range(SERIES):
            waits = UPLOADS[upload](rng, MONTHS + len(town[1]) + 3)
            triangle, totals = _drawn(rng, town, waits)
            found = reporting_delay(triangle)
            if found.reason is not None:
                refused += found.reason == "DELAY_BATCHES"
                continue
            covers = (found.expected_low <= totals) & (totals <= found.expected_high)
            inside.append(covers[-3:])
            width.append((found.expected_high[-1] - found.expected_low[-1]) / town[0])
        mean, delays, evenness = town
        covered = ["", "", ""]
        if len(inside) > SERIES // 5:
            assert np.mean(inside) >= 0.915
            shares = np.mean(inside, axis=0)
            covered = [f"{shares[2]:.3f}", f"{shares[:2].mean():.3f}", f"{np.mean(width):.2f}"]
        kind = "short" if delays is SHORT else "long"
        differ = "alike" if evenness is None else "differ"
        rows.append([upload, mean, kind, differ, *covered, f"{100 * refused / SERIES:.0f} %"])
    if upload == "all, every second month":
        assert all(row[-1] == "100 %" for row in rows)
    if upload in {"steady", "weekly"}:
        assert all(row[-1] in {"0 %", "1 %"} for row in rows)
    record_table(
        f"time_delay_{list(UPLOADS).index(upload)}",
        title=f"Months that fill up: coverage of the 95 % interval, uploads: {upload}",
        about="300 series of 36 months; short delays (70 % in the incident's own month) or long "
        "ones (40 %), alike in all months or not. Some records wait for the next month's upload. "
        "Width: of the newest month's interval, in incidents over those of a month.",
        head=["uploads", "a month", "delays", "months", "newest", "two before", "width",
              "cannot tell"],
        rows=rows,
    )  # fmt: skip
