"""Reporting delay: which months are still filling up, told by cases one can check by hand."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.temporal import reporting_delay

STEADY = np.array([[80, 15, 5, 0]] * 12)


def test_a_month_with_eight_in_ten_on_record_is_incomplete_and_its_final_count_foreseen() -> None:
    found = reporting_delay(STEADY)
    assert found.recorded[-1] == 80
    assert found.completeness[-1] == pytest.approx(0.8)
    assert found.expected[-1] == pytest.approx(100)
    assert found.expected_low[-1] < 100 < found.expected_high[-1]
    assert found.is_incomplete.tolist() == [False] * 11 + [True]


def test_what_comes_after_the_last_month_of_recording_is_not_looked_at() -> None:
    later = STEADY.copy()
    later[-1, 1:] = 10_000
    assert reporting_delay(later).expected[-1] == reporting_delay(STEADY).expected[-1]


def test_an_earlier_extract_makes_more_months_incomplete() -> None:
    found = reporting_delay(STEADY, as_of=10)
    assert found.is_incomplete[-1]
    assert np.isnan(found.completeness[-1])
    assert found.completeness[-2] == pytest.approx(0.8)


def test_records_of_the_same_month_leave_nothing_open() -> None:
    found = reporting_delay(np.array([[100, 0, 0]] * 12))
    assert not found.is_incomplete.any()
    assert found.expected.tolist() == [100.0] * 12
    assert found.low[-1] < 1.0, "nothing late was seen, which is not proof that nothing is late"


def test_too_short_too_few_and_an_open_end_foresee_nothing() -> None:
    assert reporting_delay(STEADY[:8]).reason == "DELAY_TOO_SHORT"
    assert reporting_delay(STEADY // 40).reason == "DELAY_TOO_FEW"
    is_open = reporting_delay(STEADY[:, :3])
    assert is_open.reason == "DELAY_TAIL_OPEN"
    assert np.isnan(is_open.expected).all()
    assert is_open.is_incomplete.tolist() == [False] * 10 + [True, True]


def test_records_that_all_wait_for_every_second_month_foresee_nothing() -> None:
    one, other = [0, 95, 5, 0], [80, 0, 20, 0]
    batches = reporting_delay(np.array([one, other] * 12))
    assert batches.reason == "DELAY_BATCHES"
    assert np.isnan(batches.expected).all()
    assert batches.is_incomplete[-1]


def test_uploads_that_are_late_now_and_then_widen_the_interval() -> None:
    uneven = reporting_delay(np.array([[70, 25, 5, 0], [90, 5, 5, 0]] * 6))
    steady = reporting_delay(STEADY)
    assert uneven.reason is None
    assert uneven.expected_high[-1] - uneven.expected_low[-1] > 1.5 * (
        steady.expected_high[-1] - steady.expected_low[-1]
    )


def test_only_the_newest_months_of_recording_are_learnt_from() -> None:
    slow = np.array([[20, 40, 40, 0]] * 30)
    quick = np.array([[95, 5, 0, 0]] * 30)
    found = reporting_delay(np.vstack([slow, quick]), window=24)
    assert found.by_delay[0] == pytest.approx(0.95)


@pytest.mark.parametrize("wrong", [[[1, -1]], [[0.5, 1]], [[np.nan, 1]], [1, 2], [[]]])
def test_counts_that_are_none_are_refused(wrong: object) -> None:
    with pytest.raises(MethodError, match="DELAY_BAD_TRIANGLE"):
        reporting_delay(wrong)  # type: ignore[arg-type]
