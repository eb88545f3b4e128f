"""How often areas where nothing was done are told "worked", and how well intervals cover."""

import numpy as np
import pytest

from convive.core.evaluation import ControlledCounts, Estimate, before_after_control
from convive.core.model import Verdict
from factories.null_areas import NullWorld

pytestmark = pytest.mark.calibration
RUNS = 1000

# world, treated, start, choice of the treated, months said to have decided it
SETTINGS = {
    "calm, one area": (NullWorld(21, 60, drift=0.0, memory=0.0), 1, 36, None, 0),
    "drift and memory, one area": (NullWorld(21, 60), 1, 36, None, 0),
    "neighbours alike, three areas": (NullWorld(23, 60, likeness=0.6), 3, 36, None, 0),
    "few incidents": (NullWorld(21, 48, mean=2.0), 1, 24, None, 0),
    "one against two areas": (NullWorld(3, 60), 1, 36, None, 0),
    "worst year chosen, told": (NullWorld(41, 60, mean=10, noise=0.2), 1, 36, "level", 12),
    "worst year chosen, not told": (NullWorld(41, 60, mean=10, noise=0.2), 1, 36, "level", None),
    "largest rise chosen, told": (NullWorld(42, 60, mean=10, noise=0.2), 2, 36, "rise", 12),
    "largest rise chosen, not told": (NullWorld(42, 60, mean=10, noise=0.2), 2, 36, "rise", None),
}


def _order(counts: np.ndarray, start: int, choice: str | None) -> np.ndarray:
    """Return areas in the order in which a city would choose them."""
    last = counts[:, start - 12 : start].mean(axis=1)
    if choice == "level":
        return np.argsort(-last)
    if choice == "rise":
        return np.argsort(-last / (counts[:, : start - 12].mean(axis=1) + 0.1))
    return np.arange(counts.shape[0])


def _answers(name: str, rng: np.random.Generator) -> list[Estimate]:
    world, n_treated, start, choice, told = SETTINGS[name]
    found = []
    for _ in range(RUNS):
        counts = world.counts(rng)
        order = _order(counts, start, choice)
        groups = counts[order[:n_treated]], counts[order[n_treated:]]
        found.append(before_after_control(ControlledCounts(*groups, start, chosen_months=told)))
    return found


def test_nothing_done_is_rarely_called_worked(record_table) -> None:
    rows, wrong, covered = [], {}, {}
    for number, name in enumerate(SETTINGS):
        found = _answers(name, np.random.default_rng(number))
        wrong[name] = np.mean([one.verdict is Verdict.WORKED for one in found])
        harmful = np.mean([one.verdict is Verdict.HARMFUL for one in found])
        told = [one for one in found if one.effect is not None]
        covered[name] = np.mean([one.low <= 0 <= one.high for one in told])
        refused = np.mean([any(check.is_decisive for check in one.failed) for one in told])
        rows.append([name] + [f"{100 * v:.1f} %" for v in (wrong[name], harmful, refused, covered[name])])  # fmt: skip
    record_table(
        "evaluation_before_after_control",
        title="Before and after with comparison areas: nothing was done",
        about=f"{RUNS} invented cities a row: common season and trend; areas drift apart by 10 % "
        "in two years, months are overdispersed and remember. Refused: a decisive check failed. "
        "Coverage of the 95 % interval of avoided incidents is that of the effect.",
        head=["setting", "false “worked”", "false “harmful”", "refused", "coverage"],
        rows=rows,
    )
    assert {name: rate for name, rate in wrong.items() if rate > 0.05} == {}
    unchosen = [rate for name, rate in covered.items() if "rise" not in name]
    assert min(unchosen) >= 0.92


def test_a_fall_by_a_third_in_two_areas_is_found() -> None:
    rng, found = np.random.default_rng(3), 0
    for _ in range(300):
        means = NullWorld(32, 60, mean=30, drift=0.08).means(rng)
        means[:2, 36:] *= 2.0 / 3.0
        counts = ControlledCounts(*np.split(rng.poisson(means), [2]), 36, chosen_months=0)
        found += before_after_control(counts).verdict is Verdict.WORKED
    assert found / 300 >= 0.8
