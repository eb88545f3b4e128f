"""Meetings from one click to final minutes: who sees what, what is frozen, what cannot be lost."""

from __future__ import annotations

import dataclasses
import io
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import docx
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import format_date
from convive.core.errors import ConflictError
from convive.web.accounts.models import Organisation
from convive.web.notices.models import Notice
from convive.web.observatory import current
from convive.web.roles import Role
from convive.web.workspace import clock
from convive.web.workspace.actions import agenda, meetings, minutes
from convive.web.workspace.models import Commitment, Decision, Meeting
from factories import partnership
from factories.build import shared_build
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
RAW_KEY = re.compile(
    r"\b(?:agenda|meetings|minutes|commitments|partners|bodies|meeting_paper|home|calendar|plan)"
    r"\.[a-z_]+(?:\.[a-z_]+)*\b"
)


def client_of(account: Any) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


@pytest.fixture
def ana() -> Client:
    """A coordinator of the town."""
    town = partnership.organisation("town", "municipality", is_town=True)
    return client_of(make_account(Role.COORDINATOR, organisation=town))


def page(client: Client, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status, path
    text = response.content.decode()
    assert not RAW_KEY.findall(re.sub(r"<[^>]+>", " ", text)), path
    return text


def at(meeting: Meeting, tail: str = "", language: str = "en") -> str:
    return f"{reverse('meeting', args=(language, meeting.code))}{tail}"


def test_one_click_makes_the_next_meeting_and_a_second_click_makes_no_other(ana: Client) -> None:
    partnership.strategy()
    body = partnership.body(partnership.organisation())
    for _ in range(2):
        response = ana.post(f"/en/work/bodies/of/{body.code}/meet/", follow=True)
        assert response.status_code == 200
    made = Meeting.objects.get()
    assert (made.state, made.starts_at.weekday()) == ("planned", 1)
    kinds = list(made.items.values_list("kind", flat=True))
    assert kinds == ["welcome", "changes", "actions", "decision", "any_other"], (
        "nothing came before"
    )
    text = page(ana, at(made))
    assert "Action 0" in text
    assert "sees the audit for the first time" in text


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_every_page_of_a_meeting_speaks_the_readers_language(ana: Client, language: str) -> None:
    partnership.strategy()
    made = partnership.meeting(state="held")
    partnership.commitment(made)
    for tail in ("", "agenda/", "minutes/", "edit/"):
        page(ana, at(made, tail, language))
    for path in ("meetings/", "bodies/", "partners/", "commitments/", "calendar/", ""):
        page(ana, f"/{language}/work/{path}")


def test_members_see_a_meeting_once_it_is_convened_and_others_never(ana: Client) -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    member, stranger = partnership.partner(police), partnership.partner(school)
    made = partnership.meeting(partnership.body(police))
    assert client_of(member).get(at(made)).status_code == 404, "not before it is convened"
    ana.post(at(made, "convene/"))
    for tail in ("", "papers/pack.docx", "meeting.ics"):
        assert client_of(member).get(at(made, tail)).status_code == 200
        assert client_of(stranger).get(at(made, tail)).status_code == 404
        assert Client(headers={"host": "localhost"}).get(at(made, tail)).status_code == 302
    assert client_of(member).get(at(made, "minutes/")).status_code == 403
    told = Notice.objects.get(code="meeting_convened")
    assert (told.account, told.address) == (member, at(made))


def test_reasons_of_an_action_are_for_those_who_may_see_it_whole(ana: Client) -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    partnership.strategy()
    made = partnership.meeting(partnership.body(police, school), state="convened")
    reason = "nothing shows it"
    assert reason in page(ana, at(made))
    assert reason in page(client_of(partnership.partner(police)), at(made))
    outline = page(client_of(partnership.partner(school)), at(made))
    assert "Action 0" in outline
    assert reason not in outline


def changed_build() -> Any:
    """The synthetic audit a month later: one finding is gone, one is less sure."""
    build = shared_build()
    rows = build.tables["findings"]
    table = rows.filter([name != "trend_fall:ribera" for name in rows["finding_id"].to_pylist()])
    column = ["tentative" if k == 0 else c for k, c in enumerate(table["certainty"].to_pylist())]
    table = table.set_column(table.schema.get_field_index("certainty"), "certainty", [column])
    run = {**build.run, "built_at": "2026-12-20T00:00:00+00:00"}
    return dataclasses.replace(build, tables={**build.tables, "findings": table}, run=run)


def test_the_next_agenda_tells_what_the_audit_says_anew(ana: Client) -> None:
    body = partnership.body(partnership.organisation())
    first = partnership.meeting(body, state="minuted")
    current.hold(changed_build())
    later = first.starts_at + timedelta(days=1)
    second, _ = meetings.plan_next(body, now=later, by=None)
    facts = second.items.get(kind="changes").facts
    assert [fact["key"] for fact in facts] == ["finding_less_sure", "finding_gone"]
    assert facts[0]["params"]["n"]
    assert facts[0]["params"]["sources"]
    text = page(ana, at(second))
    assert "No longer said, which does not refute it" in text
    assert "Source:" in text
    assert "Last meeting: Steering board" in text
    current.hold(shared_build())
    again = page(ana, at(second))
    assert agenda_in(again) == agenda_in(text), "facts are frozen"


def agenda_in(text: str) -> str:
    return text[
        text.index('<ol class="agenda">') : text.index("</ol>", text.index('<ol class="agenda">'))
    ]


def test_rebuilding_renews_facts_and_keeps_what_people_wrote(ana: Client) -> None:
    made = partnership.meeting()
    partnership.commitment(made)
    agenda.build_items(made, now=partnership.NOW, by=None)
    item = made.items.get(kind="commitments")
    ana.post(at(made, f"agenda/{item.pk}/"), {"title": "Promises", "minutes_planned": 7, "note": "Bring the list.", "version": item.version})  # fmt: skip
    ana.post(at(made, "agenda/"), {"title": "Night buses", "minutes_planned": "15", "note": ""})
    Commitment.objects.update(is_dropped=True)
    agenda.build_items(made, now=partnership.NOW, by=None)
    item.refresh_from_db()
    assert (item.title, item.minutes_planned, item.note) == ("Promises", 7, "Bring the list.")
    assert item.facts[0]["key"] == "no_commitments"
    titles = [one.title or one.kind for one in made.items.all()]
    assert titles[-2:] == ["Night buses", "any_other"]
    assert made.items.count() == 7


def test_an_item_that_is_needed_later_takes_its_own_place(ana: Client) -> None:
    made = partnership.meeting()
    ana.post(at(made, "agenda/"), {"title": "Night buses", "minutes_planned": "15", "note": ""})
    partnership.commitment(made)
    agenda.build_items(made, now=partnership.NOW, by=None)
    kinds = list(made.items.values_list("kind", "position"))
    order = ["welcome", "commitments", "changes", "actions", "decision", "topic", "any_other"]
    assert kinds == [(kind, position) for position, kind in enumerate(order, start=1)]


def test_items_move_by_buttons_and_leave_unless_something_came_of_them(ana: Client) -> None:
    made = partnership.meeting()
    first, second = made.items.all()[:2]
    ana.post(at(made, f"agenda/{second.pk}/move/"), {"to": "up"})
    assert [one.pk for one in made.items.all()[:2]] == [second.pk, first.pk]
    minutes.write_minutes(made, minutes.Written(first.pk, "Said.", first.version), by=None)
    ana.post(at(made, f"agenda/{first.pk}/remove/"))
    ana.post(at(made, f"agenda/{second.pk}/remove/"))
    assert list(made.items.filter(pk__in=[first.pk, second.pk])) == [first]


def sheet(meeting: Meeting, **more: Any) -> dict[str, Any]:
    """What the browser sends of the whole sheet."""
    found = {}
    for item in meeting.items.all():
        found |= {f"minutes-{item.pk}": item.minutes, f"version-{item.pk}": item.version}
    return found | more


def make_it_today(meeting: Meeting) -> None:
    """Let a meeting begin now, as if its day had come."""
    begins = timezone.now()
    ends = begins + timedelta(hours=1)
    Meeting.objects.filter(pk=meeting.pk).update(starts_at=begins, ends_at=ends)


def test_words_prepared_before_the_day_do_not_make_a_meeting_held(ana: Client) -> None:
    police = partnership.organisation()
    member, body = partnership.partner(police), partnership.body(police)
    made = partnership.meeting(body)
    pk = made.items.get(kind="decision").pk
    sent = {f"minutes-{pk}": "As agreed by letter.", f"decision-{pk}-text": "Light it", "at": pk}
    ana.post(at(made, "minutes/"), sheet(made, **sent))
    made.refresh_from_db()
    assert made.state == "planned"
    assert client_of(member).get(at(made)).status_code == 404, "the agenda was not sent out"
    ana.post(f"/en/work/bodies/of/{body.code}/meet/")
    assert Meeting.objects.count() == 1, "it is still the next one"
    shown = page(ana, at(made))
    assert "from the day of the meeting on" in shown
    assert "/cancel/" in shown
    make_it_today(made)
    assert "/finalise/" in page(ana, at(made))
    ana.post(at(made, "finalise/"))
    made.refresh_from_db()
    assert made.state == "minuted"


def test_a_prepared_meeting_can_be_cancelled(ana: Client) -> None:
    made = partnership.meeting(state="convened")
    pk = made.items.get(kind="decision").pk
    ana.post(at(made, "minutes/"), sheet(made, **{f"minutes-{pk}": "Prepared.", "at": pk}))
    ana.post(at(made, "cancel/"))
    made.refresh_from_db()
    assert made.state == "cancelled"


def test_without_a_word_of_minutes_nothing_is_closed(ana: Client) -> None:
    made = partnership.meeting(state="convened")
    make_it_today(made)
    assert "/finalise/" not in page(ana, at(made))
    with pytest.raises(ConflictError, match="MEETING_NOT_HELD"):
        meetings.finalise(made, today=clock.today(), by=None)


def test_a_decision_was_made_on_the_day_of_its_meeting_also_when_that_is_put_right(
    ana: Client,
) -> None:
    made = partnership.meeting(state="convened")
    item = made.items.first()
    assert item is not None
    decided = minutes.add_decision(item, "Light it", by=None)
    day = clock.today()
    fields = {"title": made.title, "day": day.isoformat(), "begins": "10:00", "ends": "12:00",
              "place": "", "strategy": "", "version": made.version}  # fmt: skip
    ana.post(at(made, "edit/"), fields)
    made.refresh_from_db()
    decided.refresh_from_db()
    assert clock.local(made.starts_at).date() == day
    assert (decided.decided_on, decided.version) == (day, 2)


def test_one_press_keeps_minutes_attendance_decision_and_commitment(ana: Client) -> None:
    partnership.strategy()
    police = partnership.organisation()
    made = partnership.meeting(partnership.body(police), state="convened")
    make_it_today(made)
    pk = made.items.get(kind="decision").pk
    sent = sheet(made, **{
        "organisation": police.pk, "there": police.pk, f"minutes-{pk}": "Long talk.\r\nAgreed.",
        f"decision-{pk}-text": "Light the passage", f"decision-{pk}-action": "a0",
        f"commitment-{pk}-text": "Order lamps", f"commitment-{pk}-owner": police.pk,
        f"commitment-{pk}-due": "2026-12-20", f"commitment-{pk}-action": "a0", "at": pk,
    })  # fmt: skip
    for _ in range(2):  # a slow line: sent twice, kept once
        assert ana.post(at(made, "minutes/"), sent).headers["Location"].endswith(f"#item-{pk}")
    decision, commitment = Decision.objects.get(), Commitment.objects.get()
    assert [one.code for one in decision.actions.all()] == ["a0"]
    assert (commitment.decision, commitment.item_id, commitment.owner) == (decision, pk, police)
    assert commitment.action is not None
    made.refresh_from_db()
    assert made.state == "held"
    assert made.items.get(pk=pk).minutes == "Long talk.\nAgreed."
    assert made.attendance.get().was_there
    text = page(ana, f"/en/work/decisions/{decision.code}/")
    assert "Order lamps" in text
    assert "Action 0" in text
    assert "Light the passage" in page(ana, f"/en/work/commitments/{commitment.code}/")


def test_what_is_promised_later_under_an_item_follows_from_its_last_decision(ana: Client) -> None:
    police = partnership.organisation()
    made = partnership.meeting(partnership.body(police), state="convened")
    pk = made.items.get(kind="decision").pk
    ana.post(at(made, "minutes/"), sheet(made, **{f"decision-{pk}-text": "Light it", "at": pk}))
    sent = {f"commitment-{pk}-text": "Order lamps", f"commitment-{pk}-owner": police.pk,
            f"commitment-{pk}-due": "2026-12-20", "at": pk}  # fmt: skip
    ana.post(at(made, "minutes/"), sheet(made, **sent))
    assert Commitment.objects.get().decision == Decision.objects.get()


def test_a_mistake_in_one_place_holds_up_nothing_and_loses_nothing(ana: Client) -> None:
    made = partnership.meeting(state="convened")
    first, second = made.items.all()[:2]
    sent = sheet(made, **{
        f"minutes-{first.pk}": "Welcome.", f"decision-{second.pk}-text": "Decided here",
        f"decision-{second.pk}-action": "nonsense",
    })  # fmt: skip
    response = ana.post(at(made, "minutes/"), sent)
    text = response.content.decode()
    assert response.status_code == 200
    assert "has no action of this code" in text
    assert "Decided here" in text
    first.refresh_from_db()
    assert first.minutes == "Welcome."
    assert not Decision.objects.exists()


def save(client: Client, meeting: Meeting, item: Any, text: str, base: str) -> Any:
    return client.post(at(meeting, "minutes/save/"), {"item": item.pk, "text": text, "base": base})


def test_two_write_one_item_and_both_stay(ana: Client) -> None:
    ben = client_of(make_account(Role.ANALYST))
    made = partnership.meeting(state="convened")
    item = made.items.get(kind="any_other")
    assert save(ana, made, item, "Ana: lamps.", "").json()["text"] == "Ana: lamps."
    assert save(ben, made, item, "Ben: buses.", "").json()["text"] == "Ana: lamps.\nBen: buses."
    again = save(ana, made, item, "Ana: lamps are bought.", "Ana: lamps.")
    assert again.json()["text"] == "Ana: lamps are bought.\nBen: buses."


def test_the_same_line_written_twice_is_shown_to_whoever_comes_second(ana: Client) -> None:
    ben = client_of(make_account(Role.ANALYST))
    made = partnership.meeting(state="convened")
    item = made.items.get(kind="any_other")
    save(ana, made, item, "Ten lamps.", "")
    save(ana, made, item, "Twelve lamps.", "Ten lamps.")
    answer = save(ben, made, item, "Nine lamps.", "Ten lamps.")
    assert (answer.status_code, answer.json()["kept"]) == (409, "Twelve lamps.")
    text = ben.post(at(made, "minutes/"), sheet(made, **{
        f"minutes-{item.pk}": "Nine lamps.", f"base-{item.pk}": "Ten lamps.",
    })).content.decode()  # fmt: skip
    assert "Nine lamps." in text
    assert "Twelve lamps." in text
    assert save(ana, made, item, "x", "").status_code in {200, 409}
    assert ana.post(at(made, "minutes/save/"), {"item": "x"}).status_code == 400


@pytest.mark.parametrize("language", ["en", "fr", "es", "it", "de", "pt", "nl"])
def test_minutes_are_not_closed_before_the_day_of_the_meeting(
    ana: Client, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = partnership.meeting(state="held")
    begins = datetime(2027, 3, 9, 23, 30, tzinfo=UTC)  # the 10th by the town's clock
    Meeting.objects.filter(pk=made.pk).update(starts_at=begins, ends_at=begins + timedelta(hours=1))
    monkeypatch.setattr("convive.web.workspace.clock.time_zone_now", lambda: "Europe/Madrid")
    monkeypatch.setattr("django.utils.timezone.now", lambda: begins - timedelta(hours=1))
    ana = client_of(make_account(Role.COORDINATOR))
    assert "finalise/" not in page(ana, at(made, language=language))
    said = ana.post(at(made, "finalise/", language), follow=True).content.decode()
    assert format_date(date(2027, 3, 10), language) in said
    made.refresh_from_db()
    assert made.state == "held"
    assert not Notice.objects.filter(code="minutes_ready").exists()
    monkeypatch.setattr("django.utils.timezone.now", lambda: begins - timedelta(minutes=20))
    assert "finalise/" in page(ana, at(made, language=language))
    ana.post(at(made, "finalise/", language))
    made.refresh_from_db()
    assert made.state == "minuted", "on the day, before it begins"


def test_final_minutes_cannot_be_changed_by_any_way(
    ana: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    police = partnership.organisation()
    made = partnership.meeting(partnership.body(police), state="held")
    partnership.partner(police)
    item = made.items.first()
    assert item is not None
    monkeypatch.setattr("convive.web.workspace.views.meetings.today", made.starts_at.date)
    ana.post(at(made, "finalise/"))
    made.refresh_from_db()
    assert made.state == "minuted"
    assert save(ana, made, item, "Later.", "").status_code == 410
    tries = [("minutes/", sheet(made, **{f"minutes-{item.pk}": "Later."})), ("agenda/", {"title": "x", "minutes_planned": 5}),
             (f"agenda/{item.pk}/remove/", {}), ("cancel/", {}), ("agenda/renew/", {}), ("finalise/", {})]  # fmt: skip
    for tail, data in tries:
        ana.post(at(made, tail), data)
    for act in (lambda: minutes.set_attendance(made, {police.pk: True}, by=None),
                lambda: minutes.add_decision(item, "x", by=None)):  # fmt: skip
        with pytest.raises(ConflictError, match="MEETING_FINAL"):
            act()
    made.refresh_from_db()
    item.refresh_from_db()
    assert (made.state, item.minutes, made.items.count()) == ("minuted", "Began in time.", 5)
    assert Notice.objects.filter(code="minutes_ready").count() == 1


def test_only_who_was_invited_and_takes_part_can_have_been_there(ana: Client) -> None:
    police, school = partnership.organisation(), partnership.organisation("school", "schools")
    stranger = partnership.organisation("bars", "nightlife")
    made = partnership.meeting(partnership.body(police, school), state="convened")
    item = made.items.first()
    assert item is not None
    Organisation.objects.filter(pk=school.pk).update(is_active=False)
    for one, name in ((stranger.pk, "Bars"), (987654, "#987654"), (school.pk, "School")):
        sent = {"organisation": [police.pk, one], "there": [police.pk, one]}
        answer = ana.post(at(made, "minutes/save/"), sent)
        assert answer.status_code == 422
        assert name in answer.json()["why"]
        assert "invited" in answer.json()["why"]
        both = sent | {f"minutes-{item.pk}": f"Kept {one}.", f"version-{item.pk}": 1, f"base-{item.pk}": item.minutes}  # fmt: skip
        shown = ana.post(at(made, "minutes/"), both)
        assert "invited" in shown.content.decode()
        item.refresh_from_db()
        assert item.minutes == f"Kept {one}.", "whatever is wrong there, the rest is kept"
        assert not made.attendance.filter(was_there=True).exists()
    assert not made.attendance.exclude(organisation__in=[police, school]).exists()
    fine = {"organisation": [police.pk, school.pk], "there": [police.pk]}
    assert ana.post(at(made, "minutes/save/"), fine).status_code == 200
    assert made.attendance.get(was_there=True).organisation == police


def test_moving_and_cancelling_tell_members_and_raise_the_sequence(ana: Client) -> None:
    police = partnership.organisation()
    partnership.partner(police)
    made = partnership.meeting(partnership.body(police), state="convened")
    before = made.sequence
    sent = {"title": made.title, "day": "2026-12-09", "begins": "14:00", "ends": "15:30", "place": "Library", "version": made.version}  # fmt: skip
    ana.post(at(made, "edit/"), sent)
    assert "ends before it begins" in ana.post(at(made, "edit/"), sent | {"ends": "13:00"}).content.decode()  # fmt: skip
    ana.post(at(made, "cancel/"))
    made.refresh_from_db()
    assert (made.place, made.state, made.sequence) == ("Library", "cancelled", before + 2)
    assert made.starts_at.hour == 13, "kept in UTC, written by the town's clock"
    codes = sorted(Notice.objects.values_list("code", flat=True))
    assert codes == ["meeting_cancelled", "meeting_convened", "meeting_moved"]


def test_the_papers_hold_times_facts_room_for_notes_and_what_came_of_it(ana: Client) -> None:
    partnership.strategy(2)
    made = partnership.meeting(state="held")
    partnership.commitment(made)
    pack = docx.Document(io.BytesIO(ana.get(at(made, "papers/pack.docx")).content))
    told = "\n".join(one.text for one in pack.paragraphs)
    cells = " ".join(cell.text for table in pack.tables for row in table.rows for cell in row.cells)
    assert "1. Welcome" in told
    assert "10:05" in cells
    assert "Action 1" in cells
    assert "Cannot tell" in cells
    record = docx.Document(io.BytesIO(ana.get(at(made, "papers/minutes.docx", "fr")).content))
    told = "\n".join(one.text for one in record.paragraphs)
    cells = " ".join(
        cell.text for table in record.tables for row in table.rows for cell in row.cells
    )
    assert "Began in time." in told
    assert "Projet" in told
    assert "Repair the lamps" in cells
    assert ana.get(at(made, "papers/pack.pdf")).content.startswith(b"%PDF")
    assert ana.get(at(made, "papers/other.pdf")).status_code == 404
    assert ana.get(at(made, "papers/pack.odt")).status_code == 404
