"""Use cases of the room: what is there, and the protected cube of a source.

What the room shows is kept in the restricted store before anybody sees it, so that the next
version is protected against comparison with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from convive.app.differencing import readable
from convive.app.evidence_room.base import RoomCounts, listed_sources, name_of, read_counts
from convive.app.evidence_room.protection import LAST, Protected, protect, version_of
from convive.app.evidence_room.week import protect_week
from convive.app.evidence_room.week_counts import WeekCounts, read_week, week_name
from convive.app.ports import Kept, RestrictedStore, StoreSession
from convive.app.releases import remembered

KIND = "room"


@dataclass(frozen=True, slots=True)
class SourceHeld:
    """A source whose counts the room can open."""

    source_id: str
    n: int


def held_sources(store: RestrictedStore, *, actor: str) -> tuple[SourceHeld, ...]:
    """Return the sources that the last audit has left counts of; nothing is opened."""
    with store.session(actor=actor, purpose="list", read_only=True) as session:
        return tuple(SourceHeld(source, n) for source, n in listed_sources(session))


def opened_source(
    store: RestrictedStore, source_id: str, *, minimum: int, actor: str, purpose: str,
    served: Collection[str] = (),
) -> Protected | None:  # fmt: skip
    """Return the cube of a source as it is kept; None where it is not made or not current."""
    with store.session(actor=actor, purpose=purpose, read_only=True) as session:
        newest = _current(session, source_id, minimum, served)
        return None if newest is None else _read(session, newest)


def is_ready(
    store: RestrictedStore, source_id: str, *, minimum: int, actor: str,
    served: Collection[str] = (),
) -> bool:  # fmt: skip
    """Tell whether the cube of a source is made and current; it is not opened."""
    with store.session(actor=actor, purpose="list", read_only=True) as session:
        return _current(session, source_id, minimum, served) is not None


def version_wanted(
    store: RestrictedStore, source_id: str, *, minimum: int, actor: str,
    served: Collection[str] = (),
) -> str:  # fmt: skip
    """Return a digest of what the cube would be made from now; empty where there are no counts."""
    with store.session(actor=actor, purpose="list", read_only=True) as session:
        counts = session.find(name_of(source_id))
        if counts is None:
            return ""
        told = [*_digests(session, source_id), minimum, *_published(session, served)]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def prepare_source(
    store: RestrictedStore, source_id: str, *, minimum: int, actor: str, purpose: str,
    served: Collection[str] = (),
) -> Protected | None:  # fmt: skip
    """Make the cube of a source and keep it beside what was shown before; None without counts.

    Parameters
    ----------
    served : collection of str
        Moments at which the audits were built that the site keeps for its readers: what they
        tell is never forgotten, however long ago.

    Raises
    ------
    ConflictError
        STORE_LOCKED while another writes.
    """
    with store.session(actor=actor, purpose=purpose) as session:
        counts = read_counts(session, source_id)
        if counts is None:
            return None
        published = readable(remembered(session), served)
        versions = _versions(session, source_id)
        before = [_read(session, kept) for kept in versions[-LAST:]]
        week = read_week(session, source_id)
        told = version_of(counts, published, minimum)
        digest = hashlib.sha256(f"{told} {week.digest}".encode()).hexdigest() if week else told
        is_current = bool(before) and before[-1].digest == digest
        made, number = before[-1] if is_current else None, _number(versions)
        if made is None:
            made = protect(counts, minimum=minimum, published=published, before=before)
            made = replace(_with_week(made, counts, week, before, minimum), digest=digest)
            number += 1
            for old in versions[: -LAST + 1]:
                session.drop(old.name)
        told_now = _published(session, served)
        # Where only the list of editions is another, the same version is marked as current.
        if not is_current or versions[-1].meta.get("releases") != told_now:
            session.put(
                f"{KIND}/{source_id}/{number:06}", made.to_bytes(), kind=KIND,
                source_id=source_id, number=number, counts=_digests(session, source_id),
                minimum=minimum, releases=told_now,
            )  # fmt: skip
        session.commit()
        return made


def _with_week(
    made: Protected, counts: RoomCounts, week: WeekCounts | None, before: Sequence[Protected],
    minimum: int,
) -> Protected:  # fmt: skip
    """Return a cube with its hours of the week, where the source has them."""
    if week is None:
        return made
    earlier = [one.week for one in before if one.week is not None]
    return replace(made, week=protect_week(counts, week, made, minimum=minimum, before=earlier))


def _current(
    session: StoreSession, source_id: str, minimum: int, served: Collection[str]
) -> Kept | None:
    """Return the newest version that is kept, where it speaks of what is wanted now."""
    versions = _versions(session, source_id)
    if not versions or session.find(name_of(source_id)) is None:
        return None
    told = versions[-1].meta
    wanted = {
        "counts": _digests(session, source_id),
        "releases": _published(session, served),
        "minimum": minimum,
    }
    return versions[-1] if all(told.get(key) == one for key, one in wanted.items()) else None


def _versions(session: StoreSession, source_id: str) -> Sequence[Kept]:
    return sorted(session.listed(KIND, source_id), key=lambda kept: int(kept.meta["number"]))


def _number(versions: Sequence[Kept]) -> int:
    return int(versions[-1].meta["number"]) if versions else 0


def _digests(session: StoreSession, source_id: str) -> list[str]:
    """Return what tells the counts of a source from any others: cube and hours of the week."""
    names = (name_of(source_id), week_name(source_id))
    return [str(kept.meta["digest"]) for one in names if (kept := session.find(one)) is not None]


def _published(session: StoreSession, served: Collection[str]) -> list[str]:
    """Return what decides which publications are known, without opening any of them."""
    return [*sorted(kept.name for kept in session.listed("release")), *sorted(served)]


def _read(session: StoreSession, kept: Kept) -> Protected:
    return Protected.from_bytes(session.open(kept).read_bytes())
