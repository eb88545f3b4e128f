"""What a submission says about itself: of which form and version it is, its id, its times."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from convive.core.errors import RequestError

_EARLIEST = 2015
_CLOCK_AHEAD = timedelta(days=1)


@dataclass(frozen=True)
class Root:
    """The root element of a submission."""

    form_id: str
    version: str


def root_of(data: bytes) -> Root:
    """Return what the root element says; reads no further.

    Raises
    ------
    RequestError
        OPENROSA_NOT_XML, also for XML with a document type or entities.
    """
    try:
        for _, element in iterparse(io.BytesIO(data), events=("start",), forbid_dtd=True):
            local = str(element.tag).rpartition("}")[2]
            return Root(element.get("id") or local, element.get("version") or "")
    except (DefusedXmlException, ParseError, ValueError, LookupError) as broken:
        raise RequestError("OPENROSA_NOT_XML") from broken
    raise RequestError("OPENROSA_NOT_XML")


def instance_uuid(instance_id: str, namespace: UUID) -> UUID:
    """Return the id under which a form is kept: always the same for the same ``instanceID``.

    Raises
    ------
    RequestError
        OPENROSA_NO_ID.

    Examples
    --------
    >>> space = UUID(int=0)
    >>> str(instance_uuid("uuid:6f9619ff-8b86-d011-b42d-00cf4fc964ff", space))
    '6f9619ff-8b86-d011-b42d-00cf4fc964ff'
    >>> instance_uuid("form 7", space) == instance_uuid("form 7", space)
    True
    """
    text = instance_id.strip()
    if not text:
        raise RequestError("OPENROSA_NO_ID")
    try:
        return UUID(text.removeprefix("uuid:"))
    except ValueError:
        return uuid5(namespace, text[:1000])


def moment_of(text: str, *, now: datetime) -> datetime | None:
    """Return the time that the clock of a device gave; None where it cannot be true.

    Parameters
    ----------
    now : datetime
        Aware; a clock that is more than a day ahead of it is wrong.
    """
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=now.tzinfo)
    try:
        is_credible = found.year >= _EARLIEST and found <= now + _CLOCK_AHEAD
    except OverflowError:
        return None
    return found if is_credible else None
