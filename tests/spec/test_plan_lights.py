"""Traffic lights: which data give which light, and what it says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from convive.catalogue.texts import languages, must_say
from convive.core.model import Status
from convive.core.strategy.change import TargetVerdict, difference, read_targets
from convive.core.strategy.lights import progress_of, standing_of, standings_of
from convive.core.strategy.model import (
    BudgetLine,
    Commitment,
    Figure,
    Milestone,
    Objective,
    Spending,
)
from convive.core.strategy.vocabulary import ActionState, Delivery, Progress, Sector
from factories.plans import action, diary, figure, full_plan, plan, target

TODAY = date(2026, 7, 1)
JUNE = date(2026, 6, 20)


def codes(standing) -> list[str]:
    return [reason.code for reason in standing.reasons]


def test_an_action_whose_diary_is_kept_is_on_track() -> None:
    standing = progress_of(action(diary=diary(JUNE)), today=TODAY)
    assert standing.progress is Progress.ON_TRACK
    assert codes(standing) == ["diary_kept"]


def test_one_that_runs_and_shows_nothing_cannot_be_told() -> None:
    standing = progress_of(action(), today=TODAY)
    assert standing.progress is Progress.CANNOT_TELL
    assert codes(standing) == ["no_evidence", "diary_silent"]


def test_one_that_has_just_begun_is_not_called_silent() -> None:
    standing = progress_of(action(starts_on=date(2026, 6, 20)), today=TODAY)
    assert (standing.progress, codes(standing)) == (Progress.CANNOT_TELL, ["just_begun"])


def test_a_diary_that_fell_silent_is_a_risk() -> None:
    standing = progress_of(
        action(diary=diary(date(2026, 3, 1)), milestones=(Milestone("m", JUNE, JUNE),)), today=TODAY
    )
    assert standing.progress is Progress.AT_RISK
    assert standing.reasons[0].code == "diary_silent"
    assert standing.reasons[0].params["days"] == 122


@pytest.mark.parametrize(
    ("due", "progress"),
    [
        (date(2026, 7, 1), Progress.ON_TRACK),
        (date(2026, 6, 30), Progress.AT_RISK),
        (date(2026, 6, 1), Progress.AT_RISK),
        (date(2026, 5, 31), Progress.OFF_TRACK),
    ],
)
def test_overdue_milestones_and_commitments_weigh_by_their_days(due, progress) -> None:
    with_milestone = action(diary=diary(JUNE), milestones=(Milestone("Tender", due),))
    assert progress_of(with_milestone, today=TODAY).progress is progress
    promise = Commitment("c", "t", "works", due, about=("action:lights",))
    plain = action(diary=diary(JUNE))
    assert progress_of(plain, today=TODAY, commitments=[promise]).progress is progress
    elsewhere = replace(promise, about=("action:other",))
    assert progress_of(plain, today=TODAY, commitments=[elsewhere]).progress is Progress.ON_TRACK
    dropped = replace(promise, is_dropped=True)
    assert progress_of(plain, today=TODAY, commitments=[dropped]).progress is Progress.ON_TRACK


def test_what_was_done_tomorrow_is_not_done_yet() -> None:
    late = action(milestones=(Milestone("m", JUNE, date(2026, 8, 1)),), diary=diary(JUNE))
    assert progress_of(late, today=TODAY).reasons[0].code == "milestone_overdue"


@pytest.mark.parametrize(
    ("delivered", "code", "progress"),
    [
        (45, "dose_on_pace", Progress.ON_TRACK),
        (30, "dose_behind", Progress.AT_RISK),
        (15, "dose_behind", Progress.OFF_TRACK),
    ],
)
def test_the_dose_is_held_against_the_time_that_has_passed(delivered, code, progress) -> None:
    """By 1 June 152 of 365 days have passed: 50 of 120 hours are due."""
    one = action(dose_planned=120.0, dose_unit="hours", diary=diary(JUNE, amount=float(delivered)))
    standing = progress_of(one, today=TODAY)
    reason = next(r for r in standing.reasons if r.code.startswith("dose"))
    assert (reason.code, standing.progress) == (code, progress)
    assert reason.params["due"] == pytest.approx(120 * 152 / 365)


def test_entries_that_say_less_was_done_are_a_risk_and_nothing_done_is_serious() -> None:
    days = [date(2026, 4, 20), date(2026, 5, 20), JUNE]
    less = action(diary=diary(*days, delivery=Delivery.LESS))
    assert progress_of(less, today=TODAY).progress is Progress.AT_RISK
    none = action(diary=diary(*days, delivery=Delivery.NOT_DONE))
    assert progress_of(none, today=TODAY).progress is Progress.OFF_TRACK


@pytest.mark.parametrize(
    ("spent", "code", "progress"),
    [
        ("500", "spending_kept", Progress.ON_TRACK),
        ("100", "spending_under", Progress.AT_RISK),
        ("1001", "spending_over", Progress.AT_RISK),
        ("1101", "spending_over", Progress.OFF_TRACK),
    ],
)
def test_spending_over_the_plan_and_far_under_it(spent, code, progress) -> None:
    one = action(
        diary=diary(JUNE), budget=(BudgetLine(2026, Decimal(1000), Sector.MUNICIPALITY),),
        spending=(Spending(JUNE, Decimal(spent)),),
    )  # fmt: skip
    standing = progress_of(one, today=TODAY)
    assert code in codes(standing)
    assert standing.progress is progress


def test_no_spending_recorded_is_told_and_not_held_against_an_action() -> None:
    one = action(diary=diary(JUNE), budget=(BudgetLine(2026, Decimal(9), Sector.STATE),))
    standing = progress_of(one, today=TODAY)
    assert standing.progress is Progress.ON_TRACK
    assert "spending_none" in codes(standing)


@pytest.mark.parametrize(
    ("start", "progress"),
    [
        (None, Progress.NOT_STARTED),
        (date(2026, 8, 1), Progress.NOT_STARTED),
        (date(2026, 6, 25), Progress.NOT_STARTED),
        (date(2026, 6, 1), Progress.AT_RISK),
        (date(2026, 3, 1), Progress.OFF_TRACK),
    ],
)
def test_a_planned_action_past_its_start(start, progress) -> None:
    one = action(state=ActionState.PLANNED, starts_on=start)
    assert progress_of(one, today=TODAY).progress is progress


def test_what_is_over_stays_over_and_still_tells_what_was_missed() -> None:
    one = action(state=ActionState.DONE, milestones=(Milestone("m", date(2026, 1, 1)),))
    standing = progress_of(one, today=TODAY)
    assert standing.progress is Progress.DONE
    assert [(r.code, r.weight) for r in standing.reasons] == [("milestone_overdue", 0)]


# --- targets ----------------------------------------------------------------------------------------
def verdict(**more) -> tuple[TargetVerdict, str]:
    (reading,) = read_targets([target(**more)])
    return reading.verdict, reading.why


def test_the_difference_of_two_figures_joins_their_limits() -> None:
    """Newcombe's square-and-add: worked by hand, 3-4-5 triangles."""
    before = Figure(Status.SHOWN, 30, 26, 36)
    after = Figure(Status.SHOWN, 20, 12, 23)
    change = difference(before, after)
    assert (change.amount, change.low, change.high) == (-10, -10 - 10.0, -10 + 5.0)


