"""Calendars: what a programme reads back, when it is told nothing new, and what never stands there."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from icalendar import Calendar

from convive.web.roles import Role
from convive.web.workspace.actions import commitments, meetings
from convive.web.workspace.actions.calendar_keys import end_key, renew_key
from convive.web.workspace.models import CalendarKey
from factories import partnership
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]


@pytest.fixture
def anybody() -> Client:
    """A calendar programme: no cookie."""
    return Client(headers={"host": "localhost"})


def read(client: Client, address: str) -> Calendar:
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))
    return Calendar.from_ical(response.content)


def test_a_meeting_comes_back_with_its_zone_and_alarm(anybody: Client) -> None:
    police = partnership.organisation()
    account = partnership.partner(police)
    made = partnership.meeting(partnership.body(police), state="convened")
    found = read(anybody, f"/fr/calendar/{renew_key(account)}.ics")
    assert (str(found["METHOD"]), str(found["VERSION"])) == ("PUBLISH", "2.0")
    (zone,), (event,) = found.walk("VTIMEZONE"), found.walk("VEVENT")
    assert str(zone["TZID"]) == "Europe/Madrid"
    assert {part["RRULE"]["BYDAY"][0] for part in zone.subcomponents} == {"-1SU"}
    start = event.decoded("DTSTART")
    assert start.astimezone(ZoneInfo("UTC")) == made.starts_at
    assert start.isoformat() == "2026-12-08T10:00:00+01:00"
    assert (str(event["STATUS"]), event["SEQUENCE"]) == ("CONFIRMED", made.sequence)
    assert str(event["URL"]) == f"http://localhost/fr/work/meetings/of/{made.code}/"
    assert event.walk("VALARM")[0].decoded("TRIGGER") == timedelta(days=-1)


def test_a_cancelled_meeting_keeps_its_id_and_says_so(anybody: Client) -> None:
    account = make_account(Role.COORDINATOR)
    made = partnership.meeting(state="convened", by=account)
    address = f"/en/calendar/{renew_key(account)}.ics"
    (before,) = read(anybody, address).walk("VEVENT")
    meetings.cancel(made, by=account)
    (after,) = read(anybody, address).walk("VEVENT")
    assert (before["UID"], str(after["STATUS"])) == (after["UID"], "CANCELLED")
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert not after.walk("VALARM")


def test_commitments_are_days_or_tasks_and_tell_nothing_of_what_was_promised(anybody: Client) -> None:  # fmt: skip
    police = partnership.organisation()
    account = partnership.partner(police)
    made = partnership.commitment(partnership.meeting(partnership.body(police), state="convened"))
    partnership.commitment(made.meeting, owner=partnership.organisation("school", "schools"))
    address = f"/en/calendar/{renew_key(account)}.ics"
    content = anybody.get(address).content
    assert b"lamps" not in content
    day = next(one for one in read(anybody, address).walk("VEVENT") if "commitment" in one["UID"])
    assert (day.decoded("DTSTART"), day.decoded("DTEND")) == (
        made.due,
        made.due + timedelta(days=1),
    )
    assert len(day.walk("VALARM")) == 2
    (task,) = read(anybody, f"{address}?tasks=1").walk("VTODO")
    assert (task["UID"], str(task["STATUS"])) == (day["UID"], "NEEDS-ACTION")
    commitments.report_done(made, "", on=made.due, by=account)
    (task,) = read(anybody, f"{address}?tasks=1").walk("VTODO")
    assert str(task["STATUS"]) == "COMPLETED"


def test_what_has_not_changed_is_not_sent_again(anybody: Client) -> None:
    account = make_account(Role.COORDINATOR)
    made = partnership.meeting(state="convened", by=account)
    address = f"/en/calendar/{renew_key(account)}.ics"
    tag = anybody.get(address).headers["ETag"]
    assert anybody.get(address, headers={"If-None-Match": f'W/{tag}, "x"'}).status_code == 304
    meetings.cancel(made, by=account)
    assert anybody.get(address, headers={"If-None-Match": tag}).status_code == 200


def test_a_secret_ends_when_it_is_renewed_ended_or_the_account_is_off(anybody: Client) -> None:
    account = make_account(Role.COORDINATOR)
    first = renew_key(account)
    second = renew_key(account)
    assert first not in CalendarKey.objects.get().token_hash
    assert anybody.get(f"/en/calendar/{first}.ics").status_code == 404
    assert anybody.get(f"/en/calendar/{second}.ics").status_code == 200
    account.is_active = False
    account.save()
    assert anybody.get(f"/en/calendar/{second}.ics").status_code == 404
    end_key(account)
    assert not CalendarKey.objects.exists()


def test_the_page_shows_the_address_once(anybody: Client) -> None:
    anybody.force_login(make_account(Role.PARTNER))
    assert b".ics" in anybody.post("/en/work/calendar/", {"do": "renew"}).content
    assert b".ics" not in anybody.get("/en/work/calendar/").content
    anybody.post("/en/work/calendar/", {"do": "end"})
    assert b"no address yet" in anybody.get("/en/work/calendar/").content
