"""Which areas may be compared with, and what is said for and against each."""

import numpy as np
import pytest

from convive.catalogue.texts import has_text, languages
from convive.core.errors import MethodError
from convive.core.evaluation import (
    AreaFacts,
    Candidate,
    ComparisonAreas,
    Reason,
    Speaks,
    comparison_areas,
)

MONTHS = 48
COURSE = 40 + 10 * np.sin(np.arange(MONTHS) / 6 * np.pi)


def _city(n: int = 8) -> np.ndarray:
    return np.random.default_rng(1).poisson(np.tile(COURSE, (n, 1))).astype(float)


def _of(found: ComparisonAreas, area: int) -> Candidate:
    return next(one for one in found.candidates if one.area == area)


def _reason(found: ComparisonAreas, area: int, code: str) -> Reason:
    return next(one for one in _of(found, area).reasons if one.code == code)


def test_alike_areas_without_action_are_proposed_with_their_reasons() -> None:
    facts = AreaFacts(np.zeros((8, 8)), np.zeros(8), np.zeros(8))
    found = comparison_areas(_city(), [0], facts)
    assert found.reason is None
    assert set(found.proposed) >= {1, 3, 5}
    codes = [one.code for one in _of(found, 1).reasons]
    assert codes == ["apart", "other_action", "recording", "months", "level", "trend", "season"]
    assert all(one.speaks is not Speaks.AGAINST for one in _of(found, 1).reasons)


def test_neighbours_and_other_actions_and_breaks_are_ruled_out() -> None:
    near = np.zeros((8, 8))
    near[0, 1] = 1
    facts = AreaFacts(near, [0, 0, 1, 0, 0, 0, 0, 0], [0, 0, 0, 1, 0, 0, 0, 0])
    found = comparison_areas(_city(), [0], facts)
    for area, code in ((1, "apart"), (2, "other_action"), (3, "recording")):
        assert _reason(found, area, code).speaks is Speaks.AGAINST
        assert _of(found, area).is_ruled_out
        assert area not in found.proposed
    assert found.ruled_out == {"apart": 1, "other_action": 1, "recording": 1}


def test_what_nobody_said_stays_open_and_does_not_count_against() -> None:
    found = comparison_areas(_city(), [0])
    assert _reason(found, 1, "apart").speaks is Speaks.OPEN
    assert found.proposed


def test_another_level_trend_or_season_speaks_against() -> None:
    rng, counts = np.random.default_rng(2), _city()
    time = np.arange(MONTHS)
    counts[1] *= 3
    counts[2] = rng.poisson(COURSE * np.exp(-0.03 * (time - 24)))
    counts[3] = rng.poisson(40 - 20 * np.sin(time / 6 * np.pi))
    found = comparison_areas(counts, [0])
    for area, code in ((1, "level"), (2, "trend"), (3, "season")):
        assert code in [one.code for one in _of(found, area).against]
        assert not _of(found, area).is_ruled_out
    assert _reason(found, 1, "level").params["percent"] == pytest.approx(300, rel=0.1)
    assert _reason(found, 2, "trend").params["percent"] > 20


def test_small_counts_leave_trend_and_season_open() -> None:
    counts = np.random.default_rng(3).poisson(1.0, (6, 30)).astype(float)
    found = comparison_areas(counts, [0])
    assert _reason(found, 1, "season").speaks is Speaks.OPEN
    assert {_reason(found, area, "trend").speaks for area in range(1, 6)} <= {Speaks.OPEN, Speaks.AGAINST}  # fmt: skip


def test_features_that_differ_or_are_unknown_are_said() -> None:
    people = [1000, 1010, 9000, np.nan, 1000, 990, 1000, 1000]
    found = comparison_areas(_city(), [0], AreaFacts(features={"people": people}))
    said = [_reason(found, area, "feature").speaks for area in (1, 2, 3)]
    assert said == [Speaks.FOR, Speaks.AGAINST, Speaks.OPEN]
    assert _reason(found, 2, "feature").params["feature"] == "people"


def test_a_missing_month_is_ruled_out_where_it_can_be_compared() -> None:
    counts = _city()
    counts[4, 10] = np.nan
    assert _reason(comparison_areas(counts, [0]), 4, "months").speaks is Speaks.AGAINST
    counts[0, 10] = np.nan  # nobody knows our own: that month is left out for all
    assert _reason(comparison_areas(counts, [0]), 4, "months").speaks is Speaks.FOR


def test_several_treated_areas_are_likened_by_their_mean() -> None:
    found = comparison_areas(_city(), [0, 1, 2])
    assert _reason(found, 5, "level").params["percent"] == pytest.approx(100, rel=0.1)


def test_the_time_before_of_the_proposed_is_looked_at() -> None:
    steady = np.full((8, 48), 4000.0)
    found = comparison_areas(steady, [0])
    assert found.pretrend is Speaks.FOR
    assert found.pretrend_percent == pytest.approx(0)
    assert comparison_areas(_city() / 40, [0], useful=-1.0).pretrend is Speaks.OPEN


def test_says_so_where_there_are_none() -> None:
    found = comparison_areas(_city(), [0], AreaFacts(other_action=np.ones(8)))
    assert found.reason == "comparison_none_left"
    assert found.proposed == ()
    assert found.ruled_out == {"other_action": 7}
    assert comparison_areas(_city()[:, :20], [0]).reason == "comparison_too_short"
    assert comparison_areas(0 * _city(), [0]).reason == "comparison_too_few"
    assert comparison_areas(_city()[:1], [0]).reason == "comparison_none_left"


@pytest.mark.parametrize("language", languages())
def test_every_reason_has_its_sentence(language: str) -> None:
    codes = ["apart", "other_action", "recording", "level", "trend", "season", "feature", "pretrend"]  # fmt: skip
    keys = [f"{code}.{speaks}" for code in codes for speaks in Speaks if (code, speaks) != ("level", "open")]  # fmt: skip
    keys += ["months.for", "months.against"]
    assert [key for key in keys if not has_text(f"evaluation.choice.{key}", language)] == []


@pytest.mark.parametrize(
    ("facts", "treated", "code"),
    [
        (AreaFacts(other_action=[1]), [0], "EFFECT_SHAPE"),
        (AreaFacts(neighbours=[[1]]), [0], "EFFECT_SHAPE"),
        (AreaFacts(features={"people": [1]}), [0], "EFFECT_SHAPE"),
        (None, [], "EFFECT_SHAPE"),
        (None, [8], "EFFECT_SHAPE"),
    ],
)
def test_facts_that_do_not_fit_are_refused(
    facts: AreaFacts | None, treated: list[int], code: str
) -> None:
    with pytest.raises(MethodError, match=code):
        comparison_areas(_city(), treated, facts)
    with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
        comparison_areas(-_city(), [0])
