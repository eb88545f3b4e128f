"""Somebody who owns the whole database tries to pair invitations with answers."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction

from convive.app.fieldwork.mixing import SMALLEST_GROUP
from convive.web.audit_log.models import Event
from convive.web.fieldwork.actions.answer import answer
from convive.web.fieldwork.actions.receive import Envelope, receive
from convive.web.fieldwork.actions.wave_closing import close_wave
from convive.web.fieldwork.models import Campaign, HeldAnswer, Invitation, Submission
from convive.web.fieldwork.selectors.wave_privacy import attempts
from factories import waves

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
CELLS = {("north", "N1"): 70, ("north", "N2"): 40, ("south", "S1"): 60}
Rows = list[dict[str, Any]]


def dump() -> dict[str, Rows]:
    """Every row of every table, with what the database adds to it of its own."""
    own = (
        "ctid::text AS place_, xmin::text AS writer_"
        if connection.vendor == "postgresql"
        else "rowid AS place_"
    )
    found: dict[str, Rows] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if not table.startswith(("fieldwork_", "audit_log_", "accounts_", "django_session")):
                continue
            cursor.execute(f'SELECT *, {own} FROM "{table}"')
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return found


def orders(rows: Rows) -> dict[str, Rows]:
    """Rows in every order that a column gives."""
    if not rows:
        return {}
    by_writer = (
        (lambda row: (int(row["writer_"]), str(row["place_"]))) if "writer_" in rows[0] else None
    )
    found = {name: sorted(rows, key=lambda row, n=name: _sortable(row[n])) for name in rows[0]}
    return found | ({"writer_": sorted(rows, key=by_writer)} if by_writer else {})


def _sortable(value: Any) -> tuple[int, Any]:
    if isinstance(value, str) and value.startswith("("):
        page, line = value.strip("()").split(",")
        return (0, int(page) * 10_000 + int(line))
    return (0, value) if isinstance(value, int | float) else (1, str(value))


def pair_by_order(used: Rows, kept: Rows, truth: dict[str, int]) -> tuple[float, str]:
    """The best that any two orders give: part of the answers that are paired rightly."""
    best = (0.0, "")
    for (a, ours), (b, theirs) in itertools.product(orders(used).items(), orders(kept).items()):
        for turned in (ours, ours[::-1]):
            hits = sum(
                truth.get(_key(one["id"])) == waves.number_of(_answers(other))
                for one, other in zip(turned, theirs, strict=False)
            )
            best = max(best, (hits / max(len(kept), 1), f"{a} ~ {b}"))
    return best


def pair_by_value(used: Rows, kept: Rows, truth: dict[str, int]) -> tuple[float, str]:
    """The best that any two columns give whose values agree for one row only on either side."""
    best = (0.0, "")
    for a, b in itertools.product(used[0], kept[0]):
        if (a, b) == ("place_", "place_"):
            continue  # two numberings agree somewhere by chance; orders are tried apart
        ours, theirs = _once(used, a), _once(kept, b)
        hits = sum(
            truth.get(_key(ours[value]["id"])) == waves.number_of(_answers(theirs[value]))
            for value in ours.keys() & theirs.keys()
        )
        best = max(best, (hits / len(kept), f"{a} = {b}"))
    return best


def pair_by_cell(kept: Rows) -> int:
    """The smallest number of answers among which somebody's is, by stratum and area."""
    sizes = Counter((row["stratum"], row["area_id"]) for row in kept)
    return min(sizes.values())


def _once(rows: Rows, name: str) -> dict[str, dict[str, Any]]:
    sizes = Counter(str(row[name]) for row in rows)
    return {str(row[name]): row for row in rows if sizes[str(row[name])] == 1}


def _key(value: Any) -> str:
    return uuid.UUID(str(value)).hex


def _answers(row: dict[str, Any]) -> dict[str, Any]:
    return row["answers"] if isinstance(row["answers"], dict) else json.loads(row["answers"])


def take_part(wave: Campaign, n: int, *, shuffled: bool = True) -> dict[str, int]:
    """Let n people answer; return what only the test knows: invitation → number of its answer."""
    chosen = list(wave.invitations.all())
    if shuffled:
        random.Random(7).shuffle(chosen)
    truth: dict[str, int] = {}
    for number, one in enumerate(chosen[:n]):
        moment = NOW + timedelta(minutes=7 * number)
        answer(
            one, waves.marked(number), form_id=uuid.uuid4(), language="en", photos={}, now=moment
        )
        truth[one.pk.hex] = number
    return truth


def seen() -> tuple[Rows, Rows]:
    tables = dump()
    used = [row for row in tables["fieldwork_invitation"] if row["is_used"]]
    return used, tables["fieldwork_submission"]


