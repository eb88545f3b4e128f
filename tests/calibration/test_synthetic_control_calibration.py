"""How often a synthetic control finds effects where nothing was done."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from convive.core.evaluation import (
    Mixture,
    SyntheticPanel,
    SyntheticResult,
    SyntheticRules,
    TreatedAs,
    synthetic_control,
)
from convive.core.model import Verdict
from factories.null_areas import NullWorld

pytestmark = pytest.mark.calibration
RUNS = 400


@dataclass(frozen=True)
class Setting:
    """A world, and how it is looked at."""

    world: NullWorld
    start: int
    n_treated: int = 1
    side_by_side: bool = False
    knows_places: bool = False
    worst: bool = False
    rules: SyntheticRules = field(default_factory=SyntheticRules)


OWN = SyntheticRules(is_own_scale=True)
RIDGE = SyntheticRules(Mixture.RIDGE)
EACH = SyntheticRules(treated_as=TreatedAs.EACH, is_own_scale=True)
ALIKE = NullWorld(60, 96, likeness=0.7)
SETTINGS = {
    "1 of 30 areas": Setting(NullWorld(30, 72), 48),
    "1 of 60 areas, own scale": Setting(NullWorld(60, 96), 60, rules=OWN),
    "1 of 60 areas, ridge": Setting(NullWorld(60, 96), 60, rules=RIDGE),
    "4 of 60 areas, together": Setting(NullWorld(60, 96), 60, 4),
    "4 of 60 areas, each": Setting(NullWorld(60, 96), 60, 4, rules=EACH),
    "4 of 60, few incidents": Setting(NullWorld(60, 96, mean=3.0), 60, 4),
    "4 neighbours alike, places told": Setting(ALIKE, 60, 4, True, True),
    "4 neighbours alike, not told": Setting(ALIKE, 60, 4, True),
    "1 of 60, areas drift 25 %": Setting(NullWorld(60, 96, drift=0.25, noise=0.2), 60),
    "10 of 50 areas": Setting(NullWorld(50, 96), 60, 10),
    "13 of 40 areas, too many": Setting(NullWorld(40, 96), 60, 13),
    "worst year chosen, not told": Setting(NullWorld(40, 72, noise=0.2), 48, 3, worst=True),
}


def _treated(setting: Setting, counts: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n, k = counts.shape[0], setting.n_treated
    chosen = np.zeros(n, dtype=bool)
    if setting.worst:  # those that rose most in the year before the start
        year = slice(setting.start - 12, setting.start)
        rise = counts[:, year].mean(axis=1) / counts[:, : year.start].mean(axis=1)
        chosen[np.argsort(-rise)[:k]] = True
    elif setting.side_by_side:
        first = int(rng.integers(n - k + 1))
        chosen[first : first + k] = True
    else:
        chosen[rng.permutation(n)[:k]] = True
    return chosen


def _answer(setting: Setting, rng: np.random.Generator, factor: float = 1.0) -> SyntheticResult:
    means = setting.world.means(rng)
    counts = rng.poisson(means).astype(float)
    treated = _treated(setting, counts, rng)
    if factor != 1.0:
        means[treated, setting.start :] *= factor
        counts = rng.poisson(means).astype(float)
    panel = SyntheticPanel(
        counts,
        treated,
        setting.start,
        place=np.arange(counts.shape[0])[:, None] * 1.0 if setting.knows_places else None,
        chosen_periods=None if setting.worst else 0,
    )
    return synthetic_control(panel, rng, setting.rules)


def _holds(low: float | None, high: float | None, truth: float) -> bool:
    return (low is None or low <= truth) and (high is None or truth <= high)


def test_areas_without_effect_are_rarely_called_worked(record_table) -> None:
    rows, wrong, covered = [], {}, {}
    for number, (name, setting) in enumerate(SETTINGS.items()):
        rng = np.random.default_rng(number)
        found = [_answer(setting, rng) for _ in range(RUNS)]
        told = [one for one in found if one.details is not None]
        estimates = [one.estimate for one in told]
        wrong[name] = np.mean([one.verdict is Verdict.WORKED for one in estimates])
        harmful = np.mean([one.verdict is Verdict.HARMFUL for one in estimates])
        refused = np.mean([any(check.is_decisive for check in one.failed) for one in estimates])
        covered[name] = np.mean([_holds(one.low, one.high, 0.0) for one in estimates])
        inside = np.mean(
            [_holds(d.conformal.low, d.conformal.high, 0.0) for d in (one.details for one in told)]
        )
        ranks = [
            np.mean([getattr(one.details, kind) <= 0.05 for one in told])
            for kind in ("p_mean_gap", "p_rmspe_ratio")
        ]
        shares = (wrong[name], harmful, refused, *ranks, inside, covered[name])
        rows.append([name] + [f"{100 * share:.1f} %" for share in shares])
    record_table(
        "evaluation_synthetic",
        title="Synthetic control: nothing was done",
        about=f"{RUNS} invented panels a row: season, trend, overdispersion, memory, areas drifting "
        "apart by 10 % in two years unless said. Refused: a decisive check failed. Ranks: p ≤ 0.05 "
        "among placebo areas alone, by mean gap and by RMSPE ratio. Conformal: coverage of that "
        "interval alone; coverage: of the interval told.",
        head=["setting", "false “worked”", "false “harmful”", "refused", "rank, mean gap", "rank, RMSPE", "conformal", "coverage"],
        rows=rows,
    )  # fmt: skip
    assert {name: rate for name, rate in wrong.items() if rate > 0.05} == {}
    assert min(rate for name, rate in covered.items() if "worst" not in name) >= 0.94


def test_falls_are_found(record_table) -> None:
    rows = []
    power = {}
    for name, factor in (
        ("1 of 60 areas, own scale", 0.7),
        ("1 of 60 areas, own scale", 0.5),
        ("4 of 60 areas, together", 0.7),
        ("4 neighbours alike, places told", 0.7),
    ):
        rng = np.random.default_rng(77)
        found = [_answer(SETTINGS[name], rng, factor).estimate for _ in range(150)]
        truth = 100 * (factor - 1)
        power[name, factor] = np.mean([one.verdict is Verdict.WORKED for one in found])
        covered = np.mean([_holds(one.low, one.high, truth) for one in found])
        middle = np.mean([one.effect for one in found])
        rows.append([name, f"{truth:.0f} %", f"{middle:.1f} %", f"{100 * power[name, factor]:.0f} %", f"{100 * covered:.0f} %"])  # fmt: skip
        assert covered >= 0.94
        assert middle == pytest.approx(truth, abs=3)
    record_table(
        "evaluation_synthetic_power",
        title="Synthetic control: a fall that is there",
        about="150 invented panels a row, about twenty incidents an area and month, three years "
        "after the start.",
        head=["setting", "true change", "mean estimate", "found", "coverage"],
        rows=rows,
    )
    assert power["4 of 60 areas, together", 0.7] >= 0.7
    assert power["1 of 60 areas, own scale", 0.5] >= 0.7
