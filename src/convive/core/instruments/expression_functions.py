"""The functions that expressions know, with how many arguments they take and what they give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Gives = Literal["text", "number", "truth", "any"]


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the fewest and the most arguments (None: any number), and what it gives."""

    fewest: int
    most: int | None
    gives: Gives
    over_rounds: bool = False
    """Whether a name in it means every round."""
    names_only: bool = False
    """Whether its arguments must be names."""


FUNCTIONS: Mapping[str, Function] = {
    "true": Function(0, 0, "truth"),
    "false": Function(0, 0, "truth"),
    "not": Function(1, 1, "truth"),
    "boolean": Function(1, 1, "truth"),
    "if": Function(3, 3, "any"),
    "coalesce": Function(2, 2, "any"),
    "selected": Function(2, 2, "truth"),
    "count-selected": Function(1, 1, "number"),
    "count": Function(1, 1, "number", over_rounds=True, names_only=True),
    "count-non-empty": Function(1, 1, "number", over_rounds=True, names_only=True),
    "sum": Function(1, 1, "number", over_rounds=True, names_only=True),
    "min": Function(1, None, "number", over_rounds=True),
    "max": Function(1, None, "number", over_rounds=True),
    "round": Function(1, 2, "number"),
    "int": Function(1, 1, "number"),
    "abs": Function(1, 1, "number"),
    "pow": Function(2, 2, "number"),
    "number": Function(1, 1, "number"),
    "string": Function(1, 1, "text"),
    "string-length": Function(1, 1, "number"),
    "concat": Function(1, None, "text"),
    "contains": Function(2, 2, "truth"),
    "starts-with": Function(2, 2, "truth"),
    "substr": Function(2, 3, "text"),
    "today": Function(0, 0, "text"),
    "now": Function(0, 0, "text"),
    "date": Function(1, 1, "text"),
    "decimal-date-time": Function(1, 1, "number"),
    "decimal-time": Function(1, 1, "number"),
}
