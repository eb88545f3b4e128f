"""However often and of whatever areas and months one asks, no small count comes out."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from convive.app.evaluation.gate import WITHHELD, gated, gated_estimate, percent_step
from convive.app.evaluation.protect import base_of, protected
from convive.core.errors import MethodError
from convive.core.evaluation import Design, answer
from convive.core.evaluation.panel import CountPanel
from convive.core.evaluation.study import FrozenStudy
from convive.core.model import DisclosureRule, Verdict
from factories.studies import BURGLARY, fallen, frozen, make_panel, make_study

RULE = DisclosureRule()
BASE = base_of(RULE)
SECRET = b"a secret of the town"


def _safe(counts: np.ndarray, base: int = BASE, secret: bytes = SECRET) -> CountPanel:
    return protected(make_panel(counts), base=base, secret=secret)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10**6),
    mean=st.floats(0.1, 30.0),
    base=st.integers(2, 20),
    window=st.tuples(st.integers(0, 35), st.integers(1, 36)),
)
def test_any_window_of_any_area_is_off_by_less_than_a_base(
    seed: int, mean: float, base: int, window: tuple[int, int]
) -> None:
    counts = np.random.default_rng(seed).poisson(mean, (6, 36)).astype(float)
    safe = _safe(counts, base, seed.to_bytes(8, "big")).counts
    part = slice(window[0], window[0] + window[1])
    off = np.abs(safe[:, part].sum(axis=1) - counts[:, part].sum(axis=1))
    assert off.max() < base
    assert (safe % base == 0).all()
    assert (safe >= 0).all()


def test_the_error_does_not_lean_to_either_side() -> None:
    counts = np.random.default_rng(3).poisson(1.0, (4, 24)).astype(float)
    off = [
        (_safe(counts, secret=str(key).encode()).counts.sum() - counts.sum()) for key in range(400)
    ]
    assert abs(np.mean(off)) < 3 * np.std(off) / np.sqrt(len(off))


def test_versions_of_the_counts_have_the_same_steps() -> None:
    counts = np.random.default_rng(4).poisson(2.0, (4, 36)).astype(float)
    early, late = _safe(counts[:, :30]), _safe(counts)
    assert (late.counts[:, :30] == early.counts).all()


def test_unknown_counts_stay_unknown() -> None:
    counts = np.full((2, 12), 7.0)
    counts[0, 3] = np.nan
    safe = _safe(counts).counts
    assert np.isnan(safe[0, 3])
    assert np.isfinite(np.delete(safe[0], 3)).all()


def test_a_base_of_nothing_is_refused() -> None:
    with pytest.raises(MethodError, match="DISCLOSURE_BAD_ROUNDING"):
        protected(make_panel(np.ones((1, 3))), base=0, secret=SECRET)


def _range_of(safe: np.ndarray, area: int, month: int, base: int) -> tuple[int, int]:
    """Return the least and most that a count can be, for one who knows every safe count.

    Whoever asks for all areas and months there are can know no more than these. The attacker
    knows how the steps are made, but not where they lie: unknowns are the offset and the counts.
    """
    course, n = safe[area], safe.shape[1]
    total = np.cumsum(course)
    # base ⌊(C + u)/base⌋ = total  ⇔  total ≤ C + u ≤ total + base − 1
    sums = np.hstack([np.ones((n, 1)), np.tril(np.ones((n, n)))])
    limits = LinearConstraint(sums, total, total + base - 1)
    bounds = Bounds(np.zeros(n + 1), np.r_[base - 1, np.full(n, np.inf)])
    found = []
    for sign in (1.0, -1.0):
        aim = np.zeros(n + 1)
        aim[1 + month] = sign
        solved = milp(aim, constraints=limits, bounds=bounds, integrality=np.ones(n + 1))
        found.append(round(sign * solved.fun))
    return found[0], found[1]


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), mean=st.floats(0.2, 4.0), month=st.integers(0, 11))
def test_who_knows_every_answer_there_can_be_cannot_tell_a_small_count(
    seed: int, mean: float, month: int
) -> None:
    counts = np.random.default_rng(seed).poisson(mean, (1, 12)).astype(float)
    low, high = _range_of(_safe(counts, secret=str(seed).encode()).counts, 0, month, BASE)
    truth = counts[0, month]
    assert low <= truth <= high
    assert high - low >= BASE - 1
    if truth < BASE:  # a few could as well be none, or no longer few
        assert low <= 1
        assert high >= BASE - 1


def _ranges_by_part(safe: CountPanel, month: int, base: int) -> list[tuple[int, int]]:
    """Return what a reader can know of day and night in a month, from all three views at once."""
    n = safe.counts.shape[1]
    lower, nothing, here = np.tril(np.ones((n, n))), np.zeros((n, n)), np.eye(3)
    views = [(lower, nothing), (nothing, lower), (lower, lower)]
    sums = np.vstack([np.hstack([np.tile(here[i], (n, 1)), *one]) for i, one in enumerate(views)])
    counts = (safe.by_daypart["day"], safe.by_daypart["night"], safe.counts)
    total = np.concatenate([np.cumsum(one[0]) for one in counts])
    wide = np.array([2 * base, 2 * base, base])
    limits = LinearConstraint(sums, total, total + np.repeat(wide, n) - 1)
    bounds = Bounds(np.zeros(3 + 2 * n), np.r_[wide - 1, np.full(2 * n, np.inf)])
    found = []
    for at in (3 + month, 3 + n + month):
        ends = []
        for sign in (1.0, -1.0):
            aim = np.zeros(3 + 2 * n)
            aim[at] = sign
            solved = milp(aim, constraints=limits, bounds=bounds, integrality=np.ones(3 + 2 * n))
            ends.append(round(sign * solved.fun))
        found.append((ends[0], ends[1]))
    return found


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**6), mean=st.floats(0.2, 3.0), month=st.integers(0, 11))
def test_day_night_and_both_together_give_no_count_away(seed: int, mean: float, month: int) -> None:
    rng = np.random.default_rng(seed)
    day, night = (rng.poisson(mean, (1, 12)).astype(float) for _ in range(2))
    panel = make_panel(day + night, by_daypart={"day": day, "night": night})
    safe = protected(panel, base=BASE, secret=str(seed).encode())
    for truth, (low, high) in zip(
        (day[0, month], night[0, month]), _ranges_by_part(safe, month, BASE), strict=True
    ):
        assert low <= truth <= high
        assert high - low >= 2


def _asked(panel: CountPanel, treated: tuple[str, ...], months: int) -> tuple[object, ...]:
    """Return all figures that one question gives."""
    others = tuple(a for a in panel.areas if a not in treated and a != "a1")
    plan = make_study(treated=treated, comparison=others, buffer=(), months_before=months)
    study = FrozenStudy(plan, datetime(2023, 1, 1, tzinfo=UTC))
    found = gated(
        answer(study, {BURGLARY: panel}, today=date(2025, 1, 1), rng=np.random.default_rng(1)), RULE
    )
    main = found.primary.main
    return (found.verdict, main.effect, main.low, main.high, main.p, main.avoided, main.seen)


def test_overlapping_questions_answer_the_same_for_towns_that_differ_in_a_small_count() -> None:
    """Two towns that differ by three incidents of one area and month cannot be told apart.

    Found for each secret whose steps hide the difference, which is what a reader has to reckon
    with: every one of some two hundred overlapping questions then gives the same answer.
    """
    rng = np.random.default_rng(7)
    one = rng.poisson(6.0, (8, 36)).astype(float)
    one[2, 20] = 0.0
    other = one.copy()
    other[2, 20], other[2, 21] = 3.0, max(one[2, 21] - 3.0, 0.0)
    one[2, 21] = other[2, 21] + 3.0
    hiding = 0
    for number in range(12):
        first, second = (_safe(x, secret=str(number).encode()) for x in (one, other))
        if not (first.counts == second.counts).all():
            continue
        hiding += 1
        for size in (1, 2, 3):
            for shift in range(8):
                treated = tuple(dict.fromkeys(f"a{(shift + i) % 8}" for i in range(size)))
                for months in (15, 16, 24):
                    assert _asked(first, treated, months) == _asked(second, treated, months)
        break
    assert hiding


def test_the_gate_withholds_a_few_and_never_says_nothing_instead() -> None:
    counts = fallen(40.0)
    counts[0, 24:] = 0.0
    counts[0, 30] = 3.0
    found = answer(
        frozen(), {BURGLARY: make_panel(counts)}, today=date(2025, 1, 1),
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert found.verdict is Verdict.WORKED
    shown = gated(found, RULE)
    main = shown.primary.main
    assert main.reason == WITHHELD
    assert main.seen.n_after is None
    assert (main.effect, main.avoided) == (None, None)
    assert shown.verdict is Verdict.CANNOT_TELL
    assert shown.why[0] == "withheld"
    assert {one.is_ruled_out for one in shown.rivals} == {None}
    public = gated(found, RULE, public={"police"})
    assert public.primary.main.seen.n_after == 3


def test_what_is_shown_is_rounded_and_intervals_are_never_narrowed() -> None:
    rng = np.random.default_rng(5)
    found = answer(
        frozen(make_study(designs=(Design.BEFORE_AFTER_CONTROL, Design.INTERRUPTED_SERIES))),
        {BURGLARY: make_panel(rng.poisson(fallen()))}, today=date(2025, 1, 1), rng=rng,
    )  # fmt: skip
    for estimate in (found.primary.main, *found.primary.others):
        shown = gated_estimate(estimate, RULE)
        step = percent_step(min(estimate.seen.n_before, estimate.seen.n_after), RULE)
        assert shown.effect % step == 0
        assert shown.low <= estimate.low < estimate.high <= shown.high
        assert shown.seen.n_before % BASE == 0
        assert all(
            not isinstance(value, float) or round(value, 4) == value
            for check in shown.checks
            for value in check.params.values()
        )
