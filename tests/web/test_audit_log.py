"""The log only grows, its chain shows every change, and many writers keep it whole."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from convive.web.audit_log import chain
from convive.web.audit_log.actions import record, seal
from convive.web.audit_log.models import Event, Seal
from convive.web.audit_log.selectors import missing_heads, verify_log
from convive.web.roles import Role
from factories.web_objects.accounts import make_account

WRITERS, EACH = 4, 8


def write(n: int, verb: str = "test.done") -> None:
    """Record events, each in a transaction of its own."""
    for number in range(n):
        with transaction.atomic():
            record(verb, label="test", thing=("thing", number), number=number)


def undone() -> None:
    record("test.undone", label="test")
    raise ZeroDivisionError


def change(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def without_triggers(kind: str) -> None:
    """Do what only the owner of the database can: take the triggers away."""
    names = {
        "sqlite3": ("DROP TRIGGER audit_log_no_update", "DROP TRIGGER audit_log_no_delete"),
        "postgresql": ("DROP TRIGGER audit_log_no_change ON audit_log_event",),
    }
    for statement in names[kind]:
        change(statement)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_log_event SET verb = 'test.other'", "DELETE FROM audit_log_event",
     "UPDATE audit_log_event SET id = id + 100"],
)  # fmt: skip
@pytest.mark.usefixtures("each_database")
def test_the_database_refuses_to_change_or_remove_an_event(statement: str) -> None:
    write(3)
    with pytest.raises(DatabaseError, match="only added"):
        change(statement)
    assert Event.objects.filter(verb="test.done").count() == 3
    assert verify_log().n == 3


def test_postgresql_refuses_to_empty_the_table(each_database: str) -> None:
    if each_database != "postgresql":
        pytest.skip("SQLite has no TRUNCATE")
    write(1)
    with pytest.raises(DatabaseError, match="only added"):
        change("TRUNCATE audit_log_event")


@pytest.mark.usefixtures("each_database")
def test_an_event_goes_with_what_it_tells() -> None:
    write(1)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        undone()
    write(1)
    assert not Event.objects.filter(verb="test.undone").exists()
    assert verify_log() == chain.Verification(2, Event.objects.order_by("-pk")[0].hash)


@pytest.mark.usefixtures("each_database")
def test_an_event_outside_a_transaction_is_refused() -> None:
    with pytest.raises(transaction.TransactionManagementError):
        record("test.done")


@pytest.mark.usefixtures("each_database")
def test_many_writers_at_once_keep_one_whole_chain() -> None:
    def writer(_number: int) -> None:
        try:
            write(EACH)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(writer, range(WRITERS)))
    found = verify_log()
    assert (found.n, found.broken_id) == (WRITERS * EACH, None)
    assert len(set(Event.objects.values_list("previous_hash", flat=True))) == WRITERS * EACH


@pytest.mark.parametrize(
    ("statement", "first"),
    [
        ("UPDATE audit_log_event SET details = '{}' WHERE id = {3}", 3),
        ("UPDATE audit_log_event SET actor_id = 7 WHERE id = {2}", 2),
        ("DELETE FROM audit_log_event WHERE id = {4}", 5),
        ("DELETE FROM audit_log_event WHERE id = {1}", 2),
    ],
)
def test_a_change_behind_the_triggers_is_named(
    each_database: str, statement: str, first: int
) -> None:
    write(5)
    ids = list(Event.objects.order_by("pk").values_list("pk", flat=True))
    without_triggers(each_database)
    for number in range(1, 6):
        statement = statement.replace(f"{{{number}}}", str(ids[number - 1]))
    change(statement)
    found = verify_log()
    assert found.broken_id == ids[first - 1]


def test_a_cut_off_end_shows_by_the_head_that_was_written_down(each_database: str) -> None:
    write(4)
    head = verify_log().head
    without_triggers(each_database)
    change("DELETE FROM audit_log_event WHERE id = (SELECT max(id) FROM audit_log_event)")
    assert verify_log().broken_id is None
    assert verify_log().head != head


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9) | st.none()))
def test_what_is_hashed_is_the_same_in_any_order(details: dict[str, Any]) -> None:
    turned = dict(reversed(details.items()))
    assert chain.canonical(details) == chain.canonical(turned)


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_reading_the_log_is_recorded_and_pages_and_filters_work(client: Client) -> None:
    officer = make_account(Role.DATA_PROTECTION, name="Dora")
    write(60)
    client.force_login(officer)
    first = client.get("/en/work/log/").content.decode()
    assert first.count("<tr>") == 51
    assert "Page 1 of 2" in first
    narrowed = client.get("/en/work/log/?verb=log.read&first_day=2000-01-01").content.decode()
    assert "Dora" in narrowed
    assert "test.done" not in narrowed.split("<tbody>")[1]
    read = Event.objects.filter(verb="log.read")
    assert [event.actor_id for event in read] == [officer.pk]  # once an hour of a session


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_the_log_is_narrowed_to_one_object(client: Client) -> None:
    write(3)
    client.force_login(make_account(Role.DATA_PROTECTION))
    page = client.get("/en/work/log/?kind=thing&object=1").content.decode()
    assert page.split("<tbody>")[1].count("<tr>") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
def test_an_export_holds_every_hash_and_is_noted(client: Client) -> None:
    write(4)
    client.force_login(make_account(Role.DATA_PROTECTION))
    text = b"".join(client.get("/en/work/log/jsonl/").streaming_content).decode()
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["hash"] for row in rows] == list(
        Event.objects.order_by("pk").values_list("hash", flat=True)[: len(rows)]
    )
    assert all(a["hash"] == b["previous_hash"] for a, b in pairwise(rows))
    assert Event.objects.get(verb="log.exported").facts["n"] == 4
    assert client.get("/en/work/log/exe/").status_code == 404
    table = b"".join(client.get("/en/work/log/csv/?verb=test.done").streaming_content).decode()
    assert len(table.splitlines()) == 5


def test_a_cut_off_end_shows_by_the_seal(each_database: str, tmp_path: Path, settings: Any) -> None:
    settings.CONVIVE_WORKSPACE = str(tmp_path)
    write(4)
    sealed = seal(timezone.now())
    assert missing_heads() == []
    assert missing_heads(sealed.head) == []
    without_triggers(each_database)
    change("DELETE FROM audit_log_event WHERE id = (SELECT max(id) FROM audit_log_event)")
    assert missing_heads() == [sealed.head]
    Seal.objects.all().delete()  # the file beside the database still tells
    assert missing_heads() == [sealed.head]
    assert missing_heads("f" * 64) == sorted([sealed.head, "f" * 64])


@pytest.mark.django_db
@pytest.mark.usefixtures("site")
@pytest.mark.parametrize("question", ["page=9999", "page=x", "verb=%00", "first_day=2026-99-01",
                                      "account=1e9", "account=99999999999999999999"])  # fmt: skip
def test_hostile_questions_get_an_ordinary_page(client: Client, question: str) -> None:
    client.force_login(make_account(Role.COORDINATOR))
    assert client.get(f"/en/work/log/?{question}").status_code == 200
