"""Sheets of paper: typed once or twice, blind, settled, and in results exactly once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client

from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.paper import (
    count_waiting,
    drawn,
    enter,
    plan_double_entry,
    settle,
)
from convive.web.fieldwork.models import Campaign, PaperSheet, Submission
from convive.web.fieldwork.paper_typing import read_day
from convive.web.fieldwork.selectors.paper import agreements_of, paper_progress
from convive.web.roles import Role
from factories import fieldwork
from factories.web_objects.accounts import make_account

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def campaign(share: float, **fields):
    return fieldwork.campaign(plan={"paper": {"double_share": share, "seed": 7}}, **fields)


@pytest.fixture
def ana():
    return make_account(Role.COORDINATOR)


@pytest.fixture
def ben():
    return make_account(Role.FIELD)


def type_in(of, number, by, answers, **head):
    return enter(of, number, answers=answers, head=head, by=by, now=NOW)


def test_a_sheet_that_is_not_drawn_counts_at_once_and_is_marked(ana) -> None:
    one = campaign(0.0)
    place = fieldwork.place("P001")
    sheet = type_in(
        one, 4, ana, {"lighting": "2"}, place="p001", daypart="night", date="2026-11-02"
    )
    kept = Submission.objects.get()
    assert (sheet.state, sheet.submission) == (PaperSheet.State.ONCE, kept)
    assert (kept.channel, kept.place, kept.daypart) == ("paper", place, "night")
    assert kept.filled_on.isoformat() == "2026-11-02"
    assert kept.ended_at is None, "no time of day is made up"


def test_two_entries_that_agree_count_once(ana, ben) -> None:
    one = campaign(1.0)
    type_in(one, 4, ana, {"lighting": "2"})
    assert Submission.objects.count() == 0
    sheet = type_in(one, 4, ben, {"lighting": "2"})
    assert sheet.state == PaperSheet.State.DONE
    assert Submission.objects.get().answers["lighting"] == "2"
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == [
        "fieldwork.sheet_typed",
        "fieldwork.sheet_typed_again",
        "fieldwork.form_received",
    ]


def test_two_entries_that_differ_wait_until_they_are_settled(ana, ben) -> None:
    one = campaign(1.0)
    type_in(one, 4, ana, {"lighting": "2", "openness": "1"}, place="P1")
    sheet = type_in(one, 4, ben, {"lighting": "3", "openness": "1"})
    assert (sheet.state, Submission.objects.count()) == (PaperSheet.State.DIFFERS, 0)
    found = agreements_of(one)
    assert (found.total.same, found.total.n) == (1, 3)
    assert found.by_item["lighting"].share == 0
    assert found.by_pair[tuple(sorted((ana.pk, ben.pk), key=str))].n == 3
    settle(sheet, {("lighting",): "0", ("_place",): None}, by=ana, now=NOW)
    kept = Submission.objects.get()
    assert (kept.answers["lighting"], kept.place) == ("0", None)
    with pytest.raises(ConflictError, match="PAPER_SHEET_DONE"):
        settle(sheet, {("lighting",): "1"}, by=ana, now=NOW)
    assert Submission.objects.count() == 1


def test_nobody_checks_their_own_sheet(ana) -> None:
    one = campaign(1.0)
    type_in(one, 4, ana, {"lighting": "2"})
    type_in(one, 4, ana, {"lighting": "2"})  # a double click is no second entry
    assert PaperSheet.objects.get().second_by is None
    with pytest.raises(ConflictError, match="PAPER_OWN_SHEET"):
        type_in(one, 4, ana, {"lighting": "3"})


def test_a_third_entry_is_refused(ana, ben) -> None:
    one = campaign(1.0)
    for who in (ana, ben):
        type_in(one, 4, who, {"lighting": "2"})
    with pytest.raises(ConflictError, match="PAPER_SHEET_DONE"):
        type_in(one, 4, make_account(Role.ANALYST), {"lighting": "2"})


def test_a_closed_campaign_takes_no_sheets(ana) -> None:
    with pytest.raises(RequestError, match="CAMPAIGN_CLOSED"):
        type_in(campaign(0.0, state=Campaign.State.CLOSED), 1, ana, {"lighting": "1"})
    assert not PaperSheet.objects.exists()


def test_waiting_sheets_can_be_counted_as_they_are(ana) -> None:
    one = campaign(1.0)
    type_in(one, 1, ana, {"lighting": "2"})
    assert count_waiting(one, by=ana, now=NOW) == 1
    progress = paper_progress(one)
    assert (progress.typed, progress.counted, progress.twice, progress.waiting) == (1, 1, 0, 0)


def test_the_lot_stays_when_the_share_changes_and_changes_back(ana) -> None:
    one = fieldwork.campaign()
    plan_double_entry(one, 0.25, by=ana)
    one.refresh_from_db()
    before = [drawn(one, n) for n in range(1, 101)]
    assert sum(before) == 25
    plan_double_entry(one, 0.5, by=ana)
    plan_double_entry(one, 0.25, by=ana)
    one.refresh_from_db()
    assert [drawn(one, n) for n in range(1, 101)] == before


def page(who) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(who)
    return client


def address(one, end: str) -> str:
    return f"/en/work/fieldwork/paper/of/{one.code}/{end}"


def test_codes_become_answers_and_the_second_person_sees_none(ana, ben) -> None:
    one = campaign(1.0)
    sent = {"number": "9", "lighting": "2", "_date": "02.11.26", "as_is": "1"}
    client = page(ana)
    response = client.post(address(one, "enter/"), sent)
    assert response.headers["Location"].endswith("?number=10")
    assert "Sheet 9 is saved" in client.get(response.headers["Location"]).content.decode()
    kept = PaperSheet.objects.get()
    assert kept.first_answers["lighting"] == "2"
    assert kept.first_head["date"] == "2026-11-02"
    seen = page(ben).get(address(one, "enter/") + "?number=9").content.decode()
    assert 'name="lighting" value=""' in seen
    assert "2026-11-02" not in seen
    refused = page(ana).get(address(one, "enter/") + "?number=9").content.decode()
    assert "somebody else" in refused


@pytest.mark.parametrize(("field", "said"), [
    ("lighting", "7"), ("_place", "NOWHERE"), ("_rater", "R99"), ("_date", "31.02.2026"),
])  # fmt: skip
def test_what_cannot_be_read_is_said_and_kept_in_the_field(ana, field, said) -> None:
    one = campaign(0.0)
    fieldwork.rater(one)
    response = page(ana).post(address(one, "enter/"), {"number": "1", field: said, "as_is": "1"})
    assert response.status_code == 200
    assert not PaperSheet.objects.exists()
    text = response.content.decode()
    assert f'name="{field}" value="{said}"' in text
    assert 'aria-invalid="true"' in text
    assert f'href="#q-{field}"' in text


def test_differences_are_chosen_by_hand_with_a_third_value(ana, ben) -> None:
    one = campaign(1.0)
    type_in(one, 4, ana, {"lighting": "2"})
    type_in(one, 4, ben, {"lighting": "3"})
    client, where = page(ana), address(one, "sheet/4/")
    assert "lighting.choice" in client.get(where).content.decode()
    assert client.post(where, {}).status_code == 200
    assert not Submission.objects.exists()
    client.post(where, {"lighting.choice": "other", "lighting.other": "1"})
    codes = fieldwork.instrument_of_shelf("street_observation").item("lighting").scale
    assert Submission.objects.get().answers["lighting"] in {c.code for c in codes.choices}


def test_printing_goes_on_where_it_stopped(ana) -> None:
    one = campaign(0.1)
    sent = {"language": "en", "first": "1", "sheets": "3"}
    response = page(ana).post(address(one, "print/"), sent)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.content[:5] == b"%PDF-"
    one.refresh_from_db()
    assert paper_progress(one).printed_to == 3
    assert one.plan["paper"]["seed"] == 7
    assert Event.objects.filter(verb="fieldwork.sheets_printed").exists()
    assert 'value="4"' in page(ana).get(address(one, "")).content.decode()


def test_a_confidential_form_is_for_the_coordinator_only(ana, ben) -> None:
    from convive.catalogue import find
    from convive.core.instruments.model import Sensitivity

    restricted = next(i for i in find.instruments() if i.sensitivity is Sensitivity.RESTRICTED)
    one = campaign(0.0, form=fieldwork.form_version(restricted.id))
    assert page(ana).get(address(one, "")).status_code == 200
    for end in ("", "enter/?number=1"):
        assert page(ben).get(address(one, end)).status_code == 404
    assert one.title not in page(ben).get("/en/work/fieldwork/paper/").content.decode()
    assert one.title in page(ana).get("/en/work/fieldwork/paper/").content.decode()


def test_rounds_are_added_without_script(ana) -> None:
    one = campaign(0.0, form=fieldwork.form_version("exploratory_walk"))
    response = page(ana).post(address(one, "enter/"), {"number": "1", "stops": "2", "add": "stops"})
    text = response.content.decode()
    assert 'name="stops" value="3"' in text
    assert not PaperSheet.objects.exists()


@pytest.mark.parametrize(("said", "day"), [
    ("21.11.2026", "2026-11-21"), ("21/11/26", "2026-11-21"), ("211126", "2026-11-21"),
    ("2026-11-21", "2026-11-21"), ("31.02.2026", None), ("x", None), ("2026-13-01", None),
])  # fmt: skip
def test_days_are_read_as_people_write_them(said, day) -> None:
    assert read_day(said) == day