def test_a_target_moves_the_wanted_way_only_if_the_intervals_say_so() -> None:
    assert verdict() == (TargetVerdict.REACHED, "")
    assert verdict(now=figure(32, 4, 2025)) == (TargetVerdict.WANTED_WAY, "")
    assert verdict(now=figure(38, 4, 2025)) == (TargetVerdict.CANNOT_TELL, "within_chance")
    assert verdict(now=figure(50, 4, 2025)) == (TargetVerdict.WRONG_WAY, "")
    assert verdict(direction="up") == (TargetVerdict.WRONG_WAY, "")


def test_what_is_not_shown_or_not_independent_cannot_be_told() -> None:
    hidden = Figure(Status.SUPPRESSED, unit="percent", reason="too_few")
    assert verdict(now=hidden) == (TargetVerdict.CANNOT_TELL, "not_shown")
    assert verdict(now=None) == (TargetVerdict.CANNOT_TELL, "not_measured")
    assert verdict(now=figure(10, 1, 2023)) == (TargetVerdict.CANNOT_TELL, "same_period")
    rate = replace(figure(10, 1, 2025), unit="per_1000")
    assert verdict(now=rate) == (TargetVerdict.CANNOT_TELL, "other_unit")
    bare = replace(figure(10, 1, 2025), low=None)
    assert verdict(now=bare) == (TargetVerdict.CANNOT_TELL, "no_interval")


