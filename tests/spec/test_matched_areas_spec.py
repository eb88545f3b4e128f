"""Small areas weighted to be alike: what is answered, and when it is refused."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    Estimate,
    MatchedPanel,
    entropy_balance,
    matched_areas,
)
from convive.core.model import Verdict

MONTHS, START = 60, 36


def _city(n: int = 60, *, mean: float = 20.0, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    size = mean * np.exp(rng.normal(0, 0.4, (n, 1)))
    course = np.exp(0.2 * np.sin(np.arange(MONTHS) / 6 * np.pi) + 0.003 * np.arange(MONTHS))
    return rng.poisson(size * course).astype(float)


def _row(n: int) -> np.ndarray:
    """Areas in a row: each touches the next."""
    place = np.arange(n)
    return np.abs(np.subtract.outer(place, place)) == 1


def _fallen(counts: np.ndarray, areas: list[int], share: float = 0.6) -> np.ndarray:
    rng = np.random.default_rng(9)
    counts = counts.copy()
    counts[areas, START:] = rng.binomial(counts[areas, START:].astype(int), share)
    return counts


def _judge(panel: MatchedPanel, n_groups: int = 199) -> Estimate:
    return matched_areas(panel, np.random.default_rng(2), n_groups=n_groups).estimates["theft"]


def _outcome(estimate: Estimate, code: str) -> CheckOutcome:
    return next(check.outcome for check in estimate.checks if check.code == code)


def test_a_fall_in_three_of_sixty_areas_is_found() -> None:
    areas = [5, 25, 45]
    counts = _fallen(_city(), areas)
    found = _judge(MatchedPanel({"theft": counts}, areas, START, neighbours=_row(60), chosen_months=0))  # fmt: skip
    assert found.verdict is Verdict.WORKED
    assert found.low < -40 < found.high
    assert found.avoided == pytest.approx(counts[areas, START:].sum() / (1 + found.effect / 100) - counts[areas, START:].sum())  # fmt: skip
    assert found.seen.n_comparison == 60 - 3 - 6  # their neighbours are kept out
    assert _outcome(found, "matched_apart") is CheckOutcome.PASSED


def test_weights_make_groups_alike_and_say_what_they_are_worth() -> None:
    counts = _city()
    busy = np.argsort(counts[:, :START].sum(axis=1))[40:44].tolist()
    found = matched_areas(MatchedPanel({"theft": counts}, busy, START), np.random.default_rng(1), n_groups=99)  # fmt: skip
    even, weighted = np.abs(np.array(found.differences)).max(axis=0)
    assert weighted < 0.25 < even
    assert found.weights.sum() == pytest.approx(1.0)
    assert (found.weights[busy] == 0).all()
    assert 5 <= found.effective <= 56
    assert found.block_months == 6  # 12 quarters are more than 56 areas can bear


def test_covariates_are_balanced_too() -> None:
    counts = _city()
    bars = np.random.default_rng(3).normal(size=60)
    treated = np.argsort(bars)[-16:-12].tolist()
    panel = MatchedPanel({"theft": counts}, treated, START, covariates=bars)
    found = matched_areas(panel, np.random.default_rng(1), n_groups=99)
    before, after = found.differences[-1]
    assert before > 0.5
    assert abs(after) < 0.25


def test_the_highest_areas_of_all_have_nothing_to_compare_with() -> None:
    counts = _city()
    worst = np.argsort(counts[:, :START].sum(axis=1))[-3:].tolist()
    counts[worst] *= 4
    found = _judge(MatchedPanel({"theft": counts}, worst, START, chosen_months=0))
    assert _outcome(found, "matched_overlap") is CheckOutcome.FAILED
    assert _outcome(found, "matched_balance") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_groups_that_parted_before_get_no_verdict() -> None:
    counts = _city()
    areas = [5, 25, 45]
    early = np.arange(MONTHS) >= 24
    counts[areas] = np.random.default_rng(4).binomial(counts[areas].astype(int), np.where(early, 0.4, 1))  # fmt: skip
    found = _judge(MatchedPanel({"theft": counts}, areas, START, chosen_months=0))
    assert found.verdict is Verdict.CANNOT_TELL


def test_what_moved_next_door_is_not_called_worked() -> None:
    areas = [5, 25, 45]
    counts = _fallen(_city(), areas)
    ring = [4, 6, 24, 26, 44, 46]
    moved = counts.copy()
    moved[ring, START:] = np.round(1.5 * moved[ring, START:])
    known = {"neighbours": _row(60), "chosen_months": 0}
    found = _judge(MatchedPanel({"theft": moved}, areas, START, **known))
    assert _outcome(found, "ring") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_nobody_said_who_is_next_to_whom() -> None:
    found = _judge(MatchedPanel({"theft": _city()}, [5, 25], START, chosen_months=0))
    assert _outcome(found, "matched_apart") is CheckOutcome.CANNOT_TELL
    assert _outcome(found, "ring") is CheckOutcome.CANNOT_TELL


def test_recording_that_changed_in_some_areas_ends_it() -> None:
    areas = [5, 25, 45]
    panel = MatchedPanel({"theft": _fallen(_city(), areas)}, areas, START, chosen_months=0, uneven_breaks=(40,))  # fmt: skip
    assert _judge(panel).verdict is Verdict.CANNOT_TELL


def test_two_outcomes_share_weights_and_allow_for_their_number() -> None:
    areas = [5, 25, 45]
    counts = {"theft": _fallen(_city(), areas), "assault": _city(seed=5)}
    panel = MatchedPanel(counts, areas, START, chosen_months=0)
    found = matched_areas(panel, np.random.default_rng(1), n_groups=199)
    assert found.omnibus_p < 0.05
    assert found.estimates["theft"].verdict is Verdict.WORKED
    assert found.estimates["assault"].verdict is not Verdict.WORKED
    quiet = MatchedPanel({"theft": _city(), "assault": _city(seed=5)}, areas, START)
    assert matched_areas(quiet, np.random.default_rng(1), n_groups=199).omnibus_p > 0.05


def test_months_without_a_figure_are_left_out_and_areas_left_out_stand_for_nobody() -> None:
    counts = _city()
    counts[7, 10] = np.nan
    found = _judge(MatchedPanel({"theft": counts}, [5, 25], START))
    assert found.seen.periods_before == START - 1
    assert _outcome(found, "missing_months") is CheckOutcome.FAILED
    without = _judge(MatchedPanel({"theft": counts}, [5, 25], START, left_out=[7]))
    assert without.seen.periods_before == START
    assert without.seen.n_comparison == 57


def test_months_of_the_choice_are_no_time_before() -> None:
    found = _judge(MatchedPanel({"theft": _city()}, [5, 25], START, chosen_months=12))
    assert found.seen.periods_before == START - 12
    assert _outcome(found, "chosen_at_peak") is CheckOutcome.PASSED


@pytest.mark.parametrize(
    ("areas", "panel", "reason"),
    [
        (60, {"left_out": range(1, 60)}, "EFFECT_NO_COMPARISON"),
        (15, {}, "MATCHED_FEW_AREAS"),
        (60, {"treated": range(14)}, "MATCHED_FEW_AREAS"),
        (60, {"start": 10}, "EFFECT_TOO_SHORT"),
        (60, {"start": 56}, "EFFECT_TOO_SHORT"),
        (60, {"counts": {"theft": np.zeros((60, MONTHS))}}, "EFFECT_TOO_FEW"),
    ],
)
def test_no_answer_has_a_reason(areas: int, panel: dict, reason: str) -> None:
    given = {"counts": {"theft": _city(areas)}, "treated": [0], "start": START, **panel}
    found = _judge(MatchedPanel(**given))
    assert found.reason == reason
    assert found.verdict is Verdict.CANNOT_TELL


def test_an_outcome_too_rare_does_not_silence_the_other() -> None:
    counts = {"theft": _fallen(_city(), [5, 25, 45]), "arson": np.zeros((60, MONTHS))}
    found = matched_areas(MatchedPanel(counts, [5, 25, 45], START, chosen_months=0), np.random.default_rng(1), n_groups=99)  # fmt: skip
    assert found.estimates["arson"].reason == "EFFECT_TOO_FEW"
    assert found.estimates["theft"].effect < -20


@pytest.mark.parametrize(
    ("panel", "code"),
    [
        ({"counts": {}}, "EFFECT_SHAPE"),
        ({"treated": []}, "EFFECT_SHAPE"),
        ({"treated": [60]}, "EFFECT_SHAPE"),
        ({"start": MONTHS}, "EFFECT_SHAPE"),
        ({"neighbours": np.zeros((3, 3))}, "EFFECT_SHAPE"),
        ({"covariates": np.full(60, np.nan)}, "EFFECT_SHAPE"),
        ({"counts": {"theft": -_city()}}, "EFFECT_NEGATIVE_COUNT"),
    ],
)
def test_panels_that_do_not_fit_are_refused(panel: dict, code: str) -> None:
    given = {"counts": {"theft": _city()}, "treated": [0], "start": START, **panel}
    with pytest.raises(MethodError, match=code):
        _judge(MatchedPanel(**given))


def test_a_target_outside_all_areas_is_impossible_unless_some_may_be_missed() -> None:
    areas = [[0.0], [1.0], [2.0]]
    with pytest.raises(MethodError, match="BALANCE_IMPOSSIBLE"):
        entropy_balance(areas, [3.0])
    near = entropy_balance(areas, [3.0], ridge=0.1)
    assert near.imbalance[0] > 1.0
    with pytest.raises(MethodError, match="BALANCE_RIDGE"):
        entropy_balance(areas, [1.0], ridge=-1.0)
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        entropy_balance(areas, [1.0, 2.0])
