"""Entries that are sent twice at once, or by a process that dies: each is kept once."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from convive.core.errors import ConflictError
from convive.core.strategy.vocabulary import Delivery
from convive.web.audit_log.models import Event
from convive.web.audit_log.selectors import verify_log
from convive.web.workspace.actions.diary import Told, correct_entry, write_entry
from convive.web.workspace.actions.milestones import postpone, reach
from convive.web.workspace.actions.spending import Spent, note_spending
from convive.web.workspace.models import Action, DiaryEntry, Milestone, Spending
from factories import diary_writer
from factories.web_objects.delivery import TODAY, make_entry, make_running, new_key
from factories.web_objects.strategy import make_organisation


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Do everything at the same moment, each in a thread with a connection of its own."""
    start = Barrier(len(calls))

    def one(call: Callable[[], Any]) -> Any:
        start.wait()
        try:
            return call()
        except ConflictError as error:
            return error.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


@pytest.mark.usefixtures("site", "each_database")
def test_an_entry_that_is_sent_six_times_at_once_is_kept_once() -> None:
    action, key = make_running(lead=make_organisation()), new_key()
    told = Told(action.lead, TODAY, Delivery.AS_PLANNED, amount=2.5, reached={"women": 3})
    send = lambda: write_entry(action, told, key=key, today=TODAY, by=None).pk  # noqa: E731
    assert len(set(at_once(*[send] * 6))) == 1
    assert DiaryEntry.objects.count() == 1
    assert Event.objects.filter(verb="workspace.diary_written").count() == 1
    assert verify_log().broken_id is None


@pytest.mark.usefixtures("site", "each_database")
def test_one_key_for_two_actions_keeps_one_and_refuses_the_other() -> None:
    first = make_running("one", lead=make_organisation())
    second = make_running("two", first.objective, lead=first.lead)
    told, key = Told(first.lead, TODAY, Delivery.LESS), new_key()
    answers = at_once(*[
        lambda action=action: write_entry(action, told, key=key, today=TODAY, by=None).pk
        for action in (first, second)
    ])  # fmt: skip
    assert sorted(map(str, answers))[1] == "ALREADY_KEPT"
    assert DiaryEntry.objects.count() == 1


@pytest.mark.usefixtures("site", "each_database")
def test_two_who_correct_the_same_entry_leave_one_correction() -> None:
    entry = make_entry()
    told = Told(entry.organisation, TODAY, Delivery.NOT_DONE)
    answers = at_once(*[
        lambda: correct_entry(entry, told, key=new_key(), today=TODAY, by=None).pk for _ in range(3)
    ])  # fmt: skip
    assert answers.count("DIARY_CORRECTED") == 2
    assert DiaryEntry.objects.filter(corrects=entry).count() == 1


@pytest.mark.usefixtures("site", "each_database")
def test_the_light_sees_every_entry_that_was_written_at_once() -> None:
    action = make_running(lead=make_organisation(), dose_planned=None)
    short = Told(action.lead, TODAY, Delivery.NOT_DONE)
    at_once(*[
        lambda: write_entry(action, short, key=new_key(), today=TODAY, by=None) for _ in range(4)
    ])  # fmt: skip
    action.refresh_from_db()
    assert (DiaryEntry.objects.count(), action.progress) == (4, "off_track")


@pytest.mark.usefixtures("site", "each_database")
def test_spending_is_counted_once_and_a_milestone_is_changed_by_one() -> None:
    row = {"title": "Plan", "due": TODAY, "done_on": None}
    action, key = make_running(milestones=[row]), new_key()
    spent = Spent(TODAY, Decimal("10.50"))
    at_once(*[lambda: note_spending(action, spent, key=key, today=TODAY, by=None).pk] * 4)
    assert [one.amount for one in Spending.objects.all()] == [Decimal("10.50")]
    number, later = action.milestones.get().pk, TODAY + timedelta(days=9)
    answers = at_once(
        lambda: reach(action, number, on=TODAY, by=None),
        lambda: postpone(action, number, later, reason="Rain", today=TODAY, by=None),
    )
    assert answers.count("MILESTONE_CHANGED") == 1
    assert Milestone.objects.count() == 1
    assert Action.objects.get().version == 2


@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("step", diary_writer.STEPS)
def test_an_entry_whose_process_dies_is_kept_once_when_it_is_sent_again(
    served_database: dict[str, Any], step: str
) -> None:
    action, key = make_running(lead=make_organisation()), new_key()
    ended = diary_writer.kill_at(served_database, action.pk, key, step)
    assert ended == -signal.SIGKILL
    is_kept = step == "committed"
    assert DiaryEntry.objects.count() == int(is_kept), "row, event and light go together"
    assert Event.objects.filter(verb="workspace.diary_written").count() == int(is_kept)
    told = Told(action.lead, TODAY, Delivery.AS_PLANNED)
    write_entry(action, told, key=key, today=TODAY, by=None)
    assert DiaryEntry.objects.count() == 1
    assert verify_log().broken_id is None
