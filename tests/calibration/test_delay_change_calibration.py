"""Is a changed delay told from delays that differ by chance, by month or by batch."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal import delay_change, reporting_delay

pytestmark = pytest.mark.calibration

_USUAL = np.array([0.7, 0.2, 0.07, 0.028, 0.002])
_SLOW = np.array([0.5, 0.32, 0.12, 0.057, 0.003])


def _triangle(rng: np.random.Generator, mean: float, kind: str, *, is_slow: bool) -> np.ndarray:
    rows = []
    for month in range(30):
        share = _SLOW if is_slow and month >= 24 else _USUAL
        if kind == "differing":
            share = rng.dirichlet(50 * share)
        if kind == "batches" and month % 2:
            # Every second month half of the records wait for the next.
            share = np.array([share[0] / 2, share[1] + share[0] / 2, *share[2:]])
        rows.append(rng.multinomial(rng.poisson(mean), share))
    return np.array(rows)


def test_false_changes_and_power(record_table: Callable[..., None]) -> None:
    rows = []
    for mean in (20.0, 100.0, 1000.0):
        for kind in ("same", "differing", "batches"):
            rng = np.random.default_rng(700)
            same = [_triangle(rng, mean, kind, is_slow=False) for _ in range(500)]
            false = np.mean([delay_change(one).p <= 0.05 for one in same])
            slow = [_triangle(rng, mean, kind, is_slow=True) for _ in range(200)]
            found = np.mean([delay_change(one).p <= 0.05 for one in slow])
            covered = []
            for one in same:
                told = reporting_delay(one)
                if told.reason is None:
                    final = one[-1].sum()
                    covered.append(told.expected_low[-1] <= final <= told.expected_high[-1])
            assert false <= 0.08
            # Batches every second month: a known weakness, written on the method page.
            assert np.mean(covered) >= (0.68 if kind == "batches" else 0.90)
            shares = (false, found, np.mean(covered))
            rows.append([mean, kind, *(f"{100 * share:.1f} %" for share in shares)])
    record_table(
        "time_delay_change",
        title="Changed delay of recording: false alarms at 5 %, power, and the nowcast meanwhile",
        about="30 months; delays the same each month, differing by month, or in batches every "
        "second month. Found: the last six months take 50 instead of 70 % into their own month. "
        "Covered: the 95 % range of the newest month's final count where nothing changed.",
        head=["mean", "delays", "false", "found", "covered"],
        rows=rows,
    )
