"""How wide the columns of a table are, and whether it is so long that it may be cut."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from convive.app.documents import Grid

_NARROWEST, _WIDEST = 6.0, 60.0
_LONGEST_WORD = 24
_ROOM, _BOLD = 1.25, 1.25
"""Characters that a word takes, and those of a head: fonts in place of ours are often wider."""
_SIGNS_A_LINE = 90
_MOST_ROWS, _MOST_LINES = 12, 24
_BREAKS = re.compile(r"[ \n\t]+|(?<=-)")


def column_widths(grid: Grid) -> Sequence[float]:
    """Return shares of the width, one a column, in no special unit."""
    if grid.widths:
        return grid.widths
    columns = [(head, *(row[i] for row in grid.rows)) for i, head in enumerate(grid.columns)]
    least = _fitted([_longest_word(cells) for cells in columns])
    wanted = [max(low, _usual(cells)) for low, cells in zip(least, columns, strict=True)]
    left, more = _SIGNS_A_LINE - sum(least), sum(wanted) - sum(least)
    # Every column has room for its longest word first; what is left goes where the text is long.
    part = min(1.0, left / more) if more else 0.0
    return [low + part * (want - low) for low, want in zip(least, wanted, strict=True)]


def _fitted(least: Sequence[float]) -> list[float]:
    """Return widths that fit a line together: the widest are cut first, and all alike."""
    left, widest = float(_SIGNS_A_LINE), math.inf
    for n, low in enumerate(sorted(least)):
        if low * (len(least) - n) > left:
            widest = left / (len(least) - n)
            break
        left -= low
    return [min(low, widest) for low in least]


def is_long(grid: Grid) -> bool:
    """Tell whether a table may be cut at the end of a page; a short one is kept whole."""
    shares = column_widths(grid)
    signs = [max(4.0, _SIGNS_A_LINE * share / sum(shares)) for share in shares]
    rows = (grid.columns, *grid.rows)
    lines = [
        max(math.ceil(len(cell) / n) for cell, n in zip(row, signs, strict=True)) for row in rows
    ]
    return len(grid.rows) > _MOST_ROWS or sum(lines) > _MOST_LINES


def _longest_word(cells: Sequence[str]) -> float:
    """Return how wide what may not be broken is: spaces that hold words together are no end."""
    head, *below = (max(map(len, _BREAKS.split(text))) for text in cells)
    return max(_NARROWEST, min(max([_BOLD * head, *below]), _LONGEST_WORD) * _ROOM)


def _usual(cells: Sequence[str]) -> float:
    """Return how wide the cells below the head are on average."""
    below = cells[1:]
    return min(_WIDEST, sum(map(len, below)) / max(1, len(below)))
