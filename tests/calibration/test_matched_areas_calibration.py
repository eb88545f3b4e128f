"""Weighted small areas where nothing was done: false "worked", coverage, and falls that are found."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from convive.core.evaluation import MatchedPanel, MatchedResult, matched_areas
from convive.core.model import Verdict
from factories.null_areas import NullWorld

pytestmark = pytest.mark.calibration

RUNS = 200
GROUPS = 199


@dataclass(frozen=True)
class _Setting:
    name: str
    world: NullWorld
    treated: tuple[int, ...]
    chosen: str | None = None
    told: int | None = 0
    ratio: float = 1.0
    is_row_known: bool = True


_SETTINGS = (
    _Setting("one of 60, calm", NullWorld(60, 60, drift=0.0, memory=0.0), (5,)),
    _Setting("three of 60, apart", NullWorld(60, 60), (5, 25, 45)),
    _Setting("three of 60 that touch, neighbours alike", NullWorld(60, 60, likeness=0.6), (5, 6, 7)),
    _Setting("ten of 150 in two places, neighbours alike", NullWorld(150, 60, mean=8.0, likeness=0.6), tuple(range(20, 25)) + tuple(range(80, 85))),
    _Setting("few incidents, six of 100", NullWorld(100, 60, mean=2.0), (5, 6, 7, 40, 41, 80)),
    _Setting("neighbours not known", NullWorld(60, 60), (5, 25, 45), is_row_known=False),
    _Setting("three highest of 60, told", NullWorld(60, 60, mean=10.0, noise=0.2), (0, 1, 2), "level", 12),
    _Setting("three highest of 60, nothing said", NullWorld(60, 60, mean=10.0, noise=0.2), (0, 1, 2), "level", None),
    _Setting("ranks 8 to 10 of 60, told", NullWorld(60, 60, mean=10.0, noise=0.2), (7, 8, 9), "level", 12),
    _Setting("fall by a third, three of 60", NullWorld(60, 60, drift=0.08), (5, 25, 45), ratio=2 / 3),
)  # fmt: skip


def _row(n: int) -> np.ndarray:
    place = np.arange(n)
    return np.abs(np.subtract.outer(place, place)) == 1


def _answer(setting: _Setting, rng: np.random.Generator) -> MatchedResult:
    """Counts are drawn twice where they make the choice, so that an effect can be put in."""
    start, means = 36, setting.world.means(rng)
    counts = rng.poisson(means).astype(float)
    treated = np.array(setting.treated)
    if setting.chosen == "level":
        treated = np.argsort(-counts[:, start - 12 : start].mean(axis=1))[treated]
    if setting.ratio != 1.0:
        counts[treated, start:] = rng.poisson(means[treated, start:] * setting.ratio)
    near = _row(setting.world.areas) if setting.is_row_known else None
    panel = MatchedPanel({"theft": counts}, treated, start, neighbours=near, chosen_months=setting.told)  # fmt: skip
    return matched_areas(panel, rng, n_groups=GROUPS)


def _measure(setting: _Setting) -> dict[str, float]:
    rng, effect = np.random.default_rng(21), 100 * (setting.ratio - 1)
    found = [_answer(setting, rng) for _ in range(RUNS)]
    told = [one.estimates["theft"] for one in found]
    told = [one for one in told if one.effect is not None]
    return {
        "p": np.mean([one.p <= 0.05 for one in told]),
        "worked": np.mean([one.verdict is Verdict.WORKED for one in told]),
        "harmful": np.mean([one.verdict is Verdict.HARMFUL for one in told]),
        "refused": np.mean([any(check.is_decisive for check in one.failed) for one in told]),
        "covered": np.mean([one.low <= effect <= one.high for one in told]),
        "areas": np.mean([one.effective for one in found if one.effective is not None]),
    }


def test_nothing_done_is_rarely_called_worked(record_table: Callable[..., None]) -> None:
    rows, measured = [], {setting.name: _measure(setting) for setting in _SETTINGS}
    for name, shares in measured.items():
        areas = shares.pop("areas")
        rows.append([name, *(f"{100 * share:.1f} %" for share in shares.values()), f"{areas:.0f}"])
    record_table(
        "evaluation_matched_areas",
        title="Weighted small areas",
        about=f"{RUNS} invented cities a row, 36 months before and 24 after, {GROUPS} groups drawn: "
        "common season and trend, areas that drift apart by 10 % in two years, months that are "
        "overdispersed and remember. Nothing was done, except in the last row.",
        head=["setting", "p ≤ 0.05", "“worked”", "“harmful”", "refused", "coverage", "areas worth"],
        rows=rows,
    )
    quiet = {name: one for name, one in measured.items() if not name.startswith("fall")}
    assert {name: one["worked"] for name, one in quiet.items() if one["worked"] > 0.05} == {}
    assert {name: one["harmful"] for name, one in quiet.items() if one["harmful"] > 0.05} == {}
    unchosen = [one["covered"] for name, one in measured.items() if "told" not in name]
    assert min(unchosen) >= 0.91
    assert measured["fall by a third, three of 60"]["worked"] >= 0.75


def test_three_outcomes_together_keep_their_level(record_table: Callable[..., None]) -> None:
    rng, hits = np.random.default_rng(22), []
    for _ in range(RUNS):
        world = NullWorld(80, 60)
        counts = {name: world.counts(rng).astype(float) for name in ("theft", "noise", "damage")}
        found = matched_areas(MatchedPanel(counts, [5, 25, 45], 36, chosen_months=0), rng, n_groups=GROUPS)  # fmt: skip
        any_worked = any(one.verdict is Verdict.WORKED for one in found.estimates.values())
        hits.append([found.omnibus_p <= 0.05, any_worked])
    omnibus, worked = np.mean(hits, axis=0)
    record_table(
        "evaluation_matched_omnibus",
        title="Weighted small areas: three outcomes, nothing was done",
        about=f"{RUNS} invented cities of 80 areas, three treated.",
        head=["all together p ≤ 0.05", "any of the three “worked”"],
        rows=[[f"{100 * omnibus:.1f} %", f"{100 * worked:.1f} %"]],
    )
    assert omnibus <= 0.09
    assert worked <= 0.05
