"""A document made of blocks as part of a page: the same words as on paper."""

from __future__ import annotations

from typing import Any

from convive.app.documents import Bullets, Document, Facts, Grid, Heading, Paragraph


def present_blocks(document: Document) -> list[dict[str, Any]]:
    """Return the blocks as a template shows them; drawings and room to write are for paper."""
    found = []
    for number, block in enumerate(document.blocks):
        shown = _shown(block)
        if shown is not None:
            found.append(shown | {"id": f"b{number}"})
    return _named_by_heading(found)


def _shown(block: Any) -> dict[str, Any] | None:
    if isinstance(block, Heading):
        return {"is": "heading", "text": block.text, "tag": f"h{min(block.level, 4) + 1}"}
    if isinstance(block, Paragraph):
        return {"is": "paragraph", "text": block.text, "tone": block.tone}
    if isinstance(block, Bullets) and block.items:
        return {
            "is": "bullets", "items": block.items, "tag": "ol" if block.is_numbered else "ul",
        }  # fmt: skip
    if isinstance(block, Facts) and block.pairs:
        return {"is": "facts", "pairs": block.pairs}
    if isinstance(block, Grid) and block.rows:
        return {
            "is": "grid",
            "columns": [
                {"text": text, "is_number": place in block.numbers}
                for place, text in enumerate(block.columns)
            ],
            "rows": [_row(block, row) for row in block.rows],
        }
    return None


def _row(grid: Grid, row: tuple[str, ...]) -> list[dict[str, Any]]:
    return [
        {"text": text, "label": grid.columns[place], "is_number": place in grid.numbers}
        for place, text in enumerate(row)
    ]


def _named_by_heading(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give each table the heading above it as its name."""
    heading = ""
    for block in blocks:
        if block["is"] == "heading":
            heading = block["text"]
        block["name"] = heading
    return blocks
