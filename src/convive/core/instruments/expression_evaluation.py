"""Evaluates the tree of an expression, with two truth values or with three."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from convive.core.instruments import expression_values as values
from convive.core.instruments.expression_tree import (
    Binary,
    Call,
    Literal,
    Negative,
    Node,
    Number,
    Reference,
)
from convive.core.instruments.expression_values import UNKNOWN, Known, Unknown, Value


@dataclass(frozen=True, slots=True)
class Context:
    """What an expression sees.

    `lookup` returns the answers under a name, one per round where it stands in rounds; None is
    one that is asked and not answered; what is not asked is not among them.
    """

    lookup: Callable[[str], Sequence[Any]]
    this: Any = None
    today: date | None = None
    now: datetime | None = None
    is_three_valued: bool = False
    """Whether an unanswered item is unknown (gates, labels) or the empty text (all else)."""


def evaluate(node: Node, context: Context) -> Value:
    """Return the value of a tree; `UNKNOWN` only with three truth values."""
    if isinstance(node, Number | Literal):
        return node.value
    if isinstance(node, Reference):
        found = context.lookup(node.name)
        return _answer(found[0] if found else None, context)
    if isinstance(node, Binary):
        return _binary(node, context)
    if isinstance(node, Call):
        return _call(node, context)
    if isinstance(node, Negative):
        return _minus(evaluate(node.operand, context), context)
    return _answer(context.this, context)


def truth(node: Node, context: Context) -> bool | Unknown:
    """Return whether a tree is true."""
    value = evaluate(node, context)
    return value if isinstance(value, Unknown | bool) else values.to_truth(value)


def _answer(answer: Any, context: Context) -> Value:
    if answer is None and context.is_three_valued:
        return UNKNOWN
    return values.from_answer(answer)


def _minus(operand: Value, context: Context) -> Value:
    if operand is UNKNOWN:
        return UNKNOWN
    number = values.to_number(operand)
    return UNKNOWN if context.is_three_valued and math.isnan(number) else -number


def _binary(node: Binary, context: Context) -> Value:
    if node.operator in ("and", "or"):
        return _joined(node, context)
    left, right = evaluate(node.left, context), evaluate(node.right, context)
    if left is UNKNOWN or right is UNKNOWN:
        return UNKNOWN
    if node.operator in _COMPARISONS and context.is_three_valued:
        return UNKNOWN if _is_nan(left) or _is_nan(right) else _compare(node.operator, left, right)
    if node.operator in _COMPARISONS:
        return _compare(node.operator, left, right)
    result = ARITHMETIC[node.operator](values.to_number(left), values.to_number(right))
    return UNKNOWN if context.is_three_valued and not math.isfinite(result) else result


def _is_nan(value: Known) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _joined(node: Binary, context: Context) -> bool | Unknown:
    """Join by `and` or `or`: one side may decide alone, whatever the other is."""
    decisive = node.operator == "or"
    left = truth(node.left, context)
    if left is decisive:
        return decisive
    right = truth(node.right, context)
    if right is decisive:
        return decisive
    return UNKNOWN if left is UNKNOWN or right is UNKNOWN else not decisive


_COMPARISONS = frozenset(("=", "!=", "<", "<=", ">", ">="))


def _compare(operator: str, left: Known, right: Known) -> bool:
    if operator in ("=", "!="):
        return values.equal(left, right) == (operator == "=")
    first, second = values.to_number(left), values.to_number(right)
    if math.isnan(first) or math.isnan(second):
        return False
    if values.nearly_equal(first, second):
        return operator in ("<=", ">=")
    return first < second if operator in ("<", "<=") else first > second


def divide(dividend: float, divisor: float) -> float:
    """Divide as IEEE 754 does: by zero gives infinity or NaN."""
    if divisor != 0:
        return dividend / divisor
    if dividend == 0 or math.isnan(dividend):
        return math.nan
    return math.copysign(math.inf, dividend) * math.copysign(1.0, divisor)


def remainder(dividend: float, divisor: float) -> float:
    """Return what is left of a division, with the sign of the dividend."""
    if divisor == 0 or math.isinf(dividend) or math.isnan(divisor):
        return math.nan
    return math.fmod(dividend, divisor)


def power(base: float, exponent: float) -> float:
    """Raise to a power; NaN where there is no real one."""
    if exponent == 0:
        return 1.0
    if math.isnan(base) or math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):
        return math.nan
    try:
        return math.pow(base, exponent)
    except OverflowError:
        is_odd = exponent == int(exponent) and int(exponent) % 2 == 1
        return -math.inf if base < 0 and is_odd else math.inf
    except ValueError:
        return math.inf if base == 0 else math.nan


def rounded(value: float, places: float = 0.0) -> float:
    """Round a half away from zero, as people and spreadsheets do; at most 15 digits count."""
    if math.isnan(places):
        return math.nan
    if not math.isfinite(value) or math.isinf(places):
        return value
    shift = float(f"1e{max(-15, min(15, math.trunc(places)))}")
    scaled = float(f"{abs(value) * shift:.15g}")
    return (
        math.copysign(math.floor(scaled + 0.5) / shift, value) if math.isfinite(scaled) else value
    )


ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "div": divide,
    "mod": remainder,
}


def _call(node: Call, context: Context) -> Value:
    special = _SPECIAL.get(node.function)
    if special is not None:
        return special(node.arguments, context)
    given = [evaluate(argument, context) for argument in node.arguments]
    if any(value is UNKNOWN for value in given):
        return UNKNOWN
    result = PLAIN[node.function](*given)
    return UNKNOWN if context.is_three_valued and _is_nan(result) else result


def _if(arguments: tuple[Node, ...], context: Context) -> Value:
    condition = truth(arguments[0], context)
    if condition is not UNKNOWN:
        return evaluate(arguments[1 if condition else 2], context)
    first, second = evaluate(arguments[1], context), evaluate(arguments[2], context)
    return first if type(first) is type(second) and first == second else UNKNOWN


def _coalesce(arguments: tuple[Node, ...], context: Context) -> Value:
    first = evaluate(arguments[0], context)
    is_empty = first in (UNKNOWN, "") or (isinstance(first, float) and math.isnan(first))
    return evaluate(arguments[1], context) if is_empty else first


def _nodes(arguments: tuple[Node, ...], context: Context) -> list[Value]:
    """Return all that the arguments stand for: of a name every round, of the rest the value."""
    found: list[Value] = []
    for argument in arguments:
        if isinstance(argument, Reference):
            found.extend(_answer(answer, context) for answer in context.lookup(argument.name))
        else:
            found.append(evaluate(argument, context))
    return found


def _over_numbers(
    reduce: Callable[[list[float]], float],
) -> Callable[[tuple[Node, ...], Context], Value]:
    def call(arguments: tuple[Node, ...], context: Context) -> Value:
        found = _nodes(arguments, context)
        known = [values.to_number(value) for value in found if value is not UNKNOWN]
        result = math.nan if any(map(math.isnan, known)) else reduce(known)
        is_open = len(known) < len(found) or (context.is_three_valued and math.isnan(result))
        return UNKNOWN if is_open else result

    return call


def _total(found: list[float]) -> float:
    """Add from left to right, as every interpreter of the language does."""
    total = 0.0
    for value in found:
        total += value
    return total


def _count(arguments: tuple[Node, ...], context: Context) -> Value:
    return float(sum(len(context.lookup(a.name)) for a in arguments if isinstance(a, Reference)))


def _count_answered(arguments: tuple[Node, ...], context: Context) -> Value:
    return float(sum(value not in ("", UNKNOWN) for value in _nodes(arguments, context)))


def _today(_: tuple[Node, ...], context: Context) -> Value:
    return _answer(context.today and context.today.isoformat(), context)


def _now(_: tuple[Node, ...], context: Context) -> Value:
    return _answer(context.now and context.now.isoformat(timespec="seconds"), context)


def _not(arguments: tuple[Node, ...], context: Context) -> Value:
    value = truth(arguments[0], context)
    return UNKNOWN if value is UNKNOWN else not value


_SPECIAL: Mapping[str, Callable[[tuple[Node, ...], Context], Value]] = {
    "if": _if,
    "not": _not,
    "coalesce": _coalesce,
    "count": _count,
    "count-non-empty": _count_answered,
    "sum": _over_numbers(_total),
    "min": _over_numbers(lambda found: min(found, default=math.nan)),
    "max": _over_numbers(lambda found: max(found, default=math.nan)),
    "today": _today,
    "now": _now,
}


def _whole(value: Known) -> float:
    number = values.to_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def _index(value: Known) -> int:
    number = _whole(value)
    return 0 if math.isnan(number) else int(max(-1e9, min(1e9, number)))


def _part(text: Known, start: Known, end: Known | None = None) -> str:
    return values.to_text(text)[_index(start) : None if end is None else _index(end)]


PLAIN: Mapping[str, Callable[..., Known]] = {
    "true": lambda: True,
    "false": lambda: False,
    "boolean": values.to_truth,
    "number": values.to_number,
    "string": values.to_text,
    "string-length": lambda x: float(len(values.to_text(x))),
    "concat": lambda *parts: "".join(map(values.to_text, parts)),
    "contains": lambda x, y: values.to_text(y) in values.to_text(x),
    "starts-with": lambda x, y: values.to_text(x).startswith(values.to_text(y)),
    "substr": _part,
    "selected": lambda x, code: (
        values.to_text(code).strip(" \t\r\n") in values.words(values.to_text(x))
    ),
    "count-selected": lambda x: float(len(values.words(values.to_text(x)))),
    "round": lambda x, d=0.0: rounded(values.to_number(x), values.to_number(d)),
    "int": _whole,
    "abs": lambda x: abs(values.to_number(x)),
    "pow": lambda x, y: power(values.to_number(x), values.to_number(y)),
    "date": values.date_text,
    "decimal-date-time": values.to_number,
    "decimal-time": values.day_fraction,
}
