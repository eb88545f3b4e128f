"""Reads an Atom feed of somebody else: no entities, no markup, nothing fetched."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from convive.app.shelf.feed import Feed, FeedItem
from convive.app.shelf.subscriptions import MOST_FEED_BYTES
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.shelf_bundles.safe_texts import text_faults
from convive.connectors.shelf_feeds.writing import NAMESPACE
from convive.connectors.xlsform.findings import Findings
from convive.core.model import Problem

MOST_ITEMS = 2_000
LONGEST = 2_000
"""Characters of a title, a summary or an address."""


@dataclass(frozen=True, slots=True)
class FeedReading:
    """A feed, or None with what is wrong; items that cannot be used are left out and named."""

    feed: Feed | None
    problems: tuple[Problem, ...]


def read_feed(data: bytes, name: str) -> FeedReading:
    """Return the feed of a file's bytes; never raises for what it is given.

    Parameters
    ----------
    data : bytes
        As they came; more than `MOST_FEED_BYTES` are not looked at.
    name : str
        Of the file or its address, for the messages.
    """
    found = Findings(name)
    try:
        feed = _feed(_root(data), found)
    except RefusedError as refused:
        found.add(refused.code, **refused.data)
        feed = None
    return FeedReading(feed, found.problems)


def _root(data: bytes) -> Element:
    if len(data) > MOST_FEED_BYTES:
        raise RefusedError("FEED_FILE_TOO_LARGE", megabytes=MOST_FEED_BYTES // 1024**2)
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise RefusedError("FEED_NOT_XML") from error
    if root.tag != _tag("feed"):
        raise RefusedError("FEED_NOT_ATOM")
    if len(root.findall(_tag("entry"))) > MOST_ITEMS:
        raise RefusedError("FEED_TOO_MANY", limit=MOST_ITEMS)
    return root


def _feed(root: Element, found: Findings) -> Feed:
    values = {name: _said(root, name) for name in ("id", "title", "updated")}
    updated = _day(values["updated"])
    wrong = [name for name, value in values.items() if not value or not _is_safe(value)]
    publisher = _said(root, "author/name") or values["title"]
    if wrong or updated is None or not _is_safe(publisher):
        raise RefusedError("FEED_NOT_ATOM")
    items = tuple(_items(root, found))
    return Feed(values["id"], values["title"], publisher, updated, items)


def _items(root: Element, found: Findings) -> Iterator[FeedItem]:
    for number, entry in enumerate(root.findall(_tag("entry")), start=1):
        item, wrong = _item(entry)
        if item is not None and not wrong:
            yield item
        for field in wrong:
            found.add("FEED_BAD_ITEM", row=number, column=field)


def _item(entry: Element) -> tuple[FeedItem | None, list[str]]:
    """Return an item, or the names of the elements that are missing or cannot be used."""
    values = {name: _said(entry, name) for name in ("id", "title", "updated")}
    values["content"] = _said(entry, "content") or _said(entry, "summary")
    links = [one.get("href", "") for one in entry.findall(_tag("link")) if one.get("rel") == "enclosure"]  # fmt: skip
    values["link"] = links[0].strip() if links else ""
    updated = _day(values["updated"])
    wrong = [name for name, value in values.items() if not _is_safe(value)]
    wrong += [name for name in ("id", "title", "link") if not values[name]]
    if updated is None:
        return None, [*wrong, "updated"]
    return (
        FeedItem(values["id"], values["title"], values["content"], updated, values["link"]),
        wrong,
    )


def _said(parent: Element, path: str) -> str:
    """Return the plain text of an element; elements inside it are markup and make it empty."""
    one = parent.find("/".join(map(_tag, path.split("/"))))
    if one is None or len(one):
        return ""
    return (one.text or "").strip()


def _is_safe(text: str) -> bool:
    faults: list[Any] = list(text_faults(text))
    return len(text) <= LONGEST and not faults


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _tag(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
