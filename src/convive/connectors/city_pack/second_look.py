"""What is known of a file that is read in stretches, and reading it again when more is known.

A column is read by what all of it says: whether the day or the month comes first, what the
decimal mark is. Stretches are read by what those before say; where a later one contradicts,
the file is read once more with what is known by then. What is known only grows, so that the
result is that of reading the file whole, and that it is reached after few readings.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from convive.connectors.city_pack.sheet import Sheet

UTF_8 = ("utf-8", "strict")
Column = tuple[str, str | None, str]
"""File, sheet, name."""
Marks = tuple[str, str | None, bool]


@dataclass
class Known:
    """What the stretches of a file have said so far."""

    encoding: tuple[str, str] | None = None
    """Encoding and what becomes of bytes that do not fit, where the first guess was wrong."""
    has_feeds: bool = False
    """Whether there are line feeds, though the beginning has carriage returns only."""
    pairs: dict[Column, np.ndarray] = field(default_factory=dict)
    """What dates say about the order of day and month, as `date_kernel.read_cells`."""
    marks: dict[Column, np.ndarray] = field(default_factory=dict)
    """Whether cells have each form of a number, as `cells.count_forms`."""
    orders_used: dict[Column, np.ndarray] = field(default_factory=dict)
    """By which orders open dates were read, -1 for none."""
    marks_used: dict[Column, Marks] = field(default_factory=dict)
    impossible: dict[Column, tuple[int, int]] = field(default_factory=dict)
    """How many points are no degrees, of how many."""

    def again(self) -> Known:
        """Return what is known at the beginning of another reading."""
        return Known(self.encoding, self.has_feeds, self.pairs, self.marks)

    def use_orders(self, column: Column, orders: np.ndarray, is_open: np.ndarray) -> None:
        """Remember by which orders the open dates of a stretch are read.

        Raises
        ------
        SecondLookError
            Those of an earlier stretch were read by other ones.
        """
        used = self.orders_used.setdefault(column, np.full(len(orders), -1))
        if ((used >= 0) & (used != orders)).any():
            raise SecondLookError(self)
        used[is_open] = orders[is_open]

    def use_marks(self, column: Column, marks: Marks) -> None:
        """Remember by which marks the numbers of a stretch are read.

        Raises
        ------
        SecondLookError
            Those of an earlier stretch were read by other ones.
        """
        if self.marks_used.setdefault(column, marks)[:2] != marks[:2]:
            raise SecondLookError(self)


class SecondLookError(Exception):
    """A stretch says that those before were read wrongly: the file must be read again."""

    def __init__(self, known: Known) -> None:
        super().__init__()
        self.known = known.again()


def column_of(sheet: Sheet, name: str) -> Column:
    """Return under which key a column of a sheet is known."""
    return sheet.file, sheet.sheet, name
