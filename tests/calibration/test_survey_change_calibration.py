"""False "worked", coverage and power of a change between two survey waves."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from convive.core.evaluation import SurveyWave, survey_change, survey_change_by_group
from convive.core.model import Verdict
from factories.survey_waves import WaveWorld

pytestmark = pytest.mark.calibration

_RUNS = 1000
_RISE = 0.1


@dataclass(frozen=True)
class _Setting:
    name: str
    world: WaveWorld
    are_known: bool = True
    """Whether the waves say who lives in which area."""
    is_chosen: bool = False


_SETTINGS = (
    _Setting("10 against 10 areas", WaveWorld()),
    _Setting("areas drift by 4 points", WaveWorld(areas_drift=0.04)),
    _Setting("one against 10, 4 points", WaveWorld(1, clusters=25, areas_drift=0.04)),
    _Setting("3 against 4, 4 points", WaveWorld(3, 4, clusters=10, areas_drift=0.04)),
    _Setting("one against one, 2 points", WaveWorld(1, 1, clusters=40, areas_drift=0.02)),
    _Setting(
        "5 against 5, 2 points, areas not told",
        WaveWorld(5, 5, clusters=8, areas_drift=0.02),
        False,
    ),
    _Setting("6 clusters a side", WaveWorld(3, 3, clusters=2, people=20, clusters_vary=0.4)),
    _Setting("panel, 60 % asked again", WaveWorld(stays=0.6)),
    _Setting("the same, 4 points", WaveWorld(stays=0.6, areas_drift=0.04)),
    _Setting("all asked again", WaveWorld(stays=1.0, lasting=0.9)),
    _Setting("5 % say yes", WaveWorld(share=0.05)),
    _Setting("40 % against 10 %", WaveWorld(share=0.1, level_apart=0.3)),
    _Setting("weights differ widely", WaveWorld(weights_vary=0.8)),
    _Setting("worst 5 of 20 areas chosen", WaveWorld(5, 15), is_chosen=True),
)


def _waves(
    rng: np.random.Generator, setting: _Setting, effect: float
) -> tuple[SurveyWave, SurveyWave]:
    make = setting.world.chosen if setting.is_chosen else setting.world.waves
    before, after = make(rng, effect)
    if setting.are_known:
        return before, after
    return replace(before, area=None), replace(after, area=None)


def _measure(setting: _Setting) -> list[float]:
    """Return shares: p ≤ 0.05, worked, refused; coverage and worked with a rise."""
    rng, seen = np.random.default_rng(84), []
    for _ in range(_RUNS):
        quiet, real = (survey_change(*_waves(rng, setting, size)) for size in (0.0, _RISE))
        if quiet.p is None or real.p is None:
            continue
        seen.append(
            [
                quiet.p <= 0.05,
                quiet.verdict is Verdict.WORKED,
                any(check.is_decisive for check in quiet.failed),
                real.low <= 100 * _RISE <= real.high,
                real.verdict is Verdict.WORKED,
            ]
        )
    assert len(seen) >= 0.95 * _RUNS, setting.name
    return np.mean(seen, axis=0).tolist()


def test_false_worked_coverage_and_power(record_table: Callable[..., None]) -> None:
    rows, wrong = [], {}
    for setting in _SETTINGS:
        alarms, worked, refused, covered, found = _measure(setting)
        shares = (alarms, worked, refused, covered, found)
        rows.append([setting.name, *(f"{100 * one:.1f} %" for one in shares)])
        if worked > 0.05 or not (setting.is_chosen or (alarms <= 0.08 and covered >= 0.92)):
            wrong[setting.name] = shares
    record_table(
        "evaluation_survey_change",
        title="Change between survey waves: false effects, coverage and power",
        about=f"{_RUNS} invented pairs of waves each, 240 to 2,200 people a wave in clusters of eight "
        "(20 in one row) with weights; 40 % say yes unless said. p ≤ 0.05, “worked” and a decisive "
        "check that failed where nothing was done; coverage of the 95 % interval and “worked” "
        "where ten points more say yes. Points: standard deviation of the drift of areas.",
        head=["setting", "p ≤ 0.05", "false worked", "refused", "covered", "worked"],
        rows=rows,
    )
    assert wrong == {}


def test_groups_that_changed_alike_are_rarely_told_apart(record_table: Callable[..., None]) -> None:
    rows, rng = [], np.random.default_rng(85)
    for name, world, n_groups in (
        ("two groups", WaveWorld(), 2),
        ("four groups", WaveWorld(clusters=8), 4),
        ("four groups, panel", WaveWorld(clusters=8, stays=0.6), 4),
    ):
        alarms, gaps, covered, untested = [], [], [], 0
        for _ in range(400):
            waves = world.waves(rng, 0.1)
            n = waves[0].design.n_respondents
            # Whoever is asked again stays in the group.
            group = np.arange(n) * 7 % 11 % n_groups
            found = survey_change_by_group(*waves, (group, group))
            told = [one for one in found if one.gap_p is not None]
            untested += len(found) - len(told)
            alarms.append(any(one.gap_p_adjusted <= 0.05 for one in told))
            gaps += [one.gap_p <= 0.05 for one in told]
            covered += [one.low <= 10.0 <= one.high for one in told]
        rows.append(
            [name, *(f"{100 * np.mean(one):.1f} %" for one in (gaps, alarms, covered)), untested]
        )
        assert np.mean(alarms) <= 0.07, name
        assert np.mean(covered) >= 0.92, name
    record_table(
        "evaluation_survey_groups",
        title="Change between survey waves by group: groups that changed alike",
        about="400 pairs of waves each; ten points more say yes in every group of the treated "
        "areas. Share of gaps with p ≤ 0.05, of pairs of waves with any gap called one after Holm, "
        "coverage of the 95 % intervals of the groups' effects, groups without a test.",
        head=["setting", "p ≤ 0.05", "any after Holm", "covered", "not tested"],
        rows=rows,
    )
