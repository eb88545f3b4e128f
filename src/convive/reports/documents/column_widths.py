"""How wide the columns of a table are, and whether it is so long that it may be cut."""

from __future__ import annotations

import math
from collections.abc import Sequence

from convive.app.documents import Grid

_NARROWEST, _WIDEST = 6.0, 60.0
_LONGEST_WORD = 24
_SIGNS_A_LINE = 90
_MOST_ROWS, _MOST_LINES = 12, 24


def column_widths(grid: Grid) -> Sequence[float]:
    """Return shares of the width, one a column, in no special unit."""
    if grid.widths:
        return grid.widths
    return [_share(head, [row[i] for row in grid.rows]) for i, head in enumerate(grid.columns)]


def is_long(grid: Grid) -> bool:
    """Tell whether a table may be cut at the end of a page; a short one is kept whole."""
    shares = column_widths(grid)
    signs = [max(4.0, _SIGNS_A_LINE * share / sum(shares)) for share in shares]
    rows = (grid.columns, *grid.rows)
    lines = [
        max(math.ceil(len(cell) / n) for cell, n in zip(row, signs, strict=True)) for row in rows
    ]
    return len(grid.rows) > _MOST_ROWS or sum(lines) > _MOST_LINES


def _share(head: str, cells: Sequence[str]) -> float:
    """Return about how many characters wide a column should be."""
    words = [len(word) for text in (head, *cells) for word in text.split()]
    longest = min(max(words, default=0), _LONGEST_WORD) * 1.15
    usual = sum(map(len, cells)) / max(1, len(cells))
    return min(_WIDEST, max(_NARROWEST, longest, usual))
