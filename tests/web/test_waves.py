"""Survey waves: from a list to weights, on the pages and in the actions."""

from __future__ import annotations

import csv
import io
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from convive.core.errors import ConflictError, RequestError
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.answer import answer
from convive.web.fieldwork.actions.receive import Outcome
from convive.web.fieldwork.actions.wave_closing import close_wave
from convive.web.fieldwork.actions.wave_sending import mark_sent, note_outcomes, to_send
from convive.web.fieldwork.actions.wave_weights import save_weights
from convive.web.fieldwork.actions.waves import set_quotas
from convive.web.fieldwork.models import Campaign, FrameEntry, HeldAnswer, Quota, Submission
from convive.web.fieldwork.selectors.wave_rows import wave_rows
from convive.web.fieldwork.selectors.waves import progress_of
from convive.web.fieldwork.tokens import token_of
from convive.web.roles import Role
from factories import waves
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]
NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
CELLS = {("north", "N1"): 60, ("south", "S1"): 40}
BASE = "/en/work/fieldwork/waves/"


@pytest.fixture
def coordinator(client: Client) -> Client:
    client.force_login(make_account(Role.COORDINATOR))
    return client


def respond(wave: Campaign, n: int) -> None:
    waves.answer_all(list(wave.invitations.filter(is_used=False)[:n]), NOW)


def test_from_a_list_to_letters_on_the_pages(coordinator: Client) -> None:
    page = coordinator.post(f"{BASE}new/", {
        "title": "Safety 2026", "code": "s26", "instrument": "core_survey", "sampling": "frame",
        "languages": ["en", "fr"], "wave": "2026",
    })  # fmt: skip
    assert page.status_code == 302, page.content.decode()
    rows = ["contact,stratum,area,language"]
    rows += [f"p{k}@example.org,north,N{k % 2 + 1},{'fr' if k % 3 else 'en'}" for k in range(60)]
    file = SimpleUploadedFile("frame.csv", "\n".join(rows).encode())
    assert coordinator.post(f"{BASE}s26/frame/", {"file": file}).status_code == 302
    wish = {"n": 40, "rule": "proportional", "minimum": 0, "response": 50, "share": 50,
            "deff": "1.2", "seed": 7}  # fmt: skip
    look = coordinator.post(f"{BASE}s26/draw/", {**wish, "do": "look"}).content.decode()
    assert "You will not be able to tell" in look
    coordinator.post(f"{BASE}s26/draw/", {**wish, "do": "draw"})
    wave = Campaign.objects.get(code="s26")
    assert (wave.invitations.count(), FrameEntry.objects.count()) == (40, 0)
    assert wave.plan["draw"]["seed"] == 7
    coordinator.post(f"{BASE}s26/open/")
    coordinator.post(f"{BASE}s26/send/mark/", {"kind": "invitation"})
    listed = coordinator.post(f"{BASE}s26/send/list/", {"kind": "invitation"}).content.decode()
    assert len(list(csv.reader(io.StringIO(listed)))) == 41
    assert "/fr/fill/" in listed
    letters = coordinator.post(f"{BASE}s26/send/letters/", {"kind": "invitation"})
    assert letters.content.startswith(b"%PDF")
    verbs = set(Event.objects.values_list("verb", flat=True))
    assert {"fieldwork.sample_drawn", "fieldwork.contacts_exported"} <= verbs
    assert not [one for one in Event.objects.all() if "example.org" in one.details]


def test_a_bad_list_is_refused_with_every_problem(coordinator: Client) -> None:
    wave = waves.wave()
    text = "contact,size\na@example.org,1\nA@example.org,2\nbad@,1\n,1\nb@example.org,x\n"
    file = SimpleUploadedFile("frame.csv", text.encode())
    page = coordinator.post(f"{BASE}{wave.code}/frame/", {"file": file}).content.decode()
    for row in ("Row 3", "Row 4", "Row 5", "Row 6"):
        assert row in page
    assert "b@example.org" not in page
    assert not FrameEntry.objects.exists()


@pytest.mark.parametrize("content", [b"PK\x03\x04broken", b"\x00\x01\x02", b"", b"contact\n"])
def test_a_hostile_file_is_refused_in_words(coordinator: Client, content: bytes) -> None:
    wave = waves.wave()
    file = SimpleUploadedFile("frame.xlsx", content)
    page = coordinator.post(f"{BASE}{wave.code}/frame/", {"file": file})
    assert page.status_code == 200
    assert not FrameEntry.objects.exists()


def test_an_answer_on_the_page_waits_and_the_invitation_works_once(client: Client) -> None:
    wave = waves.drawn(CELLS)
    one = wave.invitations.first()
    address = f"/en/fill/{token_of(one)}/"
    assert "/why-nobody-can-see/" in client.get(address).content.decode()
    form = uuid.uuid4()
    first = answer(one, waves.marked(3), form_id=form, language="en", photos={}, now=NOW)
    again = answer(one, waves.marked(3), form_id=form, language="en", photos={}, now=NOW)
    assert (first.outcome, again.outcome) == (Outcome.NEW, Outcome.ALREADY)
    with pytest.raises(ConflictError, match="INVITATION_USED"):
        answer(one, waves.marked(4), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)
    assert (HeldAnswer.objects.count(), Submission.objects.count()) == (1, 0)
    assert client.cookies == {}


