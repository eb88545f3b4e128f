"""How wide the columns of a table are: as asked for, or after what is to be read in them."""

from __future__ import annotations

from collections.abc import Sequence

from convive.app.documents import Grid

_NARROWEST, _WIDEST = 6.0, 60.0
_LONGEST_WORD = 24


def column_widths(grid: Grid) -> Sequence[float]:
    """Return shares of the width, one a column, in no special unit."""
    if grid.widths:
        return grid.widths
    return [_share(head, [row[i] for row in grid.rows]) for i, head in enumerate(grid.columns)]


def _share(head: str, cells: Sequence[str]) -> float:
    """Return about how many characters wide a column should be."""
    words = [len(word) for text in (head, *cells) for word in text.split()]
    longest = min(max(words, default=0), _LONGEST_WORD) * 1.15
    usual = sum(map(len, cells)) / max(1, len(cells))
    return min(_WIDEST, max(_NARROWEST, longest, usual))
