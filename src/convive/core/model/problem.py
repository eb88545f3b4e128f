"""A problem found in somebody's file: what, where, how bad. The sentence is elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """How bad a problem is."""

    ERROR = "error"
    """The audit cannot be built until it is mended."""
    WARNING = "warning"
    """The audit can be built; some rows or figures are left out or doubtful."""
    NOTE = "note"
    """Worth knowing; nothing is left out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the pack a problem stands. Rows count from 1 as a spreadsheet shows them."""

    file: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem with its place; `code` is the key of its sentence and its remedy.

    `rows` counts how many rows share it; `examples` lists the first few of them.
    `data` fills the sentence and holds nothing personal.
    """

    code: str
    place: Place
    severity: Severity = Severity.ERROR
    rows: int = 1
    examples: tuple[int, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict)
