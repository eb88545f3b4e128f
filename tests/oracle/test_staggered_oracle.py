"""Staggered starts against published coefficients, hand-made comparisons and each other."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from convive.core.evaluation import (
    ComparedWith,
    Scale,
    StaggeredPanel,
    StaggeredRules,
    count_effect,
    decompose_two_way,
    group_time_effects,
    staggered_effect,
    two_way_coefficient,
)


@pytest.fixture(scope="module")
def castle(real_data: Path) -> dict[str, np.ndarray]:
    """Fifty states, 2000 to 2010 (Cheng and Hoekstra 2013)."""
    table = pd.read_stata(real_data / "evaluation" / "castle_doctrine" / "castle.dta")
    wide = {
        name: table.pivot_table(index="sid", columns="year", values=name).to_numpy(dtype=float)
        for name in ("l_homicide", "post", "popwt")
    }
    first = np.where(wide["post"].max(axis=1) > 0, (wide["post"] > 0).argmax(axis=1), -1)
    return {**wide, "first": first, "weights": wide["popwt"][:, 0]}


def test_castle_doctrine_two_way(castle: dict) -> None:
    """Log homicide on the law with state and year effects, with and without population."""
    weighted = two_way_coefficient(castle["l_homicide"], castle["post"], weights=castle["weights"])
    assert weighted == pytest.approx(0.0755, abs=5e-5)
    plain = two_way_coefficient(castle["l_homicide"], castle["post"])
    assert plain == pytest.approx(0.0694, abs=5e-5)


def test_castle_doctrine_decomposed(castle: dict) -> None:
    found = decompose_two_way(castle["l_homicide"], castle["first"])
    assert found.effect == pytest.approx(0.0694, abs=5e-5)
    assert 0.0 < found.forbidden_share < 0.1


def test_castle_doctrine_group_time_effects_by_hand(castle: dict) -> None:
    """Florida 2005 and the thirteen states of 2006, against states without the law."""
    y, first, w = castle["l_homicide"], castle["first"], castle["weights"]
    rules = StaggeredRules(Scale.LINEAR, ComparedWith.NEVER_TREATED, base_periods=1)
    found = {(e.start, e.period): e.value for e in group_time_effects(StaggeredPanel(y, first, w), rules)}  # fmt: skip
    for start, period in ((first[first > 0].min(), 9), (np.bincount(first[first > 0]).argmax(), 10)):  # fmt: skip
        change = y[:, period] - y[:, start - 1]
        ours, never = first == start, first < 0
        expected = np.average(change[ours], weights=w[ours]) - np.average(change[never], weights=w[never])  # fmt: skip
        assert found[start, period] == pytest.approx(expected, abs=1e-12)


def test_castle_doctrine_overall_rises(castle: dict) -> None:
    """Published effects are +8 to +10 % with covariates; without, +7 to +8 % (weighted)."""
    panel = StaggeredPanel(castle["l_homicide"], castle["first"], castle["weights"])
    found = staggered_effect(panel, np.random.default_rng(1), StaggeredRules(Scale.LINEAR, base_periods=1))  # fmt: skip
    assert 0.06 < found.estimate.effect < 0.10
    assert found.estimate.low < 0 < found.estimate.high


def test_right_to_carry(real_data: Path) -> None:
    """The textbook's four coefficients (Stock and Watson) of log violence on the law."""
    table = pd.read_csv(real_data / "evaluation" / "guns_right_to_carry" / "Guns.csv")
    table["law"] = (table["law"] == "yes").astype(float)
    table["violent"] = np.log(table["violent"])
    names = ["prisoners", "density", "income", "population", "afam", "cauc", "male"]
    wide = {
        name: table.pivot_table(index="state", columns="year", values=name).to_numpy(dtype=float)
        for name in ["violent", "law", *names]
    }
    controls = [wide[name] for name in names]
    y, law = wide["violent"], wide["law"]
    pooled = two_way_coefficient(y, law, areas=False, periods=False)
    assert pooled == pytest.approx(-0.4430, abs=5e-5)
    several = [
        two_way_coefficient(y, law, covariates=controls, areas=areas, periods=periods)
        for areas, periods in ((False, False), (True, False), (True, True))
    ]
    assert several == pytest.approx([-0.3684, -0.0461, -0.0280], abs=5e-5)


def test_the_decomposition_adds_up_to_the_coefficient() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=(30, 14)).cumsum(axis=1)
    first = rng.choice([-1, 0, 3, 7, 11], 30)
    is_on = (np.arange(14) >= first[:, None]) & (first >= 0)[:, None]
    found = decompose_two_way(y, first)
    assert found.effect == pytest.approx(two_way_coefficient(y, is_on), abs=1e-9)
    assert sum(one.weight for one in found.comparisons) == pytest.approx(1.0)


def test_one_start_on_the_scale_of_counts_is_the_count_effect() -> None:
    rng = np.random.default_rng(2)
    counts = rng.poisson(rng.uniform(10, 40, (15, 1)), (15, 30))
    first = np.r_[[12] * 3, [-1] * 12]
    found = staggered_effect(StaggeredPanel(counts, first), rng).estimate
    plain = count_effect(counts[:3], counts[3:], 12)
    assert found.effect == pytest.approx(plain.effect_percent)
    expected = counts[:3, :12].sum() * counts[3:, 12:].sum() / counts[3:, :12].sum()
    # Area by area, all with the same comparison: the same sum.
    assert found.avoided == pytest.approx(expected - counts[:3, 12:].sum())


def test_standard_error_of_one_start_is_that_of_two_means() -> None:
    """Two periods, linear: the jackknife error of a difference of two means."""
    rng = np.random.default_rng(3)
    y = rng.normal(size=(40, 2))
    first = np.r_[[1] * 15, [-1] * 25]
    rules = StaggeredRules(Scale.LINEAR, base_periods=1)
    found = group_time_effects(StaggeredPanel(y, first), rules)[-1]
    change = y[:, 1] - y[:, 0]
    parts = [np.var(part, ddof=1) / (part.size - 1) for part in (change[:15], change[15:])]
    assert found.standard_error == pytest.approx(np.sqrt(sum(parts)))
