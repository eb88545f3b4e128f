"""Reads a bundle: is it whole, is it theirs, is it new; then part by part what can be used."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.connectors.city_pack.problem_log import RefusedError
from convive.connectors.shelf_bundles.canonical import canonical, parse_canonical
from convive.connectors.shelf_bundles.part_checks import LONGEST_NAME, part_faults
from convive.connectors.shelf_bundles.parts import FORMAT, KINDS, MOST, load
from convive.connectors.shelf_bundles.safe_texts import shown, text_faults
from convive.connectors.shelf_bundles.signatures import (
    has_signed,
    is_fingerprint_of,
    is_proven,
)
from convive.connectors.xlsform.findings import Findings
from convive.core.model import Problem
from convive.core.shelf.bundle import Answer, Bundle, Publisher, Successor, Trust

SIGNATURE = "signature"
_HEAD = ("format", "publisher", "sequence", "made_on", "successor", SIGNATURE)
_AHEAD = timedelta(days=1)
"""It may be tomorrow already where a bundle was made."""
_LARGEST_SEQUENCE = 2**53 - 1
_ID_OF = {"answers": "question"}
"""Field by which a part is called; elsewhere ``id``."""


@dataclass(frozen=True, slots=True)
class BundleReading:
    """A bundle with the parts that can be used, or None; and everything that is wrong."""

    bundle: Bundle | None
    problems: tuple[Problem, ...]


def read_bundle(
    data: bytes, name: str, *, today: date, trust: Trust | None = None
) -> BundleReading:
    """Return the bundle of a file's bytes; never raises for what it is given.

    Parameters
    ----------
    data : bytes
        As they came. More than `MOST_BUNDLE_BYTES` are not looked at.
    name : str
        Of the file, for the messages.
    today : date
    trust : Trust, optional
        Whose bundles are read here. Without it the file is only looked at: it must be whole and
        signed by the key in it, whoever that is.

    Returns
    -------
    BundleReading
        None where the file as a whole is refused: it is not what its publisher signed, not from
        somebody who is known here, not new, or from the future. Otherwise entries that cannot be
        used are left out, each named with its number and its fields.
    """
    found = Findings(name)
    try:
        raw = _signed_content(data)
        head = _head(raw, found)
        bundle = None if head is None else _bundle(raw, head, found, today=today, trust=trust)
    except RefusedError as refused:
        found.add(refused.code, **refused.data)
        bundle = None
    return BundleReading(bundle, found.problems)


def _signed_content(data: bytes) -> Mapping[str, Any]:
    if len(data) > MOST_BUNDLE_BYTES:
        raise RefusedError("SHELF_TOO_LARGE", megabytes=MOST_BUNDLE_BYTES // 1024**2)
    raw = parse_canonical(data)
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        raise RefusedError("SHELF_NOT_A_BUNDLE", format=FORMAT)
    for name, most in MOST.items():
        if isinstance(raw.get(name), list) and len(raw[name]) > most:
            raise RefusedError("SHELF_TOO_MANY", n=len(raw[name]), limit=most)
    return raw


def _head(raw: Mapping[str, Any], found: Findings) -> tuple[Publisher, Successor | None] | None:
    """Return who publishes and who takes over; None after noting every field that is wrong."""
    faults = [key for key in raw if key not in (*_HEAD, *MOST)]
    faults += [key for key in (*_HEAD, *MOST) if key not in raw]
    faults += [name for name in MOST if name in raw and not isinstance(raw[name], list)]
    faults += [key for key, is_right in _RIGHT.items() if key in raw and not is_right(raw[key])]
    publisher = _part(Publisher, raw, "publisher", faults)
    is_last = raw.get("successor") is None
    successor = None if is_last else _part(Successor, raw, "successor", faults)
    if publisher is not None and not 0 < len(publisher.name.strip()) <= LONGEST_NAME:
        faults.append("publisher.name")
    for field in dict.fromkeys(faults):
        found.add("SHELF_BAD_HEAD", column=shown(field))
    return None if publisher is None or faults else (publisher, successor)


def _is_day(value: Any) -> bool:
    try:
        return bool(date.fromisoformat(value).isoformat() == value)
    except (TypeError, ValueError):
        return False


_RIGHT: Mapping[str, Callable[[Any], bool]] = {
    "sequence": lambda value: type(value) is int and 0 < value <= _LARGEST_SEQUENCE,
    "made_on": _is_day,
    SIGNATURE: lambda value: isinstance(value, str),
}


def _part(kind: type, raw: Mapping[str, Any], name: str, faults: list[str]) -> Any:
    """Return a part of the head; None after noting what is wrong with it."""
    if name not in raw:
        return None
    part, wrong = load(kind, raw[name])
    wrong += text_faults(raw[name])
    faults += [f"{name}.{field}".rstrip(".") for _, field, _ in wrong]
    return part


def _bundle(
    raw: Mapping[str, Any],
    head: tuple[Publisher, Successor | None],
    found: Findings,
    *,
    today: date,
    trust: Trust | None,
) -> Bundle:
    publisher, successor = head
    made_on = date.fromisoformat(raw["made_on"])
    _refuse_forged(raw, publisher, successor)
    if trust is not None:
        _refuse_stranger(publisher, raw["sequence"], trust)
    if made_on > today + _AHEAD:
        raise RefusedError("SHELF_FROM_FUTURE", day=made_on)
    parts = {name: tuple(_parts(name, raw[name], publisher, made_on, found)) for name in KINDS}
    return Bundle(publisher, raw["sequence"], made_on, successor=successor, **parts)


def _refuse_forged(
    raw: Mapping[str, Any], publisher: Publisher, successor: Successor | None
) -> None:
    if not is_fingerprint_of(publisher):
        raise RefusedError("SHELF_KEY_MISMATCH", publisher=publisher.name)
    message = signed_message(raw)
    if not has_signed(publisher.key, message, raw[SIGNATURE]):
        raise RefusedError("SHELF_SIGNATURE_BAD", publisher=publisher.name)
    if successor is not None and not is_proven(successor, publisher.fingerprint):
        raise RefusedError("SHELF_SUCCESSOR_BAD", publisher=publisher.name)


def signed_message(raw: Mapping[str, Any]) -> bytes:
    """Return what is signed: the canonical form of everything but the signature."""
    return canonical({key: value for key, value in raw.items() if key != SIGNATURE})


def _refuse_stranger(publisher: Publisher, sequence: int, trust: Trust) -> None:
    if publisher.fingerprint in trust.own:
        raise RefusedError("SHELF_OWN_BUNDLE")
    known = trust.known.get(publisher.fingerprint)
    if known is None:
        names = {one.name.casefold() for one in trust.known.values()}
        code = "SHELF_KEY_OTHER" if publisher.name.casefold() in names else "SHELF_KEY_UNKNOWN"
        raise RefusedError(code, publisher=publisher.name, fingerprint=publisher.fingerprint)
    if sequence <= known.last_sequence:
        raise RefusedError("SHELF_REPLAYED", publisher=publisher.name)


def _parts(
    name: str, listed: list[Any], publisher: Publisher, made_on: date, found: Findings
) -> Iterator[Any]:
    """Yield the parts of one kind that can be used; what is wrong with the others is noted."""
    seen: set[str] = set()
    for number, raw in enumerate(listed, start=1):
        part, faults = load(KINDS[name], raw)
        faults += text_faults(raw)
        if part is not None:
            faults += part_faults(part, publisher.fingerprint, made_on)
            if name == "entries" and part.origin.name != publisher.name:
                faults.append(("SHELF_NOT_THEIRS", "origin.name", {}))
        label = _label(name, raw)
        key = f"{part.to}/{label}" if isinstance(part, Answer) else label
        if part is not None and key in seen:
            faults.append(("SHELF_TWICE", _ID_OF.get(name, "id"), {}))
        seen.add(key)
        for code, field, data in faults:
            found.add(code, row=number, column=shown(field), part=shown(label) or "–", **data)
        if part is not None and not faults:
            yield part


def _label(name: str, raw: Any) -> str:
    """Return how a part is called, as far as it says so."""
    inner = raw.get("practice") if name == "entries" and isinstance(raw, dict) else raw
    given = inner.get(_ID_OF.get(name, "id")) if isinstance(inner, dict) else None
    return given if isinstance(given, str) else ""