@pytest.mark.parametrize("shuffled", [True, False], ids=["any order", "in the order of the table"])
@pytest.mark.usefixtures("each_database")
def test_the_owner_of_the_database_pairs_no_more_than_chance_allows(
    shuffled: bool,
) -> None:
    wave = waves.drawn(CELLS)
    truth = take_part(wave, 120, shuffled=shuffled)
    used, kept = seen()
    assert len(used) == 120
    assert len(kept) >= 80, "most answers have moved on"
    rate, how = pair_by_order(used, kept, truth)
    assert rate <= 1 / SMALLEST_GROUP + 0.12, how
    assert pair_by_value(used, kept, truth)[0] == 0, "no column leads from one to the other"
    assert pair_by_cell(kept) >= SMALLEST_GROUP
    close_wave(wave, now=NOW + timedelta(days=20), by=None)
    used, kept = seen()
    assert len(kept) == 120, "no answer is lost"
    assert pair_by_order(used, kept, truth)[0] <= 1 / SMALLEST_GROUP + 0.12
    assert pair_by_value(used, kept, truth)[0] == 0
    assert all(one.is_safe for one in attempts(wave)), attempts(wave)


def test_the_attacker_is_able_where_answers_are_written_at_once(each_database: str) -> None:
    wave = waves.drawn({("north", "N1"): 60})
    truth = {}
    for number, one in enumerate(wave.invitations.all()):
        with transaction.atomic():
            Invitation.objects.filter(pk=one.pk).update(is_used=True)
            form = Envelope(uuid.uuid4(), wave, "web", waves.marked(number))
            receive(form, now=NOW)
        truth[one.pk.hex] = number
    used, kept = seen()
    assert pair_by_order(used, kept, truth)[0] == 1.0
    if each_database == "postgresql":
        check = {one.code: one.is_safe for one in attempts(wave)}
        assert not check["transactions"]
        assert not check["batches"]


@pytest.mark.usefixtures("each_database")
def test_between_two_copies_of_the_database_an_answer_hides_among_others() -> None:
    wave = waves.drawn({("north", "N1"): 60})
    take_part(wave, 9)
    before = dump()
    assert before["fieldwork_submission"] == [], "nothing is readable before enough are there"
    someone = wave.invitations.filter(is_used=False).first()
    answer(someone, waves.marked(9), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)
    after = dump()
    added = after["fieldwork_submission"]
    assert len(added) == SMALLEST_GROUP, "five of ten moved on; whose they are, chance decided"
    left = {_key(row["id"]) for row in after["fieldwork_heldanswer"]}
    assert len(left) == SMALLEST_GROUP
    assert {_key(row["id"]) for row in added}.isdisjoint(
        {_key(row["id"]) for row in before["fieldwork_heldanswer"]}
    ), "what is kept has a number of its own"


def test_what_waits_cannot_be_read_nor_told_apart_by_its_length(each_database: str) -> None:
    wave = waves.drawn({("north", "N1"): 30})
    take_part(wave, 6)
    sealed = [bytes(one) for one in HeldAnswer.objects.values_list("sealed", flat=True)]
    assert len({len(one) for one in sealed}) == 1
    assert not any(b"very_big" in one or b"problem" in one for one in sealed)
    if each_database == "sqlite3":
        file = Path(connection.settings_dict["NAME"])
        for one in file.parent.glob(f"{file.name}*"):  # with the write-ahead log
            assert b'"problem_burglary"' not in one.read_bytes(), one.name


@pytest.mark.usefixtures("each_database")
def test_no_event_names_an_answer_or_tells_when_one_came() -> None:
    wave = waves.drawn(CELLS)
    take_part(wave, 60)
    keys = {str(pk) for pk in Submission.objects.values_list("pk", flat=True)}
    keys |= {str(pk) for pk in wave.invitations.values_list("pk", flat=True)}
    assert not [one for one in Event.objects.all() if one.object_id in keys]
    sizes = [one.facts["n"] for one in Event.objects.filter(verb="fieldwork.answers_released")]
    assert sizes
    assert min(sizes) >= SMALLEST_GROUP


@pytest.mark.usefixtures("each_database")
def test_a_crash_between_answer_and_release_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from convive.web.fieldwork.actions import answer as module

    wave = waves.drawn({("north", "N1"): 60})
    with monkeypatch.context() as patch:
        patch.setattr(module, "release", lambda *_a, **_k: 1 / 0)
        for number, one in enumerate(wave.invitations.all()[:12]):
            with pytest.raises(ZeroDivisionError):
                answer(one, waves.marked(number), form_id=uuid.uuid4(), language="en",
                       photos={}, now=NOW)  # fmt: skip
    assert (HeldAnswer.objects.count(), Submission.objects.count()) == (12, 0)
    last = wave.invitations.filter(is_used=False).first()
    answer(last, waves.marked(12), form_id=uuid.uuid4(), language="en", photos={}, now=NOW)
    assert (HeldAnswer.objects.count(), Submission.objects.count()) == (5, 8)
    close_wave(wave, now=NOW, by=None)
    assert sorted(waves.number_of(one.answers) for one in Submission.objects.all()) == list(
        range(13)
    )
