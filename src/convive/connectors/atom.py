"""Writes a feed as Atom (RFC 4287); the same feed gives the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from convive.app.atom import AtomEntry, AtomFeed, AtomLink

NAMESPACE = "http://www.w3.org/2005/Atom"
_SPACES = "\t\n\r"
_SURROGATES = range(0xD800, 0xE000)
_NO_SIGNS = frozenset({0xFFFE, 0xFFFF})


def write_atom(feed: AtomFeed) -> bytes:
    """Return a feed as a file."""
    # Written out: a registered namespace would be the whole process's, pictures (SVG) included.
    root = Element("feed", {"xmlns": NAMESPACE})
    if feed.language:
        root.set("xml:lang", feed.language)
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", _moment(feed.updated))
    _text(SubElement(root, "author"), "name", feed.author)
    _links(root, feed.links)
    for one in feed.entries:
        _entry(root, one)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _entry(root: Element, one: AtomEntry) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", one.id)
    _text(entry, "title", one.title)
    _text(entry, "updated", _moment(one.updated))
    _links(entry, one.links)
    if one.is_summary:
        _text(entry, "summary", one.text)
    else:
        _text(entry, "content", one.text, type="text")


def _links(parent: Element, links: Iterable[AtomLink]) -> None:
    for one in links:
        kind = {"type": one.type} if one.type else {}
        SubElement(parent, "link", {"rel": one.rel, **kind, "href": one.href})


def _text(parent: Element, name: str, text: str, **attributes: str) -> None:
    """Add an element; signs that XML does not know are left out."""
    SubElement(parent, name, attributes).text = "".join(filter(_is_known, text))


def _is_known(sign: str) -> bool:
    code = ord(sign)
    if code < ord(" "):
        return sign in _SPACES
    return code not in _SURROGATES and code not in _NO_SIGNS


def _moment(at: datetime) -> str:
    """Return a moment as RFC 3339 has it, with Z where it is in UTC."""
    text = at.isoformat()
    return text.replace("+00:00", "Z") if at.tzinfo is UTC else text
