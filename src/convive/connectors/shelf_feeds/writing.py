"""Writes a feed of the shelf as Atom (RFC 4287)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from convive.app.atom import MEDIA_TYPE, AtomEntry, AtomFeed, AtomLink
from convive.app.shelf.feed import BUNDLE_TYPE, Feed
from convive.connectors.atom import NAMESPACE, write_atom

__all__ = ["MEDIA_TYPE", "NAMESPACE", "write_feed"]


def write_feed(feed: Feed, address: str) -> bytes:
    """Return a feed as a file: the same feed gives the same bytes.

    Parameters
    ----------
    feed : Feed
    address : str
        Where it can be fetched.
    """
    entries = [
        AtomEntry(
            id=one.id, title=one.title, updated=_moment(one.updated), text=one.summary,
            links=(AtomLink("enclosure", one.bundle, BUNDLE_TYPE),), is_summary=False,
        )
        for one in feed.items
    ]  # fmt: skip
    return write_atom(
        AtomFeed(
            id=feed.id, title=feed.title, author=feed.publisher, updated=_moment(feed.updated),
            links=(AtomLink("self", address, MEDIA_TYPE),), entries=tuple(entries),
        )
    )  # fmt: skip


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