def test_reminders_go_to_those_who_have_not_answered_and_not_for_ever() -> None:
    wave = waves.drawn(CELLS)
    day = waves.TODAY
    assert mark_sent(wave, "invitation", today=day, by=None) == 100
    with pytest.raises(RequestError, match="WAVE_NOBODY_TO_SEND"):
        mark_sent(wave, "reminder", today=day, by=None)
    # Which are first is chance, and with 18 and 12 nobody would be behind: so many of each.
    for stratum, n in (("north", 24), ("south", 6)):
        waves.answer_all(list(wave.invitations.filter(stratum=stratum)[:n]), NOW)
    refusing = wave.invitations.filter(is_used=False).first().contact
    assert note_outcomes(wave, {refusing: "refused", "x": "refused"}, by=None) == (1, ["x"])
    for week in (1, 2, 3):
        assert mark_sent(wave, "reminder", today=day + timedelta(weeks=week), by=None) == 69
    assert not to_send(wave, "reminder", day + timedelta(weeks=4)).exists()
    progress = progress_of(wave)
    assert (progress.n_answered, progress.dispositions.refused) == (30, 1)
    assert progress.to_remind


def test_closing_erases_contacts_and_takes_nothing_more() -> None:
    wave = waves.drawn(CELLS)
    respond(wave, 50)
    left = wave.invitations.filter(is_used=False).first()
    close_wave(wave, now=NOW, by=None)
    assert not wave.invitations.exclude(contact="").exists()
    assert (HeldAnswer.objects.count(), wave.submissions.count()) == (0, 50)
    with pytest.raises(RequestError, match="CAMPAIGN_CLOSED"):
        answer(left, waves.marked(1), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)


def test_four_answers_are_too_few_to_be_kept() -> None:
    wave = waves.drawn(CELLS)
    respond(wave, 4)
    assert close_wave(wave, now=NOW, by=None) == (0, 4)
    assert wave.submissions.count() == 0


def test_weights_add_up_to_the_margins_and_go_with_the_rows() -> None:
    wave = waves.drawn(CELLS)
    respond(wave, 60)
    with pytest.raises(ConflictError, match="WEIGHTS_NOT_CLOSED"):
        save_weights(wave, {}, limit=None, by=None)
    close_wave(wave, now=NOW, by=None)
    save_weights(wave, {}, limit=None, by=None)
    rows = list(wave_rows(wave))
    assert sum(row.weight for row in rows) == pytest.approx(100)
    margins = {"problem_burglary": dict(zip(waves.CODES, (40, 30, 20, 10), strict=True))}
    save_weights(wave, margins, limit=None, by=None)
    by_code = dict.fromkeys(waves.CODES, 0.0)
    for row in wave_rows(wave):
        by_code[row.answers["problem_burglary"]] += row.weight
    assert by_code == pytest.approx(margins["problem_burglary"])
    assert wave.plan["weights"]["deff"] >= 1


def test_an_open_link_is_never_weighted_and_says_so(coordinator: Client) -> None:
    wave, link = waves.open_link()
    for k in range(12):
        answer(link, waves.marked(k), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)
    assert Submission.objects.count() == 12
    close_wave(wave, now=NOW, by=None)
    with pytest.raises(ConflictError, match="WEIGHTS_OPEN_LINK"):
        save_weights(wave, {}, limit=None, by=None)
    page = coordinator.get(f"{BASE}{wave.code}/answers/").content.decode()
    assert "say nothing about the population" in page
    assert "Interval" not in page
    assert {row.weight for row in wave_rows(wave)} == {None}


def test_quotas_are_for_open_links_and_turn_away_with_a_record() -> None:
    wave, link = waves.open_link()
    set_quotas(wave, [({"problem_burglary": ["very_big"]}, 2)], by=None)
    outcomes = []
    for k in (0, 4, 8, 1):
        try:
            answer(link, waves.marked(k), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)
            outcomes.append("kept")
        except RequestError as error:
            outcomes.append(error.code)
    assert outcomes == ["kept", "kept", "QUOTA_FULL", "kept"]
    quota = Quota.objects.get()
    assert (quota.n, quota.n_turned_away) == (2, 1)
    with pytest.raises(ConflictError, match="QUOTA_NOT_OPEN_LINK"):
        set_quotas(waves.drawn(CELLS), [], by=None)


def test_exports_hold_every_answer_and_no_formula(coordinator: Client) -> None:
    wave = waves.drawn({("=north", "N1"): 40})
    respond(wave, 30)
    close_wave(wave, now=NOW, by=None)
    sent = coordinator.post(f"{BASE}{wave.code}/export/", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(sent.streaming_content).decode("utf-8-sig"))))
    assert len(rows) == 30
    assert {row["stratum"] for row in rows} == {"'=north"}
    book = coordinator.post(f"{BASE}{wave.code}/export/", {"format": "xlsx"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active
    assert sheet.max_row == 31


def test_the_data_protection_officer_sees_the_attempts_now(client: Client) -> None:
    wave = waves.drawn(CELLS)
    respond(wave, 40)
    client.force_login(make_account(Role.DATA_PROTECTION))
    page = client.get(f"{BASE}{wave.code}/unlinkable/").content.decode()
    assert page.count("failed, as it should") == 7


@pytest.mark.parametrize("part", ["", "answers/", "weights/", "send/", "quotas/", "close/"])
def test_every_page_is_drawn_in_every_state(coordinator: Client, part: str) -> None:
    wave = waves.drawn(CELLS)
    respond(wave, 45)
    assert coordinator.get(f"{BASE}{wave.code}/{part}").status_code == 200
    close_wave(wave, now=NOW, by=None)
    save_weights(wave, {}, limit=None, by=None)
    page: Any = coordinator.get(f"{BASE}{wave.code}/{part}")
    assert page.status_code == 200
    assert "waves." not in page.content.decode()


def test_a_wave_in_preparation_does_not_exist_for_readers(client: Client) -> None:
    wave = waves.wave()
    client.force_login(make_account(Role.READER))
    assert client.get(f"{BASE}{wave.code}/").status_code == 404
    assert wave.title not in client.get(BASE).content.decode()
