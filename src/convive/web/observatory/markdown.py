"""Method pages from Markdown: tables and code, no raw HTML, no links out of the web."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt


@dataclass(frozen=True, slots=True)
class Document:
    """A page: title from its first heading, and the rest as HTML."""

    title: str
    html: SafeString


def render_markdown(text: str) -> Document:
    """Return the page; HTML in the text is shown as text, never run."""
    renderer = MarkdownIt("commonmark", {"html": False}).enable("table")
    lines = text.splitlines()
    title = ""
    if lines and lines[0].startswith("# "):
        title = lines[0][2:].strip()
        lines = lines[1:]
    html = renderer.render("\n".join(lines))
    # A table or a long line of code scrolls by itself; the page never does (reflow at 320 px).
    html = html.replace(
        "<table>", '<div class="scroll" tabindex="0" role="group" aria-label="Table"><table>'
    )
    html = html.replace("</table>", "</table></div>").replace("<pre>", '<pre tabindex="0">')
    return Document(title, mark_safe(html))


@lru_cache(maxsize=128)
def _cached(path: Path, _modified: int) -> Document:
    document = render_markdown(path.read_text(encoding="utf-8"))
    return document if document.title else Document(path.stem.replace("_", " "), document.html)


def load_document(path: Path) -> Document:
    """Return the page of a file, read again when it has changed."""
    return _cached(path, path.stat().st_mtime_ns)
