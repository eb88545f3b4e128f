"""Hostile texts in what the pages give away: the log, the diary, the feed of a calendar, letters."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from convive.app.spreadsheet_cells import is_formula
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record
from convive.web.audit_log.models import Event
from convive.web.notices import letters, smtp
from convive.web.notices.actions import enter_link_mail
from convive.web.roles import Role
from convive.web.workspace.actions.calendar_keys import renew_key
from convive.web.workspace.models import Meeting
from factories import partnership
from factories.hostile import TEXTS
from factories.web_objects import delivery
from factories.web_objects.accounts import make_account

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site")]


def client_of(account: Account) -> Client:
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    return client


def content_of(client: Client, path: str) -> bytes:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return b"".join(answer) if answer.streaming else answer.content  # type: ignore[arg-type]


def test_the_file_of_the_log() -> None:
    for text in TEXTS:
        with transaction.atomic():
            record("test.done", label=text[:80], thing=("thing", text[:80]), said=text[:80])
    client = client_of(make_account(Role.DATA_PROTECTION))
    rows = list(
        csv.reader(io.StringIO(content_of(client, "/en/work/log/csv/").decode(), newline=""))
    )
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if is_formula(cell)]
    lines = content_of(client, "/en/work/log/jsonl/").decode().splitlines()
    kept = {event.hash: event.actor_label for event in Event.objects.all()}
    for line in map(json.loads, lines):
        if line["hash"] in kept:
            assert line["actor_label"] == kept[line["hash"]], (
                "exact, so that the chain can be checked"
            )


def test_the_file_of_the_diary() -> None:
    organisation = partnership.organisation(name="=cmd|'/C calc'!A0")
    running = delivery.make_running(lead=organisation, title=TEXTS[2], dose_unit="@SUM(A1)")
    for text in TEXTS:
        delivery.make_entry(running, note=text.replace("\0", ""))
    client = client_of(make_account(Role.COORDINATOR))
    rows = list(
        csv.reader(
            io.StringIO(
                content_of(client, "/en/work/diary/entries/diary.csv").decode("utf-8-sig"),
                newline="",
            )
        )
    )
    assert not [cell for row in rows for cell in row if is_formula(cell)]


def test_the_feed_of_a_calendar_and_the_pages_of_a_meeting() -> None:
    member = partnership.partner(partnership.organisation())
    made = partnership.meeting(partnership.body(partnership.organisation()), state="convened")
    path = f"/en/calendar/{renew_key(member)}.ics"
    for text in TEXTS:
        if "\0" in text:
            continue
        Meeting.objects.filter(pk=made.pk).update(title=text[:200], place=text[:200])
        feed = content_of(Client(headers={"host": "localhost"}), path).replace(b"\r\n ", b"")
        assert feed.count(b"BEGIN:VEVENT\r\n") == 1
        assert not [line for line in feed.split(b"\r\n") if line.startswith(b"ATTACH")]
        page = content_of(client_of(member), f"/en/work/meetings/of/{made.code}/").decode()
        assert "<script>alert" not in page
        assert "<svg onload" not in page


def test_a_name_of_the_town_makes_no_line_in_a_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "site_name", lambda: "Town\r\nBcc: evil@example.org")
    account = make_account()
    mail = enter_link_mail(account, "0" * 64, by=account)
    server: Any = smtp.parse("smtp://localhost?from=office@town.example")
    whole = letters.as_bytes(letters.link(account, "https://t.example/", 7), account, server, mail)
    assert not [line for line in whole.split(b"\r\n") if line.lower().startswith(b"bcc")]
