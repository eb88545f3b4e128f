"""A frozen plan and counts become a verdict, with what made it so."""

from dataclasses import replace
from datetime import UTC, date, datetime

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.evaluation import Beside, Design, answer, cannot_say
from convive.core.evaluation.answer import Answer
from convive.core.evaluation.estimate import Estimate, Seen
from convive.core.evaluation.study import Change, FrozenStudy, Looks, Outcome, Split
from convive.core.model import Verdict
from factories.studies import BURGLARY, fallen, frozen, make_panel, make_study, quiet

END = date(2025, 1, 1)


def _answer(
    study: FrozenStudy | None = None, counts: np.ndarray | None = None, *, today: date = END
) -> Answer:
    panel = make_panel(fallen() if counts is None else counts)
    return answer(study or frozen(), {BURGLARY: panel}, today=today, rng=np.random.default_rng(1))


def _rival(found: Answer, code: str) -> bool | None:
    return next(one.is_ruled_out for one in found.rivals if one.code == code)


def test_a_clear_fall_worked_and_the_rivals_are_ruled_out() -> None:
    found = _answer()
    assert found.verdict is Verdict.WORKED
    assert found.why == ("beyond_chance",)
    assert found.primary.main.effect == pytest.approx(-40)
    assert found.primary.period_start == date(2022, 1, 1)
    assert found.primary.period_end == END
    assert found.is_final
    for code in ("regression_to_mean", "recording_break", "season", "chance", "other_trend"):
        assert _rival(found, code) is True, code
    assert _rival(found, "other_actions") is None


def test_a_rise_is_harmful_and_nothing_is_no_effect() -> None:
    assert _answer(counts=fallen(80)).verdict is Verdict.HARMFUL
    nothing = _answer(counts=quiet(level=400.0))
    assert nothing.verdict is Verdict.DID_NOT_WORK
    assert nothing.why[0] == "useful_excluded"


def test_before_its_time_nothing_is_looked_at() -> None:
    found = _answer(today=date(2024, 12, 31))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "too_early"
    assert found.primary.main.effect is None
    assert not found.is_final


def test_a_planned_look_speaks_early_only_for_a_very_clear_change() -> None:
    plan = make_study(looks=Looks((date(2024, 7, 1),)))
    clear = _answer(frozen(plan), fallen(10), today=date(2024, 9, 1))
    assert (clear.verdict, clear.look, clear.is_final) == (Verdict.WORKED, 1, False)
    assert clear.primary.period_end == date(2024, 7, 1)  # later months wait for the next look
    assert clear.primary.main.coverage > 0.99
    nothing = _answer(frozen(plan), quiet(), today=date(2024, 9, 1))
    assert nothing.verdict is Verdict.CANNOT_TELL
    assert nothing.why[0] == "look_not_crossed"


def test_figures_that_are_not_in_yet_are_waited_for() -> None:
    found = _answer(counts=fallen()[:, :32])
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "counts_not_in"


def test_a_late_plan_is_answered_and_told() -> None:
    late = frozen(frozen_at=datetime(2024, 6, 1, tzinfo=UTC))
    assert _answer(late).why == ("beyond_chance", "frozen_late")


def test_a_change_after_figures_that_turns_the_verdict_takes_it_away() -> None:
    counts = fallen()
    counts[9, 24:] = 30.0
    first = make_study(treated=("a8",), comparison=tuple(f"a{i}" for i in range(1, 7)))
    change = Change(datetime(2024, 9, 1, tzinfo=UTC), "treated", ["a8"], ["a0"], "better", True)
    turned = _answer(frozen(first, changes=(change,), now=make_study()), counts)
    assert turned.verdict is Verdict.CANNOT_TELL
    assert turned.why[:2] == ("change_turns_verdict", "changed_after_data")
    # The same change before any figure was known costs nothing.
    early = _answer(
        frozen(first, changes=(replace(change, after_data=False),), now=make_study()), counts
    )
    assert early.verdict is Verdict.WORKED


def test_places_chosen_in_their_worst_year_get_no_verdict() -> None:
    counts = quiet()
    counts[0, 12:24] = 80.0
    found = _answer(frozen(make_study(chosen_months=None)), counts)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "check_failed"
    assert _rival(found, "regression_to_mean") is False


