"""Runs: asked for once, done once, tried again, given up with a code."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from convive.web.accounts.models import Organisation
from convive.web.jobs import claims, daily, work
from convive.web.jobs.actions import enqueue
from convive.web.jobs.models import Run
from convive.web.jobs.worker import Worker
from factories.jobs import SECRET, add, fall, keep, refuse, stumble

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


class Clock:
    """A clock that goes when it is told to."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def goes(self, **by: int) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr("django.utils.timezone.now", made)
    monkeypatch.setattr(daily, "time_zone_now", lambda: "UTC")
    return made


@pytest.fixture(autouse=True)
def _only_own_daily_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daily, "_functions", {})


def names() -> list[str]:
    return sorted(Organisation.objects.values_list("name", flat=True))


@pytest.mark.usefixtures("each_database")
def test_what_is_asked_for_twice_is_done_once(clock: Clock) -> None:
    first, second = enqueue(add, key="a", name="A"), enqueue(add, key="a", name="B")
    assert first == second
    assert Worker(clock).empty() == 1
    assert names() == ["A"]
    enqueue(add, key="a", name="C")
    assert Worker(clock).empty() == 0
    run = Run.objects.get()
    assert (run.state, run.outcome, run.attempts, run.finished_at) == ("done", {"n": 1}, 1, NOON)


@pytest.mark.usefixtures("each_database")
def test_what_is_rolled_back_was_never_asked_for(clock: Clock) -> None:
    def asks() -> None:
        with transaction.atomic():
            enqueue(add, key="a", name="A")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asks()
    assert Worker(clock).empty() == 0


@pytest.mark.usefixtures("each_database")
def test_a_failing_task_leaves_nothing_and_is_tried_with_growing_waits(clock: Clock) -> None:
    enqueue(fall, key="a", name="A")
    waits = []
    for _ in range(claims.MOST_ATTEMPTS):
        assert Worker(clock).empty() == 1
        assert names() == []
        run = Run.objects.get()
        waits.append((run.due_at - clock.now).total_seconds() / 60)
        clock.now = max(clock.now, run.due_at)
    assert waits[:-1] == [1, 5, 30, 120, 480]
    assert (run.state, run.error_code, run.attempts) == ("failed", "STORE_FULL", 6)
    clock.goes(days=30)
    assert Worker(clock).empty() == 0


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize(
    ("wrong", "state", "code"),
    [(stumble, "waiting", "ValueError"), (refuse, "failed", "COLUMN_UNKNOWN")],
)
def test_of_an_error_the_code_is_kept_and_no_value(
    clock: Clock, wrong: Any, state: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    enqueue(wrong, key="a", name="A")
    Worker(clock).empty()
    run = Run.objects.get()
    assert (run.state, run.error_code) == (state, code)
    assert SECRET not in str([str(value) for value in vars(run).values()])
    assert code in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.usefixtures("each_database")
def test_what_takes_long_is_prepared_before_the_transaction(clock: Clock) -> None:
    enqueue(keep, key="a", name="ana")
    Worker(clock).empty()
    assert names() == ["ANA"]
    assert Run.objects.get().outcome == {"letters": 3}


@pytest.mark.usefixtures("each_database")
@pytest.mark.parametrize("name", ["os.system", "convive.web.jobs.actions.enqueue", "no.such"])
def test_a_row_cannot_call_just_any_function(clock: Clock, name: str) -> None:
    Run.objects.create(name=name, key="a", made_at=NOON, due_at=NOON)
    Worker(clock).empty()
    run = Run.objects.get()
    assert (run.state, run.error_code) == ("failed", "JOB_NOT_FOUND")


@pytest.mark.usefixtures("each_database")
def test_a_daily_function_runs_once_a_day_whatever_the_clock_does(clock: Clock) -> None:
    days = []
    daily.every_day("test.daily")(lambda now: days.append(now) or {"n": len(days)})
    first, second = Worker(clock), Worker(clock)
    assert [first.empty(), second.empty(), first.empty()] == [1, 0, 0]
    clock.goes(hours=15)  # three in the morning: still the same day of work
    assert first.empty() == 0
    clock.goes(hours=2)
    assert [second.empty(), first.empty()] == [1, 0]
    clock.goes(days=-1)  # put back
    assert [first.empty(), second.empty(), Worker(clock).empty()] == [0, 0, 0]
    clock.goes(days=1, hours=1)
    assert first.empty() == 0
    assert list(Run.objects.order_by("key").values_list("key", "outcome")) == [
        ("2026-11-21", {"n": 1}), ("2026-11-22", {"n": 2}),
    ]  # fmt: skip


@pytest.mark.usefixtures("each_database")
def test_days_without_a_worker_are_not_made_up_for(clock: Clock) -> None:
    days = []
    daily.every_day("test.daily")(lambda now: days.append(now.day) or {})
    Worker(clock).empty()
    clock.goes(days=5)
    Worker(clock).empty()
    assert days == [21, 26]


@pytest.mark.usefixtures("each_database")
def test_a_worker_that_was_given_up_cannot_end_what_another_has_taken(clock: Clock) -> None:
    enqueue(add, key="a", name="A")
    slow = claims.take(clock())
    assert slow is not None
    assert claims.take(clock()) is None
    clock.goes(minutes=3)
    quick = claims.take(clock())
    assert quick is not None
    assert (slow.pk, slow.attempts, quick.attempts) == (quick.pk, 1, 2)
    work.do(slow, clock)
    assert names() == []
    work.do(quick, clock)
    work.do(slow, clock)
    assert names() == ["A"]
    assert Run.objects.get().state == "done"


@pytest.mark.usefixtures("each_database")
def test_what_kills_its_workers_is_given_up(clock: Clock) -> None:
    enqueue(add, key="a", name="A")
    for _ in range(claims.MOST_ATTEMPTS):
        assert claims.take(clock()) is not None  # and the worker dies
        clock.goes(minutes=3)
    assert claims.take(clock()) is None
    run = Run.objects.get()
    assert (run.state, run.error_code) == ("failed", claims.LOST)


@pytest.mark.usefixtures("each_database")
def test_a_clock_put_back_by_a_year_holds_nothing_up(clock: Clock) -> None:
    enqueue(fall, key="waits", name="A")
    Worker(clock).empty()
    enqueue(add, key="held", name="B")
    assert claims.take(clock()) is not None
    clock.goes(days=-365)
    assert Worker(clock).empty() == 2
    assert names() == ["B"]


@pytest.mark.usefixtures("each_database")
def test_signs_of_life_hold_the_claim(clock: Clock) -> None:
    enqueue(add, key="a", name="A")
    run = claims.take(clock())
    assert run is not None
    for _ in range(5):
        clock.goes(minutes=1)
        assert claims.hold(run, clock())
        assert claims.take(clock()) is None
    clock.goes(minutes=3)
    assert claims.take(clock()) is not None
    assert not claims.hold(run, clock())


@pytest.mark.usefixtures("each_database")
def test_a_task_of_the_library_is_kept_as_a_run(clock: Clock) -> None:
    add.enqueue(name="A")
    assert Worker(clock).empty() == 1
    assert names() == ["A"]
