"""False alarms over all looks, with counts that are judged as they come in."""

from collections.abc import Callable

import numpy as np
import pytest

from convive.core.evaluation import Spending, plan_looks
from convive.core.significance import two_sided_normal_p

pytestmark = pytest.mark.calibration

_RUNS = 20_000


def _p_at_looks(rng: np.random.Generator, mean: float, fall: float, looks: int) -> np.ndarray:
    """Return two-sided p (n_runs, n_looks) of a treated against a control count, growing."""
    months = 24 // looks
    rates = np.array([fall, 1.0]) * mean * months
    grown = rng.poisson(rates, (_RUNS, looks, 2)).cumsum(axis=1) + 0.5
    z = np.log(grown[..., 0] / grown[..., 1]) / np.sqrt((1 / grown).sum(axis=-1))
    return np.asarray(two_sided_normal_p(z))


def test_false_alarms_over_all_looks(record_table: Callable[..., None]) -> None:
    rows = []
    for looks in (2, 4, 6):
        fractions = np.arange(1, looks + 1) / looks
        for mean in (2.0, 30.0):
            quiet = _p_at_looks(np.random.default_rng(83), mean, 1.0, looks)
            real = _p_at_looks(np.random.default_rng(84), mean, 0.85, looks)
            naive = (quiet <= 0.05).any(axis=1).mean()
            shares = [naive]
            for spending in Spending:
                levels = np.array(plan_looks(fractions, spending=spending).levels)
                false = (quiet <= levels).any(axis=1).mean()
                assert false <= 0.055
                shares += [false, (real <= levels).any(axis=1).mean()]
            shares.append((real[:, -1] <= 0.05).mean())
            rows.append([looks, mean, *(f"{100 * share:.1f} %" for share in shares)])
    record_table(
        "evaluation_looks",
        title="Looks before the end of an evaluation: false alarms over all looks at 5 %",
        about=f"{_RUNS} evaluations of 24 months, two Poisson counts. Without a plan every look is "
        "tested at 5 %. Found: a fall of 15 % at any look.",
        head=[
            "looks",
            "mean a month",
            "without a plan",
            "O'Brien-Fleming",
            "found",
            "Pocock",
            "found",
            "found, one look at the end",
        ],
        rows=rows,
    )
