"""Tries to pair invitations with answers, in the database as it is now, and says how it went.

What an owner of the whole database could try: values in common, the transaction or the place on
the disk that a row was written in, times, events of the log, groups of one.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from convive.app.fieldwork.mixing import SMALLEST_GROUP
from convive.web.audit_log.models import Event
from convive.web.fieldwork.models import Campaign, HeldAnswer, Invitation, Submission

SHARED_BY_DESIGN = frozenset({"campaign_id", "stratum", "area_id", "language"})
"""Columns that both tables have on purpose; `groups` sees to it that they single nobody out."""

SAVEPOINTS = 8
"""How many numbers of transactions after an invitation's its answer's may be, in one request."""


@dataclass(frozen=True)
class Attempt:
    """One way of pairing and what it gave.

    Parameters
    ----------
    code : str
        ``values groups transactions batches times log sealed``; in words ``waves.check.<code>``.
    is_safe : bool
        Whether it failed, as it should.
    data : dict
        Numbers for the sentence.
    """

    code: str
    is_safe: bool
    data: dict[str, Any]


def attempts(wave: Campaign) -> list[Attempt]:
    """Return every attempt on a wave, in the order in which they are told."""
    return [
        _values(wave),
        _groups(wave),
        _transactions(wave),
        _batches(wave),
        _times(wave),
        _log(wave),
        _sealed(wave),
    ]


def _values(wave: Campaign) -> Attempt:
    """Compare every column of the invitations with every column of the answers."""
    ours = _columns(Invitation, Invitation.objects.filter(campaign=wave, is_used=True))
    theirs = _columns(Submission, Submission.objects.filter(campaign=wave))
    pairs = [
        len(a & b)
        for name, a in ours.items()
        for other, b in theirs.items()
        if not (name in SHARED_BY_DESIGN and other in SHARED_BY_DESIGN) and _is_telling(a & b)
    ]
    return Attempt("values", not pairs, {"n": len(ours) * len(theirs), "found": sum(pairs)})


def _groups(wave: Campaign) -> Attempt:
    """Look for the smallest group of answers that look alike in what the frame knows too."""
    rows = wave.submissions.values_list("stratum", "area_id", "language")
    sizes = Counter(rows) if wave.sampling == Campaign.Sampling.FRAME else Counter()
    smallest = min(sizes.values(), default=0)
    return Attempt(
        "groups",
        not sizes or smallest >= SMALLEST_GROUP,
        {"smallest": smallest, "least": SMALLEST_GROUP},
    )


def _transactions(wave: Campaign) -> Attempt:
    """Ask PostgreSQL which transaction wrote each row; an invitation and an answer share none."""
    if connection.vendor != "postgresql":
        return Attempt("transactions", is_safe=True, data={"n": 0})
    # Closing writes all of them at once, which tells nothing; a few written with answers would.
    # What is written behind a savepoint has a number of its own, one of the next after its parent's.
    statement = (
        "WITH inv AS (SELECT xmin::text::bigint AS w, count(*) AS n FROM fieldwork_invitation"
        " WHERE campaign_id = %s AND is_used GROUP BY 1), ans AS (SELECT xmin::text::bigint AS w,"
        " count(*) AS n FROM fieldwork_submission WHERE campaign_id = %s GROUP BY 1)"
        " SELECT coalesce(sum(inv.n), 0) FROM inv WHERE inv.n < %s AND EXISTS (SELECT 1 FROM ans"
        " WHERE ans.w = inv.w OR (ans.n < %s AND ans.w BETWEEN inv.w AND inv.w + %s))"
    )
    least = SMALLEST_GROUP
    with connection.cursor() as cursor:
        cursor.execute(statement, [wave.pk, wave.pk, least, least, SAVEPOINTS])
        found = int(cursor.fetchone()[0])
    return Attempt("transactions", not found, {"n": found})


def _batches(wave: Campaign) -> Attempt:
    """Look for the smallest number of answers that were written together."""
    events = Event.objects.filter(
        verb="fieldwork.answers_released", object_kind="campaign", object_id=str(wave.pk)
    )
    sizes = [int(one.facts["n"]) for one in events]
    if connection.vendor == "postgresql" and wave.sampling == Campaign.Sampling.FRAME:
        statement = (
            "SELECT count(*) FROM fieldwork_submission WHERE campaign_id = %s GROUP BY xmin::text"
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [wave.pk])
            sizes += [row[0] for row in cursor.fetchall()]
    smallest = min(sizes, default=0)
    is_safe = not sizes or smallest >= SMALLEST_GROUP
    return Attempt("batches", is_safe, {"smallest": smallest, "least": SMALLEST_GROUP})


def _times(wave: Campaign) -> Attempt:
    """Look for times of day; a week is all that an answer may know."""
    timed = wave.submissions.exclude(started_at=None, ended_at=None, received_at=None).count()
    if wave.sampling == Campaign.Sampling.FRAME:
        timed += sum(1 for (day,) in wave.submissions.values_list("filled_on") if day.weekday())
    return Attempt("times", not timed, {"n": timed})


def _log(wave: Campaign) -> Attempt:
    """Look for events that name an answer or an invitation."""
    named = {str(key) for key in wave.submissions.values_list("pk", flat=True)}
    named |= {str(key) for key in wave.invitations.values_list("pk", flat=True)}
    events = Event.objects.exclude(object_id="").values_list("object_id", flat=True)
    found = sum(1 for one in events.iterator() if one in named)
    return Attempt("log", not found, {"n": found})


def _sealed(wave: Campaign) -> Attempt:
    """Look for answers that wait unsealed, or sealed to lengths that tell them apart."""
    rows = HeldAnswer.objects.filter(campaign=wave).values_list("sealed", flat=True)
    lengths = Counter(len(one) for one in rows)
    open_ones = sum(1 for one in rows if _can_be_read(bytes(one)))
    return Attempt("sealed", not open_ones, {"n": sum(lengths.values()), "kinds": len(lengths)})


def _can_be_read(data: bytes) -> bool:
    """Tell whether bytes are answers as they are; a sealed one may begin like them by chance."""
    try:
        json.loads(data.rstrip(b"\0 "))
    except ValueError:
        return False
    return True


def _columns(model: type[models.Model], rows: Any) -> dict[str, frozenset[str]]:
    names = [field.attname for field in model._meta.concrete_fields]
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    for values in rows.values_list(*names).iterator():
        for name, value in zip(names, values, strict=True):
            found[name][str(value)] += 1
    # A value that several rows have leads to none of them; groups are looked at apart.
    return {
        name: frozenset(value for value, n in values.items() if n == 1)
        for name, values in found.items()
    }


def _is_telling(shared: frozenset[str]) -> bool:
    """Whether values in common could lead from one row to another: not "nothing" or yes and no."""
    return bool(shared - {"", "None", "True", "False", "0", "1", "2", "3", "[]", "{}"})