def test_holding_needs_an_interval_that_is_narrow_enough() -> None:
    assert verdict(direction="hold", baseline=figure(40, 1, 2023), now=figure(40.5, 1, 2025)) == (
        TargetVerdict.HELD, "",
    )  # fmt: skip
    assert verdict(direction="hold", now=figure(40, 8, 2025))[0] is TargetVerdict.CANNOT_TELL
    assert verdict(direction="hold", now=figure(60, 3, 2025))[0] is TargetVerdict.WRONG_WAY


def test_one_of_many_targets_that_barely_moves_is_not_a_move() -> None:
    barely = target(baseline=figure(40, 4, 2023), now=figure(34, 4, 2025), value=None)
    still = target(now=figure(40, 4, 2025))
    assert read_targets([barely])[0].verdict is TargetVerdict.WANTED_WAY
    assert read_targets([barely, *[still] * 9])[0].verdict is TargetVerdict.CANNOT_TELL


def test_a_target_moving_the_wrong_way_is_a_risk_and_serious_when_due() -> None:
    wrong = target(now=figure(60, 3, 2025), due=None)
    assert progress_of(action(targets=(wrong,)), today=TODAY).progress is Progress.AT_RISK
    due = replace(wrong, due=date(2026, 6, 1))
    assert progress_of(action(targets=(due,)), today=TODAY).progress is Progress.OFF_TRACK


# --- objectives ---------------------------------------------------------------------------------------
def objective(*actions, **more) -> Objective:
    return Objective("o", "O", actions=actions, **more)


def test_an_objective_stands_as_its_targets_and_actions_do() -> None:
    fine = action("a", diary=diary(JUNE))
    late = action("b", milestones=(Milestone("m", date(2026, 1, 1)),))
    planned = action("c", state=ActionState.PLANNED, starts_on=None)
    done = action("d", state=ActionState.DONE)
    stand = {
        Progress.ON_TRACK: objective(fine, planned),
        Progress.AT_RISK: objective(fine, fine, fine, late),
        Progress.OFF_TRACK: objective(fine, late),
        Progress.NOT_STARTED: objective(planned),
        Progress.DONE: objective(done, replace(done, state=ActionState.STOPPED)),
        Progress.STOPPED: objective(replace(done, state=ActionState.STOPPED)),
        Progress.CANNOT_TELL: objective(action()),
    }
    for progress, one in stand.items():
        assert standing_of(one, today=TODAY).progress is progress
    assert codes(standing_of(objective(), today=TODAY)) == ["no_action"]


def test_a_whole_plan_stands_as_its_parts_do() -> None:
    whole = full_plan()
    found = standings_of(whole, today=TODAY)
    promised = [c for _, c in whole.commitments()]
    for _, one, part in whole.actions():
        assert found[part.ref] == progress_of(part, today=TODAY, commitments=promised)
        assert found[one.ref] == standing_of(one, today=TODAY, commitments=promised)


@pytest.mark.parametrize("language", languages())
def test_every_reason_can_be_said_and_kept(language: str) -> None:
    seen = set()
    cases = [
        action(), action(starts_on=JUNE), action(state=ActionState.PLANNED),
        action(diary=diary(JUNE, amount=1.0), dose_planned=10.0, ends_on=date(2026, 6, 1)),
        action(diary=diary(JUNE, JUNE, JUNE, delivery=Delivery.NOT_DONE)),
        action(targets=(target(), target(now=None), target(direction="up"))),
        *(a for _, _, a in full_plan().actions()),
    ]  # fmt: skip
    promised = [c for _, c in full_plan().commitments()]
    standings = [progress_of(one, today=TODAY, commitments=promised) for one in cases]
    standings += standings_of(plan(*cases[:1]), today=TODAY).values()
    for reason in (r for s in standings for r in s.reasons):
        must_say(f"plan.reason.{reason.code}", language, **{"unit": "h", **reason.params})
        assert json.loads(json.dumps(reason.params)) == reason.params
        seen.add(reason.code)
    assert len(seen) >= 14
