"""Cuts an expression into its smallest parts, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn

from convive.core.errors import RequestError

LONGEST = 8_000
_SHOWN = 200
_TOKEN = re.compile(
    r"""\s+
    |(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>'[^']*'|"[^"]*")
    |\$\{\s*(?P<name>[A-Za-z_][A-Za-z0-9_-]*)\s*\}
    |(?P<word>[A-Za-z_][A-Za-z0-9_-]*)
    |(?P<sign><=|>=|!=|[=<>+\-*(),.])
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """One part: its kind (number, text, name, word, sign, end), what it says, where it starts."""

    kind: str
    text: str
    position: int


def refuse(code: str, text: str, position: int, **data: object) -> NoReturn:
    """Raise with the place, counted from 1, and the start of the text."""
    raise RequestError(code, position=position + 1, text=text[:_SHOWN], **data)


def tokens_of(text: str) -> list[Token]:
    """Return the parts of an expression, an `end` last.

    Raises
    ------
    RequestError
        EXPRESSION_SYNTAX where something stands that belongs to no expression.
    """
    if len(text) > LONGEST:
        refuse("EXPRESSION_SYNTAX", text, LONGEST)
    found: list[Token] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            refuse("EXPRESSION_SYNTAX", text, position)
        if match.lastgroup is not None:
            found.append(Token(match.lastgroup, match.group(match.lastgroup), position))
        position = match.end()
    found.append(Token("end", "", len(text)))
    return found
