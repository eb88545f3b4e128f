"""Checks rules before they go out or come in: names that exist, functions that are known."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from convive.core.errors import RequestError
from convive.core.instruments.expression import parse
from convive.core.instruments.expression_functions import FUNCTIONS

_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_REFERENCE = re.compile(r"\$\{\s*([^}]*?)\s*\}")
_CALL = re.compile(r"([A-Za-z_][\w:.-]*)\s*\(")
_OPERATORS = frozenset({"and", "or", "div", "mod"})
_PATH = re.compile(r"/|\.\.|\[|\]|@|::|(?<![\w.])\*(?!\s*[\w.$(])")
_WORD = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True)
class Fault:
    """One thing that keeps a rule from being used."""

    kind: str
    """reference, function, path or text."""
    what: str


def names_in(rule: str) -> tuple[str, ...]:
    """Return the names that a rule refers to, in order, also those inside texts.

    Examples
    --------
    >>> names_in("${a} > 1 and selected(${b}, 'x')")
    ('a', 'b')
    """
    return tuple(_REFERENCE.findall(rule))


def rename(rule: str, new_names: dict[str, str]) -> str:
    """Return a rule with names replaced where they are referred to."""
    return _REFERENCE.sub(lambda found: "${" + new_names.get(found[1], found[1]) + "}", rule)


def faults_of(rule: str, known: Collection[str]) -> Iterator[Fault]:
    """Yield what a rule uses that does not exist here, or that it is no rule at all.

    Functions and paths of XPath that others know are told apart from slips of the pen, so that
    people read what to do about them.
    """
    for name in dict.fromkeys(names_in(rule)):
        if name not in known:
            yield Fault("reference", name)
    bare = _REFERENCE.sub(" 0 ", _TEXT.sub(" 0 ", rule))
    called = [name for name in _CALL.findall(bare) if name not in _OPERATORS]
    unknown = [name for name in dict.fromkeys(called) if name not in FUNCTIONS]
    yield from (Fault("function", name) for name in unknown)
    rest = _CALL.sub(" (", bare)
    words = [word for word in _WORD.findall(rest) if word not in _OPERATORS]
    if _PATH.search(rest) or words:
        yield Fault("path", (words or [rule])[0])
    elif not unknown and not _is_rule(rule):
        yield Fault("text", rule)


def _is_rule(rule: str) -> bool:
    try:
        parse(rule)
    except RequestError:
        return False
    return True
