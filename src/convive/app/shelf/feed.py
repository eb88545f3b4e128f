"""A feed: the published entries of a town, each with the address of the bundle that holds it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from convive.catalogue.texts import localised
from convive.core.model import Problem
from convive.core.shelf.bundle import Bundle

BUNDLE_TYPE = "application/json"
"""Media type of a bundle in the feed."""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One published entry."""

    id: str
    """The same wherever it is read: ``urn:convive:shelf:<fingerprint>:<id>``."""
    title: str
    summary: str
    updated: date
    bundle: str
    """Address of the bundle that holds it."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a town publishes, at one address."""

    id: str
    title: str
    publisher: str
    """What the town is called."""
    updated: date
    items: tuple[FeedItem, ...]

    @property
    def bundles(self) -> tuple[str, ...]:
        """Addresses of the bundles, once each, in the order of the feed."""
        return tuple(dict.fromkeys(one.bundle for one in self.items))


class FeedReading(Protocol):
    """What came of reading a feed."""

    @property
    def feed(self) -> Feed | None:
        """None where it cannot be used."""
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """Everything that is wrong."""
        ...


def feed_of(bundle: Bundle, address: str, *, language: str) -> Feed:
    """Return the feed of a town's newest bundle, the newest changes first.

    Parameters
    ----------
    bundle : Bundle
    address : str
        Where the bundle's file can be fetched.
    language : str
        Of titles and summaries, where the entry has it.
    """
    fingerprint = bundle.publisher.fingerprint
    items = [
        FeedItem(
            id=f"urn:convive:shelf:{fingerprint}:{one.practice.id}",
            title=localised(one.practice.title, language),
            summary=localised(one.practice.summary, language),
            updated=one.origin.changed_on or bundle.made_on,
            bundle=address,
        )
        for one in bundle.entries
    ]
    newest = sorted(items, key=lambda one: (-one.updated.toordinal(), one.id))
    return Feed(
        id=f"urn:convive:shelf:{fingerprint}",
        title=bundle.publisher.name,
        publisher=bundle.publisher.name,
        updated=bundle.made_on,
        items=tuple(newest),
    )
