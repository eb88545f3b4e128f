"""What may stand behind the question mark: one definition checks requests and is documented.

A parameter that is not known, given twice or not well-formed is refused; all problems at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from django.http import QueryDict

MOST_SIGNS = 200
MOST_OFFSET = 10_000_000
_BOX, _BOX_WITH_HEIGHT = 4, 6
_OPEN = ("", "..")

Reader = Callable[[str], Any]
Interval = tuple[date | None, date | None]
"""First and last day; None where it is open."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of the query."""

    name: str
    about: str
    schema: Mapping[str, Any]
    """JSON Schema of the value, as OpenAPI tells it."""
    read: Reader
    """Returns the value; ValueError with what is wrong with it."""
    default: Any = None
    place: str = "query"
    """``query`` or ``path``."""
    style: Mapping[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """Return the parameter as OpenAPI describes it."""
        schema = dict(self.schema)
        if self.default is not None and not callable(self.default):
            schema["default"] = self.default
        return {
            "name": self.name, "in": self.place, "description": self.about,
            "required": self.place == "path", "schema": schema, **self.style,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wrong:
    """A parameter that cannot be used, and why."""

    name: str
    detail: str


def read_query(
    query: QueryDict, parameters: Sequence[Parameter]
) -> tuple[dict[str, Any], list[Wrong]]:
    """Return the values of all parameters, and everything that is wrong with the query."""
    known = {one.name: one for one in parameters if one.place == "query"}
    values = {one.name: one.default for one in known.values()}
    wrong = [Wrong(name, "is not a parameter here") for name in query if name not in known]
    for name, parameter in known.items():
        given = query.getlist(name)
        if len(given) > 1:
            wrong.append(Wrong(name, "stands there more than once"))
        elif given:
            try:
                values[name] = parameter.read(_short(given[0]))
            except ValueError as problem:
                wrong.append(Wrong(name, str(problem)))
    return values, wrong


def integer(name: str, about: str, *, least: int, most: int, default: int | None) -> Parameter:
    """Return a parameter for a whole number."""

    def read(text: str) -> int:
        if not (text.isascii() and text.lstrip("-").isdigit()):
            raise ValueError("is not a whole number")
        value = int(text)
        if not least <= value <= most:
            raise ValueError(f"must be from {least} to {most}")
        return value

    schema = {"type": "integer", "minimum": least, "maximum": most}
    return Parameter(name, about, schema, read, default)


def capped(name: str, about: str, *, most: int, default: int) -> Parameter:
    """Return a parameter for a whole number from 1 on; a larger one than `most` counts as `most`."""

    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit()) or int(text) < 1:
            raise ValueError("must be a whole number from 1 on")
        return min(int(text), most)

    schema = {"type": "integer", "minimum": 1, "maximum": most}
    return Parameter(name, about, schema, read, default)


def choice(name: str, about: str, codes: Sequence[str], default: str | None = None) -> Parameter:
    """Return a parameter that is one of some words."""

    def read(text: str) -> str:
        if text not in codes:
            raise ValueError(f"must be one of {', '.join(codes)}")
        return text

    return Parameter(name, about, {"type": "string", "enum": list(codes)}, read, default)


def text(name: str, about: str) -> Parameter:
    """Return a parameter that is compared as it stands."""
    schema = {"type": "string", "minLength": 1, "maxLength": MOST_SIGNS}
    return Parameter(name, about, schema, _some)


def truth(name: str, about: str) -> Parameter:
    """Return a parameter that is true or false."""

    def read(value: str) -> bool:
        if value not in {"true", "false"}:
            raise ValueError("must be true or false")
        return value == "true"

    return Parameter(name, about, {"type": "boolean"}, read)


def day(name: str, about: str) -> Parameter:
    """Return a parameter that is a day."""

    def read(value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError("must be a day, as 2025-12-31") from None

    return Parameter(name, about, {"type": "string", "format": "date"}, read)


def box() -> Parameter:
    """Return the bounding box of OGC API Features: four or six numbers, WGS 84."""

    def read(value: str) -> tuple[float, float, float, float]:
        try:
            numbers = [float(part) for part in value.split(",")]
        except ValueError:
            raise ValueError("must be four or six numbers") from None
        if len(numbers) not in {_BOX, _BOX_WITH_HEIGHT} or not all(map(math.isfinite, numbers)):
            raise ValueError("must be four or six numbers")
        if len(numbers) == _BOX_WITH_HEIGHT:
            numbers = [numbers[0], numbers[1], numbers[3], numbers[4]]
        west, south, east, north = numbers
        if south > north:
            raise ValueError("its south lies above its north")
        return west, south, east, north

    items = {"type": "number"}
    schema = {
        "type": "array", "items": items,
        "oneOf": [{"minItems": 4, "maxItems": 4}, {"minItems": 6, "maxItems": 6}],
    }  # fmt: skip
    about = "Only what meets this box: west, south, east, north in degrees (WGS 84)."
    return Parameter("bbox", about, schema, read, style={"style": "form", "explode": False})


def moments() -> Parameter:
    """Return the time of OGC API Features: a moment, or an interval with an open end or two."""

    def read(value: str) -> Interval:
        parts = value.split("/")
        if len(parts) == 1:
            moment = _moment(parts[0])
            return moment, moment
        if len(parts) > 2 or all(part in _OPEN for part in parts):
            raise ValueError("must be a moment or an interval, as 2024-01-01/2024-12-31")
        first, last = (None if part in _OPEN else _moment(part) for part in parts)
        if first and last and last < first:
            raise ValueError("ends before it starts")
        return first, last

    about = (
        "Only figures whose period meets this moment or interval (RFC 3339; .. leaves an end open)."
    )
    return Parameter(
        "datetime", about, {"type": "string"}, read, style={"style": "form", "explode": False}
    )


def in_path(name: str, about: str, codes: Sequence[str] = ()) -> Parameter:
    """Return a part of the path."""
    schema: dict[str, Any] = {"type": "string"}
    if codes:
        schema["enum"] = list(codes)
    return Parameter(name, about, schema, str, place="path")


def _moment(value: str) -> date:
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a moment or an interval, as 2024-01-01/2024-12-31") from None
    return found.astimezone(UTC).date() if found.tzinfo else found.date()


def _some(value: str) -> str:
    if not value:
        raise ValueError("is empty")
    return value


def _short(value: str) -> str:
    if len(value) > MOST_SIGNS or "\0" in value:
        raise ValueError(f"is longer than {MOST_SIGNS} signs, or holds one that is none")
    return value
