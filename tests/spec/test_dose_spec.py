"""What the delivered dose did, and when nobody can tell."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    DosedAreas,
    DosePlan,
    DoseResult,
    dose_effect,
)
from convive.core.model import Verdict

MONTHS = 36
RNG = np.random.default_rng(4)
DOSE = RNG.integers(0, 4, (16, MONTHS)) * (np.arange(MONTHS) >= 12) * (np.arange(16)[:, None] < 10)
SIZE = RNG.uniform(20, 60, (16, 1)) * (1 + 0.2 * np.sin(np.arange(MONTHS) / 6 * np.pi))
FALLING = SIZE * 0.9**DOSE


def _outcome(found: DoseResult, code: str) -> CheckOutcome:
    return next(check.outcome for check in found.estimate.checks if check.code == code)


def test_every_hour_takes_off_a_tenth() -> None:
    found = dose_effect(DosedAreas(FALLING, DOSE))
    assert found.per_unit == pytest.approx(-10.0)
    assert found.per_unit_low < -10.0 < found.per_unit_high
    given = DOSE > 0
    assert found.mean_dose == pytest.approx(DOSE[given].mean())
    saved = SIZE[given].sum() - FALLING[given].sum()
    assert found.estimate.effect == pytest.approx(-100 * saved / SIZE[given].sum())
    assert found.estimate.avoided == pytest.approx(saved, abs=1.0)  # those seen are whole
    assert found.estimate.verdict is Verdict.WORKED
    assert (found.estimate.seen.n_treated, found.estimate.seen.n_comparison) == (10, 6)
    assert found.estimate.seen.periods_before == 12


def test_a_dose_that_does_nothing_did_not_work() -> None:
    found = dose_effect(DosedAreas(RNG.poisson(4 * SIZE), DOSE))
    assert found.estimate.verdict is Verdict.DID_NOT_WORK
    assert abs(found.estimate.effect) < 5


def test_a_dose_that_makes_it_worse_is_called_harmful() -> None:
    assert dose_effect(DosedAreas(SIZE * 1.1**DOSE, DOSE)).estimate.verdict is Verdict.HARMFUL


def test_more_given_where_it_had_just_got_worse_gets_no_verdict() -> None:
    rng = np.random.default_rng(5)
    counts = rng.poisson(np.full((20, 48), 20.0))
    dose = np.zeros((20, 48))
    for month in range(12, 48):
        dose[np.argsort(-counts[:, month - 1])[:6], month] = 2.0
    found = dose_effect(DosedAreas(counts, dose))
    assert _outcome(found, "dose_lead") is CheckOutcome.FAILED
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_who_says_that_the_dose_followed_the_counts_is_believed() -> None:
    told = dose_effect(DosedAreas(FALLING, DOSE, follows_counts=True))
    assert _outcome(told, "dose_choice") is CheckOutcome.FAILED
    assert told.estimate.verdict is Verdict.CANNOT_TELL
    denied = dose_effect(DosedAreas(FALLING, DOSE, follows_counts=False))
    assert _outcome(denied, "dose_choice") is CheckOutcome.PASSED
    assert denied.estimate.verdict is Verdict.WORKED


def test_areas_that_parted_before_anybody_got_anything_are_no_comparison() -> None:
    parting = SIZE.copy()
    parting[:10, 6:] *= 0.6
    found = dose_effect(DosedAreas(RNG.poisson(parting), DOSE))
    assert _outcome(found, "dose_selection") is CheckOutcome.FAILED
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_a_dose_that_is_nearly_the_same_everywhere_says_nothing() -> None:
    nearly = np.tile(np.linspace(1, 9, MONTHS), (16, 1)) + 0.02 * RNG.random((16, MONTHS))
    found = dose_effect(DosedAreas(FALLING, nearly))
    assert _outcome(found, "dose_variation") is CheckOutcome.FAILED
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_thirds_tell_where_the_first_hour_did_it_all() -> None:
    flat = RNG.poisson(np.where(DOSE > 0, 0.7, 1.0) * 4 * SIZE)
    found = dose_effect(DosedAreas(flat, DOSE))
    assert [round(third.effect, -1) for third in found.thirds] == [-30.0] * 3
    assert [third.dose for third in found.thirds] == [1.0, 2.0, 3.0]
    assert sum(third.n_cells for third in found.thirds) == (DOSE > 0).sum()
    assert _outcome(found, "dose_shape") is CheckOutcome.FAILED
    assert _outcome(dose_effect(DosedAreas(FALLING, DOSE)), "dose_shape") is CheckOutcome.PASSED


def test_a_dose_may_work_later_and_for_longer() -> None:
    back = np.pad(DOSE, ((0, 0), (2, 0)))
    works = back[:, :MONTHS] + back[:, 1 : MONTHS + 1]  # two months ago and one month ago
    counts = SIZE * 0.9**works
    found = dose_effect(DosedAreas(counts, DOSE), DosePlan(delay=1, lasts=2))
    assert found.per_unit == pytest.approx(-10.0)
    missed = dose_effect(DosedAreas(counts, DOSE))
    assert _outcome(missed, "dose_later") is CheckOutcome.FAILED


def test_what_was_planned_and_not_delivered_is_told() -> None:
    found = dose_effect(DosedAreas(FALLING, DOSE, planned=np.full(16, DOSE.sum() / 8)))
    assert found.delivered_share == pytest.approx(0.5)
    assert _outcome(found, "dose_fidelity") is CheckOutcome.FAILED
    assert found.estimate.verdict is Verdict.WORKED  # of what was delivered
    unplanned = dose_effect(DosedAreas(FALLING, DOSE))
    assert unplanned.delivered_share is None
    assert _outcome(unplanned, "dose_fidelity") is CheckOutcome.CANNOT_TELL


def test_an_effect_of_one_area_alone_is_told() -> None:
    one = SIZE * 3.0
    one[2] = one[2] * 0.5 ** DOSE[2]
    rest = DOSE.copy()
    rest[2] *= 4
    found = dose_effect(DosedAreas(one, rest))
    assert _outcome(found, "dose_areas") is CheckOutcome.FAILED
    assert found.estimate.verdict is not Verdict.WORKED


def test_unknown_months_are_left_out_and_told() -> None:
    counts, dose = FALLING.copy(), DOSE.astype(float)
    counts[1, 20], dose[3, 25] = np.nan, np.nan
    found = dose_effect(DosedAreas(counts, dose))
    assert found.per_unit == pytest.approx(-10.0)
    missing = next(check for check in found.estimate.checks if check.code == "dose_missing")
    assert missing.params["cells"] == 2


def test_where_the_base_grows_counts_may_grow_with_it() -> None:
    people = 1.0 + 0.05 * DOSE
    found = dose_effect(DosedAreas(FALLING * people, DOSE, exposure=people))
    assert found.per_unit == pytest.approx(-10.0)


@pytest.mark.parametrize(
    ("areas", "reason"),
    [
        (DosedAreas(FALLING, 0 * DOSE), "dose_none"),
        (DosedAreas(FALLING, np.ones(DOSE.shape)), "dose_no_variation"),
        (DosedAreas(FALLING, np.tile(DOSE[0], (16, 1))), "dose_no_variation"),
        (DosedAreas(FALLING, DOSE * (np.arange(16)[:, None] < 3)), "dose_too_few_areas"),
        (DosedAreas(FALLING, DOSE, group=np.arange(16) // 4), "dose_too_few_areas"),
        (DosedAreas(FALLING[:, 12:17], DOSE[:, 12:17]), "dose_too_short"),
        (DosedAreas(0 * FALLING, DOSE), "dose_too_few"),
    ],
)
def test_no_answer_has_a_reason(areas: DosedAreas, reason: str) -> None:
    found = dose_effect(areas)
    assert found.estimate.reason == reason
    assert found.estimate.effect is None
    assert found.per_unit is None
    assert found.estimate.verdict is Verdict.CANNOT_TELL


def test_tables_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MethodError, match="DOSE_SHAPE"):
        dose_effect(DosedAreas(FALLING, DOSE[:, 1:]))
    with pytest.raises(MethodError, match="DOSE_SHAPE"):
        dose_effect(DosedAreas(FALLING, DOSE, planned=[1.0, 2.0]))
    with pytest.raises(MethodError, match="DOSE_SHAPE"):
        dose_effect(DosedAreas(FALLING, DOSE), DosePlan(lasts=0))
    with pytest.raises(MethodError, match="DOSE_NEGATIVE"):
        dose_effect(DosedAreas(FALLING, -DOSE))
    with pytest.raises(MethodError, match="DOSE_NEGATIVE"):
        dose_effect(DosedAreas(FALLING, DOSE, planned=np.full(16, -1.0)))
    with pytest.raises(MethodError, match="DOSE_NO_EXPOSURE"):
        dose_effect(DosedAreas(FALLING, DOSE, exposure=0 * FALLING))
