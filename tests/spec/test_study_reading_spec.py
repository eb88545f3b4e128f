"""Plans survive being written and read, and a plan that was tampered with is refused."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from convive.core.errors import MethodError
from convive.core.evaluation.study import Change, FrozenStudy, Looks, Split
from convive.core.evaluation.study_looks import due_on
from convive.core.evaluation.study_reading import frozen_to_dict, read_frozen, read_study
from convive.core.evaluation.study_window import cut
from factories.studies import frozen, make_panel, make_study, quiet

FULL = make_study(
    looks=Looks((date(2024, 7, 1),), 0.1),
    splits=(Split.DAYPART,),
    starts_later={"a0": date(2024, 2, 1)},
    note="new lamps",
)


def test_a_frozen_plan_comes_back_as_it_was_laid_down() -> None:
    change = Change(datetime(2024, 2, 1, tzinfo=UTC), "note", "", "new lamps", "lamps", False)
    study = frozen(make_study(), changes=(change,), now=FULL)
    assert read_frozen(frozen_to_dict(study)) == study
    assert read_study(FULL.to_dict()).digest == FULL.digest


def test_a_plan_changed_behind_the_back_is_refused() -> None:
    raw = frozen_to_dict(frozen())
    raw["first"]["months_after"] = 6
    with pytest.raises(MethodError, match="STUDY_DIGEST"):
        read_frozen(raw)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("starts_on", "soon"),
        ("treated", "a0"),
        ("treated", [1]),
        ("designs", ["guessing"]),
        ("months_after", 0),
        ("months_after", True),
        ("outcomes", [{"indicator_id": "x", "useful": 0}]),
        ("outcomes", [{"useful": -5}]),
        ("looks", {"on": ["2024-07-01"], "alpha": 2}),
        ("starts_later", ["a0"]),
        ("process_only", "no"),
        ("unheard_of", 1),
    ],
)
def test_a_field_that_cannot_be_read_is_named(field: str, value: Any) -> None:
    with pytest.raises(MethodError) as caught:
        read_study({**FULL.to_dict(), field: value})
    assert caught.value.code == "STUDY_FIELD"
    assert caught.value.data["field"] == field


def test_a_missing_field_is_named() -> None:
    raw = FULL.to_dict()
    del raw["treated"]
    with pytest.raises(MethodError) as caught:
        read_study(raw)
    assert caught.value.data["field"] == "treated"


@pytest.mark.parametrize(
    ("today", "number", "until", "is_final"),
    [
        (date(2024, 6, 30), 0, date(2024, 6, 30), False),
        (date(2024, 7, 1), 1, date(2024, 7, 1), False),
        (date(2024, 12, 31), 1, date(2024, 7, 1), False),
        (date(2025, 1, 1), 2, date(2025, 1, 1), True),
        (date(2030, 1, 1), 2, date(2025, 1, 1), True),
    ],
)
def test_between_looks_the_earlier_one_holds(
    today: date, number: int, until: date, is_final: bool
) -> None:
    due = due_on(replace(FULL, starts_later={}), today)
    assert (due.number, due.until, due.is_final) == (number, until, is_final)


def test_a_look_pays_for_itself() -> None:
    plan = replace(FULL, starts_later={})
    first, last = due_on(plan, date(2024, 7, 1)), due_on(plan, date(2025, 1, 1))
    assert first.level > last.level > 0.9  # alpha 0.1 in all
    assert due_on(replace(plan, looks=None), date(2025, 1, 1)).level == pytest.approx(0.95)


def test_the_planned_end_counts_from_the_area_that_starts_last() -> None:
    plan = replace(FULL, looks=None, treated=("a0", "a1"), starts_later={"a1": date(2024, 3, 15)})
    assert due_on(plan, date(2025, 3, 31)).number == 0
    assert due_on(plan, date(2025, 4, 1)).is_final


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("treated", ["a0", "a0"]), ("comparison", ["a1"] * 3), ("buffer", ["a1", "a1"]),
        ("starts_on", "9999-12-31"), ("starts_on", "0001-01-01"), ("months_after", 10**9),
        ("months_before", 10**9), ("starts_later", {"a0": "9999-12-31"}),
        ("looks", {"on": ["9999-12-31"]}),
        ("outcomes", [{"indicator_id": "x"}, {"indicator_id": "x", "is_harm": True}]),
    ],
)  # fmt: skip
def test_what_would_count_twice_or_lies_beyond_the_calendar_is_refused(
    field: str, value: object
) -> None:
    with pytest.raises(MethodError, match="STUDY_FIELD") as found:
        read_study({**make_study().to_dict(), field: value})
    assert found.value.data["field"] == field


def test_a_plan_is_late_by_the_earliest_start_that_it_ever_told() -> None:
    plan = make_study(starts_on=date(2024, 1, 1))
    in_time = FrozenStudy(plan, datetime(2023, 7, 1, tzinfo=UTC))
    assert not in_time.was_late
    back = replace(plan, starts_on=date(2023, 1, 1))
    assert replace(in_time, now=back).was_late
    one_earlier = replace(plan, starts_later={"a0": date(2023, 1, 1)})
    assert replace(in_time, first=one_earlier).was_late
    late = FrozenStudy(plan, datetime(2024, 7, 1, tzinfo=UTC))
    assert replace(late, now=replace(plan, starts_on=date(2025, 1, 1))).was_late


def test_an_area_named_twice_counts_once() -> None:
    panel = make_panel(quiet())
    twice = make_study(treated=("a0", "a0"), comparison=("a2", "a2", "a3"), buffer=("a1", "a1"))
    window = cut(panel, twice, twice.outcomes[0], until=date(2025, 1, 1))
    assert (window.treated, window.comparison, window.buffer) == ((0,), (2, 3), (1,))
