"""Areas that start at different times."""

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import (
    CheckOutcome,
    ComparedWith,
    Estimate,
    Scale,
    StaggeredPanel,
    StaggeredRules,
    Versus,
    decompose_two_way,
    group_time_effects,
    staggered_effect,
    two_way_coefficient,
)
from convive.core.model import Verdict

FIRST = np.r_[np.repeat([14, 18, 22], 4), np.full(12, -1)]


def _counts(factor: float = 1.0, mean: float = 40.0) -> np.ndarray:
    counts = np.random.default_rng(1).poisson(mean, (24, 30)).astype(float)
    is_on = (np.arange(30) >= FIRST[:, None]) & (FIRST > 0)[:, None]
    return np.where(is_on, np.round(counts * factor), counts)


def _run(counts: np.ndarray, first: np.ndarray = FIRST, **rules: object) -> Estimate:
    panel = StaggeredPanel(counts, first)
    return staggered_effect(panel, np.random.default_rng(1), StaggeredRules(**rules)).estimate


def _outcome(estimate: Estimate, code: str) -> CheckOutcome:
    return next(check.outcome for check in estimate.checks if check.code == code)


def test_a_fall_by_a_third_is_found_and_counted() -> None:
    found = _run(_counts(2 / 3))
    assert found.effect == pytest.approx(-33, abs=4)
    assert found.verdict is Verdict.WORKED
    months = 4 * (16 + 12 + 8)
    assert found.avoided == pytest.approx(months * 40 / 3, rel=0.15)
    assert (found.seen.n_treated, found.seen.n_comparison) == (12, 12)


def test_without_an_effect_nothing_is_said() -> None:
    assert _run(_counts()).verdict not in {Verdict.WORKED, Verdict.HARMFUL}


def test_effects_that_grow_fool_two_way_effects_and_not_this() -> None:
    """Everybody starts in the end; the effect grows by one a period."""
    first = np.repeat([4, 10, 16], 4)
    since = np.arange(20) - first[:, None]
    y = np.where(since >= 0, since + 1.0, 0.0) + np.random.default_rng(1).normal(0, 0.1, (12, 20))
    wrong = decompose_two_way(y, first)
    assert wrong.forbidden_share > 0.3
    bad = [one.effect for one in wrong.comparisons if one.versus is Versus.EARLIER]
    assert np.mean(bad) < 1
    found = _run(y, first, scale=Scale.LINEAR, base_periods=1)
    cells = [(g, t) for g in (4, 10) for t in range(g, 16)]
    truth = np.mean([t - g + 1 for g, t in cells])
    assert found.effect == pytest.approx(truth, abs=0.2)
    assert two_way_coefficient(y, since >= 0) < 0.7 * truth


def test_areas_that_started_are_never_compared_with() -> None:
    counts = _counts()
    changed = counts.copy()
    changed[:4, 18:] *= 100  # the first cohort, after the second has started
    before, after = (
        {(e.start, e.period): e.value for e in group_time_effects(StaggeredPanel(c, FIRST))}
        for c in (counts, changed)
    )
    assert before[18, 25] == after[18, 25]
    assert before[14, 25] != after[14, 25]


def test_never_treated_areas_alone_can_be_asked_for() -> None:
    counts = _counts()
    changed = counts.copy()
    changed[8:12] += 5  # the last cohort stands for nobody then
    rules = StaggeredRules(compared_with=ComparedWith.NEVER_TREATED)
    before, after = (
        {(e.start, e.period): e.value for e in group_time_effects(StaggeredPanel(c, FIRST), rules)}
        for c in (counts, changed)
    )
    assert before[14, 16] == after[14, 16]


def test_anticipated_months_are_not_time_before() -> None:
    counts = _counts(0.5)
    early = counts.copy()
    for row, start in enumerate(FIRST[:12]):
        early[row, start - 3 : start] = np.round(early[row, start - 3 : start] * 2.0)
    plain, cut = _run(early), _run(early, anticipation=3)
    assert plain.effect < cut.effect == pytest.approx(_run(counts, anticipation=3).effect)


def test_areas_chosen_at_their_peak_get_no_verdict() -> None:
    counts = _counts()
    for row, start in enumerate(FIRST[:12]):
        counts[row, start - 6 : start] = np.round(counts[row, start - 6 : start] * 1.8)
    found = _run(counts)
    assert _outcome(found, "chosen_at_peak") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_areas_that_parted_before_get_no_verdict() -> None:
    counts = _counts() * np.where(FIRST > 0, 1.0, 0.0)[:, None] * np.exp(-0.04 * np.arange(30))
    found = _run(np.round(counts) + _counts() * (FIRST < 0)[:, None])
    assert _outcome(found, "parallel_before") is CheckOutcome.FAILED
    assert found.verdict is Verdict.CANNOT_TELL


def test_one_treated_area_is_judged_by_how_restless_the_others_are() -> None:
    rng = np.random.default_rng(5)
    first = np.r_[[15], np.full(20, -1)]
    walk = np.exp(np.where(np.arange(30) >= 15, rng.normal(0, 0.3, (21, 1)), 0.0))
    restless, calm = rng.poisson(60 * walk), rng.poisson(60, (21, 30))
    restless[0] = calm[0]
    wide, narrow = _run(restless, first), _run(calm, first)
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)
    assert _outcome(wide, "few_treated") is CheckOutcome.FAILED


def test_gaps_zeros_and_areas_that_started_before_are_everyday_input() -> None:
    counts = _counts(0.5)
    counts[0, 20:] = np.nan
    counts[5, :] = 0
    first = FIRST.copy()
    first[11] = 0
    found = _run(counts, first)
    assert np.isfinite([found.effect, found.low, found.high]).all()
    assert _outcome(found, "composition") is CheckOutcome.FAILED
    assert _outcome(found, "already_started") is CheckOutcome.FAILED


@pytest.mark.parametrize(
    ("counts", "first", "reason"),
    [
        (_counts(), np.full(24, -1), "STAGGERED_NOT_STARTED"),
        (_counts(), np.zeros(24, dtype=int), "STAGGERED_NOT_STARTED"),
        (_counts(), np.full(24, 12), "STAGGERED_NO_COMPARISON"),
        (_counts() * 0, FIRST, "STAGGERED_TOO_FEW"),
        (_counts()[[0, 23]], FIRST[[0, 23]], "STAGGERED_NO_COMPARISON"),
    ],
)
def test_no_answer_has_a_reason(counts: np.ndarray, first: np.ndarray, reason: str) -> None:
    found = _run(counts, first)
    assert (found.reason, found.effect) == (reason, None)
    assert found.verdict is Verdict.CANNOT_TELL


def test_panels_that_do_not_fit_are_refused() -> None:
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        _run(_counts(), FIRST[:-1])
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        _run(_counts(), FIRST + 20)
    with pytest.raises(MethodError, match="EFFECT_NEGATIVE_COUNT"):
        _run(-_counts())
    with pytest.raises(MethodError, match="EFFECT_WEIGHTS"):
        staggered_effect(StaggeredPanel(_counts(), FIRST, np.zeros(24)), np.random.default_rng(1))
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        two_way_coefficient([[1, 2]], [[1], [2]])
    with pytest.raises(MethodError, match="EFFECT_SHAPE"):
        decompose_two_way([[1, 2]], [-1])
