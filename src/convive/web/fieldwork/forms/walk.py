"""Reads a form as phones send it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from convive.catalogue.texts import languages
from convive.core.errors import RequestError
from convive.web.fieldwork.actions.receive import Envelope
from convive.web.fieldwork.models import AccessLink, Campaign, FormVersion, Place, Submission
from convive.web.fieldwork.selectors import walk as selectors

LARGEST_FORM = 2 * 1024 * 1024
"""Bytes of one form without its photos."""
DEEPEST = 40
"""Lists and mappings within one another; a form has a round in a round at most."""
CLOCK_SLACK = timedelta(days=1)
"""How far ahead the clock of a phone may be before its times are not believed."""


def read_envelope(data: bytes, identifier: UUID, link: AccessLink, *, now: datetime) -> Envelope:
    """Return a form as it was sent, for `receive`.

    Raises
    ------
    RequestError
        WALK_NOT_READABLE: no JSON of this shape; FORM_NOT_SERVED: a version that never was;
        PLACE_NOT_IN_CAMPAIGN.
    """
    found = _parsed(data)
    answers = found.get("answers")
    if not isinstance(answers, dict):
        raise RequestError("WALK_NOT_READABLE")
    daypart = found.get("daypart")
    return Envelope(
        id=identifier,
        campaign=link.campaign,
        form=_form(link, found.get("form")),
        channel=Submission.Channel.PHONE,
        answers=answers,
        link=link,
        rater=link.rater,
        place=_place(link, found.get("place")),
        daypart=str(daypart) if daypart in Campaign.Daypart.values else "",
        language=str(found.get("language")) if found.get("language") in languages() else "",
        started_at=_moment(found.get("startedAt"), now),
        ended_at=_moment(found.get("endedAt"), now),
    )


def _parsed(data: bytes) -> dict[str, Any]:
    try:
        if data.count(b"[") + data.count(b"{") > 50_000:
            raise RequestError("WALK_NOT_READABLE")
        found = json.loads(data.decode("utf-8"), parse_constant=_refuse_number)
        json.dumps(found, ensure_ascii=False).encode("utf-8")  # half a character is none
    except (ValueError, RecursionError) as error:
        raise RequestError("WALK_NOT_READABLE") from error
    if not isinstance(found, dict) or _is_deep(found):
        raise RequestError("WALK_NOT_READABLE")
    return found


def _refuse_number(name: str) -> float:
    raise ValueError(name)


def _is_deep(value: Any) -> bool:
    waiting = [(value, 1)]
    while waiting:
        one, depth = waiting.pop()
        if depth > DEEPEST:
            return True
        inner = one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
        waiting.extend((each, depth + 1) for each in inner)
    return False


def _form(link: AccessLink, given: Any) -> FormVersion:
    version = given.get("version") if isinstance(given, dict) else None
    instrument = given.get("instrument") if isinstance(given, dict) else None
    is_number = isinstance(version, int) and not isinstance(version, bool) and 0 < version < 2**31
    if not is_number or not isinstance(version, int):
        raise RequestError("WALK_NOT_READABLE")
    form = selectors.form_of(link.campaign, version)
    if form is None or instrument != form.instrument_id:
        raise RequestError("FORM_NOT_SERVED")
    return form


def _place(link: AccessLink, given: Any) -> Place | None:
    if given in (None, ""):
        return None
    place = selectors.place_of(link, str(given)[:40])
    if place is None:
        raise RequestError("PLACE_NOT_IN_CAMPAIGN")
    return place


def _moment(given: Any, now: datetime) -> datetime | None:
    """Return a time with its zone; None where it has none or lies ahead of any clock."""
    try:
        found = datetime.fromisoformat(str(given)[:40])
    except ValueError:
        return None
    if found.tzinfo is None or found > now + CLOCK_SLACK:
        return None
    return found
