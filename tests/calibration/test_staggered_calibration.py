"""How often staggered starts without any effect are called a success."""

import numpy as np
import pytest

from convive.core.evaluation import (
    Scale,
    StaggeredPanel,
    StaggeredResult,
    StaggeredRules,
    staggered_effect,
)
from convive.core.model import Verdict
from factories.null_areas import NullWorld

pytestmark = pytest.mark.calibration
RUNS = 500
FOUR = np.array([20, 24, 28, 32])

# world, starts, how areas are chosen, periods left out before the start, scale
SETTINGS = {
    "20 of 50 areas": (NullWorld(50, 48), np.repeat(FOUR, 5), None, 0, Scale.COUNTS),
    "4 of 30 areas": (NullWorld(30, 48), FOUR, None, 0, Scale.COUNTS),
    "1 of 25 areas": (NullWorld(25, 48), FOUR[1:2], None, 0, Scale.COUNTS),
    "all 30 areas start": (NullWorld(30, 48), np.repeat([20, 24, 28, 32, 40, 44], 5), None, 0, Scale.COUNTS),
    "few incidents": (NullWorld(40, 48, mean=2.0), np.repeat(FOUR, 3), None, 0, Scale.COUNTS),
    "neighbours alike, districts": (NullWorld(60, 48, likeness=0.6), np.repeat(FOUR, 4), "district", 0, Scale.COUNTS),
    "worst year chosen, told": (NullWorld(40, 48, noise=0.2), np.repeat(FOUR[1:], 4), "worst", 12, Scale.COUNTS),
    "worst year chosen, not told": (NullWorld(40, 48, noise=0.2), np.repeat(FOUR[1:], 4), "worst", 0, Scale.COUNTS),
    "logarithms, 20 of 50 areas": (NullWorld(50, 48), np.repeat(FOUR, 5), None, 0, Scale.LINEAR),
}  # fmt: skip


def _starts(
    rng: np.random.Generator, counts: np.ndarray, starts: np.ndarray, choice: str | None
) -> np.ndarray:
    """Return who starts when."""
    n = counts.shape[0]
    first = np.full(n, -1)
    if choice == "district":  # four neighbours at a time
        blocks = rng.permutation(n // 4)[: starts.size // 4]
        first[(blocks[:, None] * 4 + np.arange(4)).ravel()] = starts
    elif choice == "worst":  # those that rose most in the year before the earliest start
        year = slice(starts.min() - 12, starts.min())
        rise = counts[:, year].mean(axis=1) / (counts[:, : year.start].mean(axis=1) + 0.1)
        first[np.argsort(-rise)[: starts.size]] = starts
    else:
        first[rng.permutation(n)[: starts.size]] = starts
    return first


def _answers(name: str, rng: np.random.Generator) -> list[StaggeredResult]:
    world, starts, choice, left_out, scale = SETTINGS[name]
    districts = np.arange(world.areas) // 4 if choice == "district" else None
    rules, found = StaggeredRules(scale, anticipation=left_out), []
    for _ in range(RUNS):
        counts = world.counts(rng)
        first = _starts(rng, counts, starts, choice)
        y = np.log(counts + 0.5) if scale is Scale.LINEAR else counts
        panel = StaggeredPanel(y, first, clusters=districts)
        useful = -0.1 if scale is Scale.LINEAR else -10.0
        found.append(staggered_effect(panel, rng, rules, n_draws=199, useful=useful))
    return found


def test_starts_without_effect_are_rarely_called_worked(record_table) -> None:
    rows, wrong, covered = [], {}, {}
    for number, name in enumerate(SETTINGS):
        answers = _answers(name, np.random.default_rng(number))
        told = [one for one in answers if one.estimate.effect is not None]
        found = [one.estimate for one in told]
        wrong[name] = np.mean([one.verdict is Verdict.WORKED for one in found])
        harmful = np.mean([one.verdict is Verdict.HARMFUL for one in found])
        covered[name] = np.mean([one.low <= 0 <= one.high for one in found])
        band = np.mean([all(e.low <= 0 <= e.high for e in one.events) for one in told])
        joint = np.mean([one.p_before <= 0.05 for one in told])
        refused = np.mean([any(check.is_decisive for check in one.failed) for one in found])
        shares = (wrong[name], harmful, refused, covered[name], band, joint)
        rows.append([name] + [f"{100 * share:.1f} %" for share in shares])
    record_table(
        "evaluation_staggered",
        title="Staggered starts: nothing was done",
        about=f"{RUNS} invented panels of 48 months a row: season, trend, overdispersion, memory, "
        "areas drifting apart by 10 % in two years. Refused: a decisive check failed. Band: all "
        "stretches of the event study at once hold 0. Joint: p ≤ 0.05 for the time before.",
        head=["setting", "false “worked”", "false “harmful”", "refused", "coverage", "band", "joint before"],
        rows=rows,
    )  # fmt: skip
    assert {name: rate for name, rate in wrong.items() if rate > 0.05} == {}
    assert min(rate for name, rate in covered.items() if "worst" not in name) >= 0.91


def test_a_fall_by_a_quarter_in_twenty_areas_is_found() -> None:
    rng, found, covered = np.random.default_rng(99), 0, 0
    for _ in range(150):
        means = NullWorld(50, 48).means(rng)
        first = np.r_[np.repeat(FOUR, 5), np.full(30, -1)]
        is_on = (np.arange(48) >= first[:, None]) & (first >= 0)[:, None]
        counts = rng.poisson(np.where(is_on, 0.75 * means, means))
        one = staggered_effect(StaggeredPanel(counts, first), rng, n_draws=99).estimate
        found += one.verdict is Verdict.WORKED
        covered += one.low <= -25.0 <= one.high
    assert found / 150 >= 0.8
    assert covered / 150 >= 0.91
