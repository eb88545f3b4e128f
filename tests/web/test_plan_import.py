"""A plan in a file becomes a plan of the workspace: whole, once, and the same when it leaves again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from convive.core.errors import ConflictError, RequestError, StorageError
from convive.core.strategy import model as plain
from convive.core.strategy.taking_over import Outcome
from convive.core.strategy.vocabulary import Delivery, Sector
from convive.web import shared_files
from convive.web.accounts.models import Organisation
from convive.web.audit_log.models import Event
from convive.web.workspace.actions.diary import Told, correct_entry
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.web.workspace.actions.publish import proof_of, publish_plan
from convive.web.workspace.actions.revise import revise
from convive.web.workspace.models import (
    Action,
    Decision,
    DiaryEntry,
    DiarySum,
    Meeting,
    Revision,
    Strategy,
)
from convive.web.workspace.selectors.plan import plan_of
from convive.wiring.plans import read_plan, write_plan
from factories.plans import action, full_plan
from factories.plans import plan as small_plan
from factories.town_plan import town_plan
from factories.web_objects.strategy import make_organisation

pytestmark = pytest.mark.usefixtures("site")
TODAY = date(2026, 5, 1)


def taken(plan: plain.Plan, strategy: Strategy | None = None) -> Strategy:
    """Preview and confirm at once."""
    seen = preview_of(plan, strategy)
    return take_over(plan, strategy, digest=seen.digest, today=TODAY, by=None)


def exported(strategy: Strategy) -> bytes:
    return write_plan(plan_of(strategy), "json")


def with_loose_commitment(plan: plain.Plan) -> plain.Plan:
    promise = plain.Commitment(
        "loose", "Count the lamps", "works", date(2026, 6, 1), about=("action:lights",)
    )
    moment = plan.meetings[0].starts_at.replace(year=2025)
    loose = plain.Meeting("none", "–", "–", moment, (), (promise,))
    return replace(plan, meetings=(*plan.meetings, loose))


@pytest.fixture
def clear() -> Any:
    """Empty the tables of a plan, as in another installation."""

    def _clear() -> None:
        from convive.web.workspace import models

        for model in (models.Commitment, models.Decision, models.Meeting, models.Body):
            model.objects.all().delete()
        Strategy.objects.all().delete()
        models.KeptFinding.objects.all().delete()
        Organisation.objects.all().delete()

    return _clear


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_plan_that_leaves_and_comes_back_is_the_same_to_the_byte(
    each_database: str, clear: Any, kind: str
) -> None:
    strategy = taken(with_loose_commitment(full_plan()))
    first = exported(strategy)
    file = write_plan(plan_of(strategy), kind, "de")  # type: ignore[arg-type]
    clear()
    again = taken(read_plan(file, f"plan.{kind}"))
    assert exported(again) == first
    assert b"Count the lamps" in first, each_database


def test_taken_over_twice_nothing_changes(each_database: str) -> None:
    plan = with_loose_commitment(full_plan())
    strategy = taken(plan)
    before, revisions = exported(strategy), Revision.objects.count()
    seen = preview_of(plan, strategy)
    assert not seen.of(Outcome.NEW, Outcome.CHANGED, Outcome.LEFT, Outcome.REFUSED), each_database
    taken(plan, strategy)
    assert (exported(strategy), Revision.objects.count()) == (before, revisions)
    assert Event.objects.filter(verb="workspace.plan_imported").count() == 2


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_a_file_of_the_plan_itself_adds_nothing_however_it_is_written(
    each_database: str, kind: str
) -> None:
    strategy = taken(town_plan())  # spending of 41000 that the database keeps as 41000.00
    for plan in (town_plan(), plan_of(strategy)):
        given = read_plan(write_plan(plan, kind), f"plan.{kind}")  # type: ignore[arg-type]
        changed = preview_of(given, strategy).of(Outcome.CHANGED)
        assert not {"diary", "spending"} & {name for one in changed for name in one.fields}, (
            each_database
        )


def test_it_is_told_what_is_new_changed_and_left(each_database: str) -> None:
    strategy = taken(full_plan())
    lights = action(budget=(plain.BudgetLine(2026, Decimal(5), Sector.STATE),))
    extra = action("walks", title="Walks")
    plan = small_plan(lights, extra)
    told = {(one.kind, one.code): one for one in preview_of(plan, strategy).changes}
    assert told["action", "walks"].outcome is Outcome.NEW
    assert told["action", "mediators"].outcome is Outcome.LEFT
    assert "budget" in told["action", "lights"].fields
    assert "diary" not in told["action", "lights"].fields, "an entry is never taken away"
    assert told["organisation", "works"].outcome is Outcome.SAME
    taken(plan, strategy)
    actions = {one.code: one for _, _, one in plan_of(strategy).actions()}
    assert set(actions) == {"lights", "mediators", "walks"}
    assert actions["lights"].planned_money == 5
    assert len(actions["lights"].diary) == 1
    assert len(actions["lights"].spending) == 1, each_database


@pytest.mark.parametrize("kind", ["json", "xlsx"])
def test_an_entry_that_was_put_right_here_does_not_come_back_with_an_old_file(
    each_database: str, kind: str
) -> None:
    strategy = taken(full_plan())
    old = read_plan(write_plan(plan_of(strategy), kind), f"plan.{kind}")  # type: ignore[arg-type]
    wrong = DiaryEntry.objects.get(action__code="lights")
    for n, amount in enumerate((2.0, 3.0)):  # put right, and that put right again
        told = Told(wrong.organisation, wrong.on, Delivery.LESS, amount)
        wrong = correct_entry(wrong, told, key=f"k{n}", today=TODAY, by=None)
    assert not preview_of(old, strategy).of(Outcome.NEW, Outcome.CHANGED)
    taken(old, strategy)
    lights = action_in(plan_of(strategy), "lights")
    assert [entry.amount for entry in lights.diary] == [3.0], each_database
    more = replace(lights.diary[0], on=date(2026, 4, 9), note="Said elsewhere")
    given = replace(lights, diary=(*action_in(old, "lights").diary, more))
    taken(small_plan(given), strategy)
    kept = action_in(plan_of(strategy), "lights").diary
    assert [(entry.amount, entry.note) for entry in kept] == [(3.0, ""), (3.0, "Said elsewhere")]
    assert DiaryEntry.objects.count() == 4
    assert DiarySum.objects.get(action__code="lights").n_entries == 2


def action_in(plan: plain.Plan, code: str) -> plain.Action:
    return next(one for _, _, one in plan.actions() if one.code == code)


def test_what_a_mistake_stops_leaves_nothing_behind(
    each_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = full_plan()
    seen = preview_of(plan, None)

    def break_down(*_args: Any, **_more: Any) -> None:
        raise RuntimeError(each_database)

    monkeypatch.setattr("convive.web.workspace.actions.plan_import.write_answers", break_down)
    with pytest.raises(RuntimeError):
        take_over(plan, None, digest=seen.digest, today=TODAY, by=None)
    assert not Strategy.objects.exists()
    assert not Organisation.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_what_was_changed_since_the_preview_is_seen_first() -> None:
    strategy = taken(full_plan())
    plan = small_plan(action(title="Brighter light"))
    seen = preview_of(plan, strategy)
    lights = Action.objects.get(code="lights")
    revise(lights, {"about": "By somebody else"}, version=lights.version, by=None)
    with pytest.raises(ConflictError, match="PLAN_MOVED_ON"):
        take_over(plan, strategy, digest=seen.digest, today=TODAY, by=None)
    assert Action.objects.get(code="lights").title == lights.title


@pytest.mark.django_db
def test_final_minutes_are_not_written_anew_by_a_file() -> None:
    plan = full_plan()
    strategy = taken(plan)
    meeting = next(one for one in plan.meetings if one.decisions)
    Meeting.objects.filter(code=meeting.code).update(state=Meeting.State.MINUTED)
    other = replace(meeting.decisions[0], text="Something else was decided.")
    changed = replace(meeting, decisions=(other, *meeting.decisions[1:]))
    meetings = tuple(changed if one is meeting else one for one in plan.meetings)
    with pytest.raises(ConflictError, match="MEETING_FINAL"):
        taken(replace(plan, meetings=meetings), strategy)
    kept = {one.text for one in Decision.objects.filter(meeting__code=meeting.code)}
    assert kept == {one.text for one in meeting.decisions}


@pytest.mark.django_db
@pytest.mark.parametrize(("days", "state"), [(-1, "held"), (0, "planned"), (20, "planned")])
def test_a_meeting_that_a_file_brings_was_held_only_if_its_day_has_passed(
    days: int, state: str
) -> None:
    plan = town_plan()
    begins = datetime.combine(TODAY + timedelta(days=days), time(9), tzinfo=UTC)
    first = replace(plan.meetings[0], starts_at=begins)
    taken(replace(plan, meetings=(first, *plan.meetings[1:])), None)
    assert Meeting.objects.get(code=first.code).state == state


@pytest.mark.django_db
def test_a_copy_leaves_the_meetings_with_the_first_plan() -> None:
    taken(full_plan())
    seen = preview_of(full_plan(), None)
    refused = {(one.kind, one.code) for one in seen.of(Outcome.REFUSED)}
    assert refused == {
        ("meeting", "m1"),
        ("decision", "d1"),
        ("commitment", "c1"),
        ("commitment", "c2"),
    }
    copy = taken(full_plan())
    assert copy.code == "harbour-2026-2"
    assert not plan_of(copy).meetings
    assert len(list(plan_of(copy).actions())) == 2


@pytest.mark.django_db
def test_a_name_that_another_organisation_has_is_told_before_anything_is_written() -> None:
    make_organisation("other", name="Public works")
    with pytest.raises(RequestError, match="PLAN_NAME_TAKEN"):
        taken(full_plan())
    assert not Strategy.objects.exists()


@pytest.mark.django_db
def test_a_code_that_addresses_need_is_refused() -> None:
    with pytest.raises(RequestError, match="PLAN_CODE_RESERVED"):
        taken(small_plan(action("new")))


def test_where_the_file_cannot_be_written_nothing_is_told_as_published(
    each_database: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = str(tmp_path)
    strategy = taken(town_plan())

    def full(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shared_files.os, "fsync", full)
    with pytest.raises(StorageError, match="PLAN_NOT_PUBLISHED"):
        publish_plan(strategy, digest=proof_of(strategy, TODAY).digest, today=TODAY, by=None)
    strategy.refresh_from_db()
    assert strategy.published_at is None, each_database
    assert not Event.objects.filter(verb="workspace.plan_published").exists()
    assert not list((tmp_path / "public").iterdir())
