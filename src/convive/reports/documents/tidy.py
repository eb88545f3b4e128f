"""What both kinds of file need of a document: no control characters, no skipped headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from convive.app.documents import (
    Block,
    Bullets,
    Document,
    Facts,
    Grid,
    Heading,
    Lines,
    Paragraph,
    Picture,
)
from convive.reports.plain_text import plain

DEEPEST = 4
_LINKS = re.compile(r"(https?://|mailto:)\S+\Z", re.ASCII)


def tidy(document: Document) -> Document:
    """Return a document that both kinds of file can hold, with nothing empty in it."""
    return replace(
        document,
        title=plain(document.title) or "–",
        subtitle=plain(document.subtitle),
        city=plain(document.city),
        footer=plain(document.footer),
        blocks=tuple(_blocks(document.blocks)),
    )


def _blocks(blocks: tuple[Block, ...]) -> Iterator[Block]:
    """Yield what is left of the blocks; a heading is at most one deeper than the last one."""
    depth = 0
    for block in blocks:
        cleaned = _cleaned(block)
        if isinstance(cleaned, Heading):
            depth = max(1, min(cleaned.level, depth + 1, DEEPEST))
            cleaned = replace(cleaned, level=depth)
        if cleaned is not None:
            yield cleaned


def _cleaned(block: Block) -> Block | None:
    if isinstance(block, Heading | Paragraph):
        return _said(block)
    if isinstance(block, Bullets):
        items = tuple(item for item in map(plain, block.items) if item)
        return replace(block, items=items) if items else None
    if isinstance(block, Facts):
        pairs = tuple((plain(name), plain(what) or "–") for name, what in block.pairs)
        return Facts(pairs) if pairs else None
    if isinstance(block, Grid):
        return _grid(block)
    if isinstance(block, Picture):
        return replace(block, alt=plain(block.alt) or "–", caption=plain(block.caption))
    return replace(block, label=plain(block.label)) if isinstance(block, Lines) else block


def _said(block: Heading | Paragraph) -> Block | None:
    """Return a heading or a paragraph; only addresses of the web and of mail are links."""
    if isinstance(block, Heading):
        text = " ".join(plain(block.text).split())
        return replace(block, text=text) if text else None
    link = block.link if _LINKS.match(block.link) else ""
    text = plain(block.text) or link
    return replace(block, text=text, link=link) if text else None


def _grid(grid: Grid) -> Grid | None:
    """Return a table in which every row has a cell for every column."""
    n = max([len(grid.columns), *(len(row) for row in grid.rows)])
    if not grid.rows or n == 0:
        return None
    rows = tuple(_filled(row, n) for row in grid.rows)
    widths = grid.widths if len(grid.widths) == n and min(grid.widths) > 0 else ()
    caption = plain(grid.caption)
    return replace(
        grid, columns=_filled(grid.columns, n), rows=rows, widths=widths, caption=caption
    )


def _filled(cells: tuple[str, ...], n: int) -> tuple[str, ...]:
    return tuple(plain(cell) for cell in cells) + ("",) * (n - len(cells))
