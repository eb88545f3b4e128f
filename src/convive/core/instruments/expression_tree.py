"""The tree of an expression: five kinds of node, frozen, and what can be written from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class Number:
    """A number as written."""

    value: float


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in quotes."""

    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """``${name}``: an item, an earlier score, or a section that repeats."""

    name: str


@dataclass(frozen=True, slots=True)
class Current:
    """``.``: the answer that a constraint is about."""


@dataclass(frozen=True, slots=True)
class Negative:
    """Minus before something."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them, as XPath spells it."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Literal | Reference | Current | Negative | Binary | Call

PRECEDENCE: Mapping[str, int] = {
    "or": 1,
    "and": 2,
    "=": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "div": 6,
    "mod": 6,
}
"""How tightly an operator binds; all of them group from the left."""
_UNARY = 7


def number_text(value: float) -> str:
    """Return a number as XPath writes it: no exponent, no ``.0``, ``-0`` is ``0``."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    text = format(Decimal(repr(value)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def children(node: Node) -> tuple[Node, ...]:
    """Return the nodes directly below."""
    if isinstance(node, Negative):
        return (node.operand,)
    if isinstance(node, Binary):
        return (node.left, node.right)
    return node.arguments if isinstance(node, Call) else ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, from left to right."""
    waiting = [node]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))


def depth(node: Node) -> int:
    """Return how many nodes stand on the longest way down."""
    deepest, waiting = 0, [(node, 1)]
    while waiting:
        current, level = waiting.pop()
        deepest = max(deepest, level)
        waiting.extend((child, level + 1) for child in children(current))
    return deepest


def names_in(node: Node) -> tuple[str, ...]:
    """Return the names referred to, each once, in order of appearance."""
    return tuple(dict.fromkeys(n.name for n in walk(node) if isinstance(n, Reference)))


def text_of(node: Node, paths: Mapping[str, str] | None = None) -> str:
    """Write a tree as text with no bracket too many.

    Parameters
    ----------
    paths : mapping of str to str, optional
        What to write for a name instead of ``${name}``: the path of an XForm.
    """
    return _write(node, paths, 0)


def _write(node: Node, paths: Mapping[str, str] | None, outer: int) -> str:
    if isinstance(node, Binary):
        level = PRECEDENCE[node.operator]
        left, right = _write(node.left, paths, level), _write(node.right, paths, level + 1)
        text = f"{left} {node.operator} {right}"
        return f"({text})" if level < outer else text
    if isinstance(node, Negative):
        text = f"-{_write(node.operand, paths, _UNARY + 1)}"
        return f"({text})" if outer > _UNARY else text
    if isinstance(node, Call):
        inner = ", ".join(_write(argument, paths, 0) for argument in node.arguments)
        return f"{node.function}({inner})"
    return _write_leaf(node, paths)


def _write_leaf(node: Node, paths: Mapping[str, str] | None) -> str:
    if isinstance(node, Number):
        return number_text(node.value)
    if isinstance(node, Literal):
        quote = '"' if "'" in node.value else "'"
        return f"{quote}{node.value}{quote}"
    if isinstance(node, Reference):
        given = paths.get(node.name) if paths is not None else None
        return given if given is not None else f"${{{node.name}}}"
    return "."


def json_of(node: Node) -> list[Any]:
    """Return the tree as JSON lists for the interpreter of the phone page.

    ``["number", 5]``, ``["text", "a"]``, ``["name", "age"]``, ``["this"]``, ``["minus", x]``,
    ``["+", x, y]``, ``["call", "if", x, y, z]``.
    """
    if isinstance(node, Negative):
        return ["minus", json_of(node.operand)]
    if isinstance(node, Binary):
        return [node.operator, json_of(node.left), json_of(node.right)]
    if isinstance(node, Call):
        return ["call", node.function, *(json_of(argument) for argument in node.arguments)]
    return ["this"] if isinstance(node, Current) else _leaf_json(node)


def _leaf_json(node: Number | Literal | Reference) -> list[Any]:
    if isinstance(node, Reference):
        return ["name", node.name]
    return ["number" if isinstance(node, Number) else "text", node.value]