def test_incidents_that_moved_next_door_take_the_verdict_away() -> None:
    counts = fallen(20)
    counts[1, 24:] = 90.0
    found = _answer(counts=counts)
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.primary.rings.together.moved.value == "moved_next_door"
    assert _rival(found, "displacement") is False


def test_a_break_that_met_all_areas_cancels_and_one_that_did_not_is_told() -> None:
    even = fallen()
    even[:, 12:] *= 0.7
    plan = frozen()
    found = answer(
        plan, {BURGLARY: make_panel(even, breaks=(12,))}, today=END, rng=np.random.default_rng(1)
    )
    assert found.verdict is Verdict.WORKED
    assert _rival(found, "recording_break") is True
    uneven = fallen()
    uneven[0, :12] *= 2.0
    found = answer(
        plan, {BURGLARY: make_panel(uneven, breaks=(12,))}, today=END, rng=np.random.default_rng(1)
    )
    assert found.verdict is Verdict.CANNOT_TELL
    assert _rival(found, "recording_break") is False


def test_designs_that_clearly_contradict_one_another_leave_no_verdict() -> None:
    rise = Estimate(
        Design.SURVEY_CHANGE, None, 5.0, 3.0, 7.0, 0.95, 0.001, None, None, None,
        Seen(300, 300, 1, 1, 1, 1),
    )  # fmt: skip
    plan = make_study(designs=(Design.BEFORE_AFTER_CONTROL, Design.SURVEY_CHANGE))
    found = answer(
        frozen(plan), {BURGLARY: make_panel(fallen())}, today=END, rng=np.random.default_rng(1),
        beside=Beside(estimates={(BURGLARY, Design.SURVEY_CHANGE): rise}),
    )  # fmt: skip
    assert found.why[0] == "designs_contradict"
    assert found.verdict is Verdict.CANNOT_TELL


def test_harms_are_told_beside_a_verdict() -> None:
    plan = make_study(outcomes=(Outcome(BURGLARY), Outcome("violence_rate", is_harm=True)))
    panels = {
        BURGLARY: make_panel(fallen()),
        "violence_rate": make_panel(fallen(90), indicator_id="violence_rate"),
    }
    found = answer(frozen(plan), panels, today=END, rng=np.random.default_rng(1))
    assert found.verdict is Verdict.WORKED
    assert found.harms == ("violence_rate",)


def test_an_outcome_without_figures_cannot_be_told() -> None:
    found = answer(frozen(), {}, today=END, rng=np.random.default_rng(1))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "no_counts"
    assert {one.is_ruled_out for one in found.rivals} == {None}


def test_effects_are_told_by_daypart_and_area_at_a_shared_level() -> None:
    counts = fallen()
    counts[1, 24:] = 30.0
    plan = make_study(treated=("a0", "a1"), buffer=(), splits=(Split.DAYPART, Split.AREA))
    night = quiet(level=25.0)
    night[:2, 24:] = 5.0
    panel = make_panel(counts, by_daypart={"day": counts - night, "night": night})
    found = answer(frozen(plan), {BURGLARY: panel}, today=END, rng=np.random.default_rng(1))
    told = {one.value: one.estimate for one in found.primary.for_whom}
    assert set(told) == {"day", "night", "a0", "a1"}
    assert told["night"].effect == pytest.approx(-80)
    assert told["day"].effect == pytest.approx(0, abs=1e-9)
    assert {round(one.coverage, 4) for one in told.values()} == {0.9875}


def test_a_month_that_began_without_the_action_counts_for_neither_side() -> None:
    counts = fallen()
    counts[0, 24] = 500.0  # the month of the start, half of it
    plan = make_study(starts_on=date(2024, 1, 15), months_after=11)
    found = _answer(frozen(plan), counts)
    assert found.primary.main.effect == pytest.approx(-40)
    assert found.primary.main.seen.periods_after == 11


def test_areas_that_start_one_after_another_are_answered_by_the_design_for_them() -> None:
    counts = quiet(14)
    counts[0, 24:], counts[1, 28:] = 25.0, 25.0
    plan = make_study(
        treated=("a0", "a1"), comparison=tuple(f"a{i}" for i in range(3, 14)), buffer=("a2",),
        designs=(Design.STAGGERED, Design.BEFORE_AFTER_CONTROL),
        starts_later={"a1": date(2024, 5, 1)}, months_after=8,
    )  # fmt: skip
    found = _answer(frozen(plan), counts)
    assert found.verdict is Verdict.WORKED
    assert found.primary.main.effect == pytest.approx(-50)
    assert found.primary.others[0].reason == "study_starts_differ"


