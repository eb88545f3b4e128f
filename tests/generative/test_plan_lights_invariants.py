"""Whatever a plan holds: every light has its reason, and lights do not contradict themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.strategy.change import TargetVerdict, difference, read_targets
from convive.core.strategy.lights import progress_of, standings_of
from convive.core.strategy.vocabulary import ActionState, Progress
from factories.plans import DAYS, actions, figures, plans, targets


@settings(max_examples=150, deadline=None)
@given(actions("a"), DAYS)
def test_a_light_follows_from_its_gravest_reason(action, today) -> None:
    standing = progress_of(action, today=today)
    weights = [reason.weight for reason in standing.reasons]
    over = {ActionState.DONE: Progress.DONE, ActionState.STOPPED: Progress.STOPPED}
    if action.state in over:
        assert standing.progress is over[action.state]
        assert max(weights, default=0) <= 0
    elif standing.progress is Progress.OFF_TRACK:
        assert weights[0] == 2
    elif standing.progress is Progress.AT_RISK:
        assert weights[0] == 1
    elif standing.progress is Progress.ON_TRACK:
        assert max(weights) <= 0
        assert min(weights) == -1, "nothing speaks for it"
    else:
        assert standing.progress in (Progress.NOT_STARTED, Progress.CANNOT_TELL)


@settings(max_examples=100, deadline=None)
@given(actions("a"), DAYS)
def test_what_is_dated_later_does_not_count(action, today) -> None:
    def until(entries):
        return tuple(one for one in entries if one.on <= today)

    known = replace(action, diary=until(action.diary), spending=until(action.spending))
    assert progress_of(known, today=today) == progress_of(action, today=today)


@settings(max_examples=150, deadline=None)
@given(figures(), figures())
def test_turning_two_figures_round_turns_the_change_round(a, b) -> None:
    there, back = difference(a, b), difference(b, a)
    assert (there is None) == (back is None)
    if there is not None and back is not None:
        assert there.amount == -back.amount
        assert there.low == -back.high
        assert there.low <= there.amount <= there.high
        assert 0.0 <= there.p <= 1.0
        assert (there.p <= 0.05) == (there.low > 0 or there.high < 0) or there.amount == 0 or (
            abs(there.p - 0.05) < 1e-6
        )  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(targets(), max_size=6))
def test_more_targets_never_make_a_move_out_of_chance(given_targets) -> None:
    together = read_targets(given_targets)
    for target, reading in zip(given_targets, together, strict=True):
        (alone,) = read_targets([target])
        if alone.why == "within_chance":
            assert reading.verdict in (TargetVerdict.CANNOT_TELL, TargetVerdict.HELD)
        if alone.why:
            assert reading.why


@settings(max_examples=40, deadline=None)
@given(plans(), DAYS)
def test_every_action_and_objective_of_a_plan_stands_somehow(plan, today) -> None:
    found = standings_of(plan, today=today)
    assert set(found) == {o.ref for _, o in plan.objectives()} | {
        a.ref for _, _, a in plan.actions()
    }
    assert standings_of(plan, today=today + timedelta(0)) == found
