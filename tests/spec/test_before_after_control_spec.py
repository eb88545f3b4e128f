"""An effect with everything that speaks against it."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    ControlledCounts,
    Estimate,
    before_after_control,
)
from convive.core.model import Verdict

QUIET = np.full((8, 48), 50.0)


def _course(before: float, after: float, areas: int = 1) -> np.ndarray:
    return np.array([[before] * 24 + [after] * 24] * areas)


def _outcome(estimate: Estimate, code: str) -> CheckOutcome:
    return next(check.outcome for check in estimate.checks if check.code == code)


def test_avoided_incidents_are_those_expected_less_those_seen() -> None:
    found = before_after_control(ControlledCounts(_course(50, 35), QUIET, 24))
    assert found.effect == pytest.approx(-30.0)
    assert found.avoided == pytest.approx(24 * 15)
    assert 0 < found.avoided_low < found.avoided < found.avoided_high
    assert found.verdict is Verdict.WORKED
    assert found.seen.n_before == 24 * 50
    assert found.seen.n_after == 24 * 35


def test_a_place_chosen_in_its_worst_year_gets_no_verdict() -> None:
    peaked = np.array([[50.0] * 12 + [80] * 12 + [50] * 24])
    found = before_after_control(ControlledCounts(peaked, QUIET, 24))
    assert _outcome(found, "chosen_at_peak") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    # Told that the last year made the choice, that year is left out: nothing has changed.
    told = before_after_control(ControlledCounts(peaked, QUIET, 24, chosen_months=12))
    assert told.effect == pytest.approx(0.0, abs=1e-9)
    assert told.seen.periods_before == 12


def test_without_two_years_before_somebody_must_say_how_areas_were_chosen() -> None:
    short = ControlledCounts(_course(50, 25)[:, 12:], QUIET[:, 12:], 12)
    assert before_after_control(short).verdict is Verdict.CANNOT_TELL
    said = ControlledCounts(_course(50, 25)[:, 12:], QUIET[:, 12:], 12, chosen_months=0)
    assert before_after_control(said).verdict is Verdict.WORKED


def test_a_rise_that_rests_on_leaving_months_out_gets_no_verdict() -> None:
    climbing = np.array([[40.0] * 12 + [80] * 12 + [62] * 24])
    found = before_after_control(ControlledCounts(climbing, QUIET, 24, chosen_months=12))
    assert found.effect > 40
    assert _outcome(found, "choice_window") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_areas_that_parted_before_are_no_comparison() -> None:
    falling = np.array([[80.0] * 12 + [50] * 12 + [30] * 24])
    found = before_after_control(ControlledCounts(falling, QUIET, 24, chosen_months=0))
    assert _outcome(found, "parallel_before") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_what_moved_next_door_is_not_called_worked() -> None:
    moved = ControlledCounts(_course(50, 35), QUIET, 24, ring=_course(50, 70), chosen_months=0)
    found = before_after_control(moved)
    assert _outcome(found, "ring") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL
    calm = ControlledCounts(_course(50, 35), QUIET, 24, ring=_course(50, 50), chosen_months=0)
    assert before_after_control(calm).verdict is Verdict.WORKED
    unseen = ControlledCounts(_course(50, 35), QUIET, 24, chosen_months=0)
    assert _outcome(before_after_control(unseen), "ring") is CheckOutcome.CANNOT_TELL


def test_few_areas_widen_the_interval_and_are_told() -> None:
    few = before_after_control(ControlledCounts(_course(50, 42), QUIET[:2], 24, chosen_months=0))
    many = before_after_control(ControlledCounts(_course(50, 42), QUIET, 24, chosen_months=0))
    assert _outcome(few, "few_areas") is CheckOutcome.FAILED
    assert few.verdict is Verdict.CANNOT_TELL
    assert few.high - few.low > 1.5 * (many.high - many.low)


def test_neighbours_count_as_one() -> None:
    rng = np.random.default_rng(1)
    restless = rng.poisson(QUIET * np.exp(rng.normal(0, 0.2, (8, 48 // 24))).repeat(24, axis=1))
    apart = ControlledCounts(_course(50, 40, 4), restless, 24, are_neighbours=False)
    touching = ControlledCounts(_course(50, 40, 4), restless, 24)
    wide, narrow = before_after_control(touching), before_after_control(apart)
    assert wide.effect == pytest.approx(narrow.effect)
    assert wide.high - wide.low > narrow.high - narrow.low
    assert wide.seen.n_treated == narrow.seen.n_treated == 4


def test_a_recording_break_in_some_areas_only_ends_it() -> None:
    broken = ControlledCounts(_course(50, 25), QUIET, 24, chosen_months=0, uneven_breaks=(30,))
    assert before_after_control(broken).verdict is Verdict.CANNOT_TELL


def test_months_without_a_figure_are_left_out_and_told() -> None:
    holed = QUIET.copy()
    holed[3, [2, 30]] = np.nan
    found = before_after_control(ControlledCounts(_course(50, 35), holed, 24, chosen_months=0))
    assert found.effect == pytest.approx(-30.0)
    assert (found.seen.periods_before, found.seen.periods_after) == (23, 23)
    assert _outcome(found, "missing_months") is CheckOutcome.FAILED


@pytest.mark.parametrize(
    ("counts", "reason"),
    [
        (ControlledCounts(_course(50, 50), [], 24), "EFFECT_NO_COMPARISON"),
        (ControlledCounts(_course(50, 50), QUIET, 3), "EFFECT_TOO_SHORT"),
        (ControlledCounts(_course(50, 50), QUIET, 24, chosen_months=24), "EFFECT_TOO_SHORT"),
        (ControlledCounts(_course(0, 0), QUIET, 24), "EFFECT_TOO_FEW"),
        (ControlledCounts(np.full((1, 48), np.nan), QUIET, 24), "EFFECT_TOO_SHORT"),
    ],
)
def test_no_answer_has_a_reason(counts: ControlledCounts, reason: str) -> None:
    found = before_after_control(counts)
    assert found.reason == reason
    assert found.effect is None
    assert found.verdict is Verdict.CANNOT_TELL


def test_nothing_left_after_the_start_stays_finite() -> None:
    found = before_after_control(ControlledCounts(_course(5, 0), QUIET, 24, chosen_months=0))
    assert found.verdict is Verdict.WORKED
    assert np.isfinite([found.avoided, found.avoided_low, found.avoided_high]).all()


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        before_after_control(ControlledCounts(_course(5, 5), QUIET[:, 1:], 24))
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        before_after_control(ControlledCounts(_course(5, 5), QUIET, 48))
    with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
        before_after_control(ControlledCounts(_course(5, -5), QUIET, 24))
