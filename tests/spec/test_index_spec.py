"""What the safety index and its bands mean."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.index import (
    Base,
    IndexOptions,
    Slot,
    aggregate,
    build_base,
    build_index,
    draw_errors,
    mean_of_parts,
    score_indicator,
    tie_bands,
)
from convive.core.model import Side

THEFT = Slot("theft_rate", "theft", Side.OBJECTIVE, is_lower_better=True)
BURGLARY = Slot("burglary_rate", "burglary", Side.OBJECTIVE, is_lower_better=True)
UNSAFE = Slot("unsafe_share", "perception", Side.SUBJECTIVE, is_lower_better=True)
TRUST = Slot("trust_share", "perception", Side.SUBJECTIVE, is_lower_better=False)


def _rng() -> np.random.Generator:
    return np.random.default_rng(1)


def test_the_base_year_has_mean_100_and_20_points_a_standard_deviation() -> None:
    values = np.array([5.0, 10.0, 15.0, 30.0])
    points = score_indicator(values, build_base(values), is_lower_better=True)
    assert points.mean() == pytest.approx(100.0)
    assert points.std(ddof=1) == pytest.approx(20.0)
    assert points[0] == points.max()


def test_points_are_cut_off_and_missing_stays_missing() -> None:
    base = Base(None, 10.0, 1.0)
    assert score_indicator([100.0, -100.0], base, is_lower_better=True).tolist() == [0.0, 200.0]
    assert np.isnan(score_indicator([np.nan], base, is_lower_better=True)[0])


def test_an_indicator_without_spread_or_areas_has_no_base() -> None:
    assert build_base([5.0, 5.0, 5.0]).reason == "INDEX_NO_SPREAD"
    assert build_base([5.0, np.nan, 6.0]).reason == "INDEX_NO_BASE"
    flat = build_base([5.0, 5.0, 5.0])
    assert np.isnan(score_indicator([5.0], flat, is_lower_better=True)[0])


def test_sampling_noise_can_be_taken_out_of_the_base() -> None:
    rng = _rng()
    values = rng.normal(0, 1, 400) + rng.normal(0, 2, 400)
    raw = build_base(values)
    corrected = build_base(values, np.full(400, 2.0), noise_corrected=True)
    assert raw.sd == pytest.approx(np.sqrt(5), rel=0.1)
    assert corrected.sd == pytest.approx(1.0, rel=0.25)


def test_missing_parts_are_not_filled_in_and_half_must_be_there() -> None:
    parts = [[80.0, 80.0, np.nan], [120.0, np.nan, np.nan], [100.0, np.nan, 90.0]]
    means = mean_of_parts(parts)
    assert means[0] == 100.0
    assert np.isnan(means[1:]).all()
    assert mean_of_parts(parts, min_share=0.3).tolist() == [100.0, 80.0, 90.0]
    with pytest.raises(MethodError, match="INDEX_AGGREGATION"):
        mean_of_parts(parts, how="median")


def test_the_halves_count_equally_whatever_the_number_of_their_parts() -> None:
    scores = np.array([[80.0], [100.0], [120.0], [140.0]])
    components = aggregate(scores, [THEFT, BURGLARY, UNSAFE, TRUST])
    assert {name: float(value[0]) for name, value in components.items()} == {
        "burglary.objective": 100.0,
        "theft.objective": 80.0,
        "perception.subjective": 130.0,
        "objective": 90.0,
        "subjective": 130.0,
        "overall": 110.0,
    }


def test_one_half_alone_is_no_index() -> None:
    components = aggregate(np.array([[80.0], [100.0]]), [THEFT, BURGLARY])
    assert set(components) == {"theft.objective", "burglary.objective", "objective"}
    missing = aggregate(np.array([[80.0], [np.nan]]), [THEFT, UNSAFE])
    assert np.isnan(missing["overall"][0])


def test_an_index_by_hand() -> None:
    """Three areas, two years, worked on paper.

    Theft 10, 20, 30 in the base year: mean 20, SD 10; a year later 20, 20, 45.
    Trust 0.5, 0.6, 0.7: mean 0.6, SD 0.1; a year later 0.6, 0.6, 0.6.
    """
    values = np.array(
        [[[10, 20], [20, 20], [30, 45]], [[0.5, 0.6], [0.6, 0.6], [0.7, 0.6]]], dtype=float
    )
    result = build_index(values, np.zeros(values.shape), [THEFT, TRUST], 0, rng=_rng())
    assert result.bases[0] == Base(None, 20.0, 10.0)
    components = result.components
    objective = [[120, 100], [100, 100], [80, 50]]
    subjective = [[80, 100], [100, 100], [120, 100]]
    overall = [[100, 100], [100, 100], [100, 75]]
    assert components["theft.objective"].values == pytest.approx(np.array(objective))
    assert components["subjective"].values == pytest.approx(np.array(subjective))
    assert components["overall"].values == pytest.approx(np.array(overall))
    assert components["overall"].bands.tolist() == [[1, 1], [1, 1], [1, 2]]
    assert components["overall"].parts == ("theft_rate", "trust_share")
    assert components["objective"].parts == ("theft_rate",)


def test_without_a_base_year_the_next_later_year_serves_and_is_named() -> None:
    values = np.full((2, 3, 3), np.nan)
    values[0] = [[10, 11, 12], [20, 21, 22], [30, 31, 32]]
    values[1, :, 2] = [0.5, 0.6, 0.7]
    result = build_index(values, np.zeros(values.shape), [THEFT, TRUST], 1, rng=_rng())
    assert result.base_years == (1, 2)
    assert np.isnan(result.components["overall"].values[:, 1]).all()
    assert (result.components["overall"].bands[:, 1] == 0).all()
    assert np.isfinite(result.components["overall"].values[:, 2]).all()


def test_an_indicator_without_base_is_left_out_and_nothing_at_all_is_an_error() -> None:
    values = np.array([[[10.0], [20.0], [30.0]], [[5.0], [5.0], [5.0]]])
    result = build_index(values, np.zeros(values.shape), [THEFT, BURGLARY], 0, rng=_rng())
    assert set(result.components) == {"theft.objective", "objective"}
    with pytest.raises(MethodError, match="INDEX_NO_INDICATOR"):
        build_index(values[1:], np.zeros((1, 3, 1)), [BURGLARY], 0, rng=_rng())
    with pytest.raises(MethodError, match="INDEX_SHAPE"):
        build_index(values, np.zeros((2, 3)), [THEFT, BURGLARY], 0, rng=_rng())


def test_items_of_one_survey_may_share_their_error() -> None:
    errors = draw_errors((3, 4000, 1), rng=_rng(), groups=(0, 0, -1), correlation=0.6)
    r = np.corrcoef(errors[:, :, 0])
    assert r[0, 1] == pytest.approx(0.6, abs=0.05)
    assert r[0, 2] == pytest.approx(0.0, abs=0.05)
    values = np.array([[[1.0], [2.0], [3.0]]] * 2)
    slots = [UNSAFE, TRUST]
    options = IndexOptions(error_groups=(0, 0), error_correlation=0.6)
    shared = build_index(values, np.full(values.shape, 0.3), slots, 0, rng=_rng(), options=options)
    alone = build_index(values, np.full(values.shape, 0.3), slots, 0, rng=_rng())
    # One item is better when high, the other when low: shared error cancels.
    part = "perception.subjective"
    ours = shared.components[part].standard_errors
    assert (ours < alone.components[part].standard_errors).all()


@pytest.mark.parametrize(
    ("values", "errors", "bands"),
    [
        ([100, 101, 99], [5, 5, 5], [1, 1, 1]),
        ([140, 100, 60], [1, 1, 1], [1, 2, 3]),
        ([100, 100, 60, 60], [2, 2, 2, 2], [1, 1, 2, 2]),
        ([100, np.nan, 60], [2, np.nan, 2], [1, 0, 2]),
        ([90], [1], [1]),
        ([], [], []),
        ([120, 100, 80], [2, 50, 2], [1, 1, 2]),
    ],
)
def test_bands(values: list, errors: list, bands: list) -> None:
    assert tie_bands(values, errors).tolist() == bands


def test_bands_need_errors() -> None:
    with pytest.raises(MethodError, match="BANDS_STANDARD_ERROR"):
        tie_bands([1.0, 2.0], [0.0, 1.0])
    with pytest.raises(MethodError, match="BANDS_SHAPE"):
        tie_bands([1.0, 2.0], [1.0])
