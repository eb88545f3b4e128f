"""How often incidents are said to have moved, or to have fallen next door, where they did not."""

import numpy as np
import pytest

from convive.core.evaluation import ControlledCounts, Moved, displacement_rings
from convive.core.model import Verdict
from factories.null_areas import NullWorld

pytestmark = pytest.mark.calibration
RUNS = 600

# world, what is left of the incidents in the treated area and in the rings
SETTINGS = {
    "nothing done": (NullWorld(25, 60, likeness=0.6), 1.0, 1.0),
    "falls by 40 %, rings as ever": (NullWorld(25, 60, likeness=0.6), 0.6, 1.0),
    "falls by 40 %, few areas": (NullWorld(6, 60), 0.6, 1.0),
    "falls by 40 %, few incidents": (NullWorld(25, 60, mean=4.0, likeness=0.6), 0.6, 1.0),
    "falls by 40 %, rings rise by 30 %": (NullWorld(25, 60, likeness=0.6), 0.6, 1.3),
    "falls by 40 %, rings by 30 %": (NullWorld(25, 60, likeness=0.6), 0.6, 0.7),
}


def test_where_nothing_moved_nothing_is_said_to_have_moved(record_table) -> None:
    rows, wrong = [], {}
    for number, (name, (world, core, around)) in enumerate(SETTINGS.items()):
        rng = np.random.default_rng(number)
        told, covered, worked = [], [], []
        for _ in range(RUNS):
            means = world.means(rng)
            before = means[:3, 36:].sum()
            means[:3, 36:] *= np.array([core, around, around])[:, None]
            y = rng.poisson(means)
            counts = ControlledCounts(y[:1], y[3:], 36, chosen_months=0)
            found = displacement_rings(counts, {"near": y[1], "far": y[2]})
            told.append(found.together.moved)
            covered.append(
                found.net.avoided_low <= before - means[:3, 36:].sum() <= found.net.avoided_high
            )
            worked.append(found.net.verdict is Verdict.WORKED)
        shares = [np.mean([one is moved for one in told]) for moved in (Moved.MOVED, Moved.FELL_TOO)]  # fmt: skip
        rows.append([name] + [f"{100 * v:.1f} %" for v in (*shares, np.mean(worked), np.mean(covered))])  # fmt: skip
        if around == 1.0:
            wrong[name] = max(shares)
        if core == 1.0:
            wrong[name] = max(shares[0], np.mean(worked))
        assert np.mean(covered) >= 0.92
    record_table(
        "evaluation_displacement_rings",
        title="Displacement: what is said of the rings",
        about=f"{RUNS} invented cities a row, one treated area with two rings and the rest to "
        "compare; season, trend, memory, drift and neighbours that are alike. Net: treated area "
        "and rings together; coverage of the 95 % interval of the incidents that both spared.",
        head=["setting", "moved", "fell too", "net “worked”", "coverage of net"],
        rows=rows,
    )
    assert {name: rate for name, rate in wrong.items() if rate > 0.05} == {}
