"""How often a change is seen where there is none, and how well its place is known."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.temporal.change_points import change_penalty, change_points

pytestmark = pytest.mark.calibration


def _counts(rng: np.random.Generator, mean: np.ndarray, spread: float) -> np.ndarray:
    return rng.poisson(mean if spread == 1 else rng.gamma(mean / (spread - 1), spread - 1))


def test_false_changes_and_places(record_table: Callable[..., None]) -> None:
    rows = []
    for n, mean, spread in ((40, 5, 1.0), (60, 30, 1.0), (60, 30, 3.0), (120, 100, 4.0)):
        rng = np.random.default_rng(500)
        own = change_penalty(n, mean, spread, rng=rng)
        row: list[object] = [n, mean, spread]
        for penalty in ("bic", "mbic", own):
            flat = (_counts(rng, np.full(n, float(mean)), spread) for _ in range(600))
            false = np.mean([len(change_points(y, penalty=penalty).changes) > 0 for y in flat])
            row.append(f"{100 * false:.1f} %")
        assert false <= 0.085
        step = np.where(np.arange(n) < n // 2, mean, mean + 4 * np.sqrt(spread * mean))
        found = [change_points(_counts(rng, step, spread), penalty=own).changes for _ in range(600)]
        single = [changes[0] for changes in found if len(changes) == 1]
        covered = np.mean([n // 2 in change.places for change in single])
        assert covered >= 0.90
        size = np.mean([change.places.size for change in single])
        row += [f"{100 * len(single) / 600:.0f} %", f"{100 * covered:.0f} %", f"{size:.1f}"]
        rows.append(row)
    record_table(
        "time_change_points",
        title="Change points: false changes by penalty, and the place of a true one",
        about="Series without a change (share with any; the own penalty is set to 5 %), and with "
        "one of four standard deviations: share with just one found, how often its 95 % set "
        "holds the true period, and how many periods are in it.",
        head=["periods", "mean", "dispersion", "BIC", "mBIC", "own", "found", "covered", "set"],
        rows=rows,
    )
