"""Publishes what a town stands by, and reads what others publish; a person accepts, nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from convive.app.shelf.ports import BundleFiles, ShelfKeys
from convive.core.errors import DatasetError
from convive.core.model import Problem
from convive.core.shelf.bundle import Answer, Bundle, Question, Trust, publisher_of
from convive.core.shelf.entry import Entry
from convive.core.shelf.merge import Accepted, Proposal, propose
from convive.core.shelf.publishing import Mail, next_bundle

_ANY_DAY = date(9999, 1, 1)
"""What went out is read again whatever the clock says now."""


@dataclass(frozen=True, slots=True)
class Published:
    """What went out."""

    bundle: Bundle
    content: bytes
    is_new: bool
    """False where there was nothing new to say: it is the newest bundle once more."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came in: nothing of it stands on the shelf until somebody accepts it."""

    bundle: Bundle | None
    problems: tuple[Problem, ...]
    proposals: tuple[Proposal, ...]
    trust: Trust
    """Whom to listen to from now on; as before where the bundle was refused."""


def publish(
    entries: Iterable[Entry],
    name: str,
    *,
    keys: ShelfKeys,
    files: BundleFiles,
    now: datetime,
    mail: Mail | None = None,
) -> Published:
    """Make, sign and keep the next bundle of a town.

    Parameters
    ----------
    entries : iterable of Entry
        All that the town stands by now.
    name : str
        What the town is called.
    now : datetime
        With a zone.
    mail : Mail, optional
        Its questions and answers; without it none.

    Raises
    ------
    DatasetError
        SHELF_NOT_WRITTEN with everything that others would refuse; nothing is kept then.
    StorageError
        SHELF_KEY_UNREADABLE, SHELF_KEY_NOT_WRITTEN, SHELF_PUBLISHED_UNREADABLE.
    """
    ring = keys.open()
    kept = keys.published()
    last = None
    if kept is not None:
        reading = files.read(kept, "published.json", today=_ANY_DAY)
        if reading.bundle is None:
            raise DatasetError("SHELF_PUBLISHED_DAMAGED", reading.problems)
        last = reading.bundle
    publisher = publisher_of(name, ring.current.key)
    bundle = next_bundle(
        entries, last, publisher, now=now, mail=mail or Mail(), successor=ring.successor
    )
    if kept is not None and bundle == last:
        if ring.successor is not None:  # announced, but somebody pulled the plug before it counted
            keys.keep_published(kept)
        return Published(bundle, kept, is_new=False)
    content = files.write(bundle, ring.current)
    keys.keep_published(content)
    return Published(bundle, content, is_new=True)


def receive(
    data: bytes,
    name: str,
    *,
    files: BundleFiles,
    trust: Trust,
    accepted: Iterable[Accepted],
    today: date,
) -> Received:
    """Read a bundle of another town and say what it proposes; nothing is changed by it.

    Parameters
    ----------
    data, name
        The file as it came.
    trust : Trust
        Whose bundles are read here.
    accepted : iterable of Accepted
        The shelf's received entries.
    """
    reading = files.read(data, name, today=today, trust=trust)
    bundle, problems = reading.bundle, tuple(reading.problems)
    if bundle is None:
        return Received(None, problems, (), trust)
    known = trust.known[bundle.publisher.fingerprint]
    return Received(bundle, problems, propose(bundle, accepted, known), trust.after(bundle))


def questions_to(bundle: Bundle, own: frozenset[str]) -> tuple[Question, ...]:
    """Return the questions of a bundle about entries of this town."""
    return tuple(one for one in bundle.questions if one.about.partition("/")[0] in own)


def answers_to(bundle: Bundle, own: frozenset[str]) -> tuple[Answer, ...]:
    """Return the answers of a bundle to this town."""
    return tuple(one for one in bundle.answers if one.to in own)
