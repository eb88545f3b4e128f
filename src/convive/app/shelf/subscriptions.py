"""Subscriptions to the feeds of other towns: when to look, what came of it, when to try again.

The state is plain values; whoever keeps it decides where. What is fetched becomes proposals for a
person. Nothing that was fetched is taken over by itself, and what failed is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol
from urllib.parse import urljoin, urlsplit

from convive.app.shelf.exchange import Received, receive
from convive.app.shelf.feed import FeedReading
from convive.app.shelf.ports import MOST_BUNDLE_BYTES, BundleFiles, FeedFetcher, Fetched
from convive.core.errors import SourceError
from convive.core.model import Problem
from convive.core.shelf.bundle import Trust
from convive.core.shelf.merge import Accepted

EVERY = timedelta(days=1)
"""Between two looks at a feed that works."""
FIRST_PAUSE = timedelta(hours=1)
"""After the first failure; doubled with every further one."""
LONGEST_PAUSE = timedelta(days=7)
MOST_FEED_BYTES = 2 * 1024 * 1024
MOST_BUNDLES = 10
"""Bundles that one look at a feed fetches."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A feed that somebody here follows."""

    address: str
    next_due: datetime
    tag: str = ""
    """What the server called the feed's state at the last visit."""
    last_good: datetime | None = None
    """When it was last read without an error."""
    failures: int = 0
    """In a row."""
    error: str = ""
    """Code of the last one, ``error.<code>``; empty where the last look was good."""

    def is_due(self, now: datetime) -> bool:
        """Tell whether it is time to look."""
        return self.next_due <= now


@dataclass(frozen=True, slots=True)
class Look:
    """What came of one look at a feed."""

    subscription: Subscription
    """As it is to be kept."""
    trust: Trust
    """Whom to listen to from now on."""
    received: tuple[Received, ...] = ()
    """One a bundle, refused ones too."""
    problems: tuple[Problem, ...] = ()
    """Of the feed itself."""


class FeedFiles(Protocol):
    """Reads feeds; see `convive.connectors.shelf_feeds`."""

    def read(self, data: bytes, name: str) -> FeedReading:
        """Return the feed of a file, or what is wrong with it."""
        ...


@dataclass(frozen=True, slots=True)
class Reach:
    """What a look needs of the outside."""

    fetcher: FeedFetcher
    feeds: FeedFiles
    bundles: BundleFiles


def look(
    subscription: Subscription,
    *,
    reach: Reach,
    trust: Trust,
    accepted: Iterable[Accepted],
    now: datetime,
) -> Look:
    """Fetch a feed and its bundles; return proposals, and the subscription as it is from now on.

    A bundle that was read already is passed over in silence: a feed names its newest one at
    every visit. Bundles on another server than the feed's are not fetched.

    Parameters
    ----------
    subscription : Subscription
    reach : Reach
    trust : Trust
        Whose bundles are read here.
    accepted : iterable of Accepted
    now : datetime
        With a zone.
    """
    try:
        fetched = reach.fetcher.fetch(
            subscription.address, most=MOST_FEED_BYTES, tag=subscription.tag
        )
        if fetched.is_unchanged:
            return Look(_good(subscription, subscription.tag, now), trust)
        return _read(subscription, fetched, reach, (trust, tuple(accepted)), now)
    except SourceError as error:
        return Look(_failed(subscription, error.code, now), trust)


def _read(
    subscription: Subscription,
    fetched: Fetched,
    reach: Reach,
    known: tuple[Trust, tuple[Accepted, ...]],
    now: datetime,
) -> Look:
    trust, accepted = known
    reading = reach.feeds.read(fetched.content, subscription.address)
    if reading.feed is None:
        failed = _failed(subscription, "FEED_UNREADABLE", now)
        return Look(failed, trust, problems=tuple(reading.problems))
    received: list[Received] = []
    for address in _addresses(subscription.address, reading.feed.bundles):
        content = reach.fetcher.fetch(address, most=MOST_BUNDLE_BYTES).content
        found = receive(
            content, address, files=reach.bundles, trust=trust, accepted=accepted, today=now.date()
        )
        trust = found.trust
        if not _is_old_news(found):
            received.append(found)
    if all(one.bundle is not None for one in received):
        kept = _good(subscription, fetched.tag, now)
    else:  # without the mark: once somebody trusts the town, the same feed is read again
        kept = replace(_failed(subscription, "FEED_BUNDLE_REFUSED", now), tag="")
    return Look(kept, trust, tuple(received), tuple(reading.problems))


def _addresses(feed: str, named: Iterable[str]) -> list[str]:
    """Return full addresses on the feed's own server, the oldest bundle first."""
    home = urlsplit(feed)
    full = [urljoin(feed, one) for one in named]
    there = [one for one in full if urlsplit(one)[:2] == home[:2]]
    return list(reversed(there[:MOST_BUNDLES]))


def _is_old_news(found: Received) -> bool:
    return bool(found.problems) and all(one.code == "SHELF_REPLAYED" for one in found.problems)


def _good(subscription: Subscription, tag: str, now: datetime) -> Subscription:
    return replace(
        subscription, tag=tag, next_due=now + EVERY, last_good=now, failures=0, error=""
    )  # fmt: skip


def _failed(subscription: Subscription, code: str, now: datetime) -> Subscription:
    failures = subscription.failures + 1
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), LONGEST_PAUSE)
    return replace(subscription, next_due=now + pause, failures=failures, error=code)
