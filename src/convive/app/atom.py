"""What a feed in Atom (RFC 4287) holds, whoever writes it: news for residents, entries for towns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class AtomLink:
    """A link of a feed or of an entry; `type` is empty where nobody needs to know it."""

    rel: str
    href: str
    type: str = ""


@dataclass(frozen=True, slots=True)
class AtomEntry:
    """One entry: a name that never changes, when, in words, and where to read on."""

    id: str
    title: str
    updated: datetime
    text: str
    links: tuple[AtomLink, ...]
    is_summary: bool = True
    """Whether `text` is a summary of what the link leads to; else it is the entry itself."""


@dataclass(frozen=True, slots=True)
class AtomFeed:
    """A feed with its entries in the order in which they are written.

    Attributes
    ----------
    updated : datetime, with a time zone
    language : str
        Empty where the entries are in several.
    """

    id: str
    title: str
    author: str
    updated: datetime
    links: tuple[AtomLink, ...]
    entries: tuple[AtomEntry, ...]
    language: str = ""