def test_counts_that_rest_on_shared_out_areas_are_not_compared() -> None:
    held = np.zeros((10, 36), dtype=bool)
    held[0, :12] = True
    panel = make_panel(fallen(), held_back=held)
    found = answer(frozen(), {BURGLARY: panel}, today=END, rng=np.random.default_rng(1))
    assert found.primary.main.reason == "study_held_back"
    held[:] = False
    held[5, 3] = True  # one comparison area: it stays out, the others answer
    panel = make_panel(fallen(), held_back=held)
    found = answer(frozen(), {BURGLARY: panel}, today=END, rng=np.random.default_rng(1))
    assert found.verdict is Verdict.WORKED
    assert found.primary.main.seen.n_comparison == 7


def test_other_things_at_the_time_stay_possible() -> None:
    noted = _answer(frozen(make_study(note="new street lamps")))
    assert _rival(noted, "other_actions") is False


def test_plans_that_cannot_be_answered_are_refused() -> None:
    with pytest.raises(MethodError, match="STUDY_EMPTY"):
        _answer(frozen(make_study(treated=())))
    with pytest.raises(MethodError, match="STUDY_LEVEL"):
        _answer(frozen(make_study(level="district")))


def test_an_unknown_treated_area_is_no_smaller_action() -> None:
    found = _answer(frozen(make_study(treated=("a0", "zz"))))
    assert found.primary.main.reason == "study_areas_unknown"
    assert found.verdict is Verdict.CANNOT_TELL


def test_a_reason_is_what_a_plan_without_a_design_gets() -> None:
    found = _answer(frozen(make_study(designs=())))
    assert found.primary.main == cannot_say(
        Design.BEFORE_AFTER_CONTROL, "study_no_design", Seen(0, 0, 0, 0, 0, 0)
    )


def test_a_plan_that_looks_only_at_delivery_says_so_and_tells_no_effect() -> None:
    found = _answer(frozen(make_study(designs=(), process_only=True)))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.why[0] == "process_only"
    assert {one.main.reason for one in found.outcomes} == {"study_process_only"}
    assert all(one.main.effect is None for one in found.outcomes)


def _noisy(n_areas: int, to: float) -> np.ndarray:
    """Return restless counts that fall in ``a0`` at the start, and nowhere else."""
    level = quiet(n_areas, level=40.0)
    level[0, 24:] = to
    return np.random.default_rng(2).poisson(level).astype(float)


@pytest.mark.parametrize(
    "design", [Design.MATCHED_AREAS, Design.SYNTHETIC_CONTROL, Design.DISPLACEMENT_DIFFERENCE]
)
def test_every_design_with_comparison_areas_answers_the_same_plan(design: Design) -> None:
    plan = make_study(designs=(design,), comparison=tuple(f"a{i}" for i in range(2, 45)))
    worked = _answer(frozen(plan), _noisy(45, 18.0))
    assert worked.primary.main.reason is None
    assert worked.primary.main.design is design
    assert worked.verdict is Verdict.WORKED
    assert worked.primary.main.low < -55 < worked.primary.main.high
    assert _answer(frozen(plan), _noisy(45, 40.0)).verdict is not Verdict.WORKED


def test_a_dose_from_the_diary_is_judged_and_without_a_diary_there_is_none() -> None:
    rng = np.random.default_rng(3)
    treated = tuple(f"a{i}" for i in range(8))
    plan = make_study(
        designs=(Design.DOSE,), treated=treated, buffer=(),
        comparison=tuple(f"a{i}" for i in range(9, 20)),
    )  # fmt: skip
    counts = quiet(20, level=60.0)
    panel = make_panel(counts)
    diary = {a: {m: float(rng.integers(0, 5)) for m in panel.months[24:]} for a in treated}
    dose = np.zeros_like(counts)
    for row, area in enumerate(treated):
        dose[row, 24:] = [diary[area][month] for month in panel.months[24:]]
    panel = make_panel(counts * 0.85**dose)
    found = answer(frozen(plan), {BURGLARY: panel}, today=END, rng=rng, beside=Beside(doses=diary))
    assert found.primary.main.reason is None
    assert found.verdict is Verdict.WORKED
    nothing = answer(frozen(plan), {BURGLARY: panel}, today=END, rng=rng)
    assert nothing.primary.main.reason is not None
