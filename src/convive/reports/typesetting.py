"""Sets PDF/UA-1 with Typst: templates are ours, everything that is said reaches them as data."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import typst

from convive.reports.charts.svg import FONTS
from convive.reports.plain_text import plain_values

NO_GLYPH = "□"
_NO_GLYPH = re.compile(r"the text `\"(.*?)\"` could not be displayed", re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_SURE = re.compile(r"[^\n\t\x20-\x7e\xa0-\xff\u0100-\u017f\u2010-\u2026\u20ac\u2212]")
"""What our typefaces have for certain is the opposite of this."""
_TRIES = 4


@dataclass(frozen=True)
class Typeset:
    """What is set: a template, what it reads, and files that stand beside it.

    Attributes
    ----------
    data : str
        Name of the JSON file that the template reads.
    files : mapping
        Name → drawing: SVG as text; bytes are written as they are.
    stamp : int, unit: seconds since 1970
        Time in the file, so that the same content gives the same bytes.
    """

    template: Path
    data: str
    content: Mapping[str, Any]
    stamp: int
    files: Mapping[str, str | bytes] = field(default_factory=dict)


def render_typeset(work: Typeset) -> bytes:
    """Return a PDF/UA-1: tagged; the same every time.

    A character that no typeface has (an emoji in a name) is printed as an empty box, and control
    characters go: a tagged document must not hold characters that cannot be shown.
    """
    data = json.dumps(plain_values(work.content), ensure_ascii=False, default=_left_out)
    texts = {work.data: data}
    texts |= {name: one for name, one in work.files.items() if isinstance(one, str)}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        shutil.copyfile(work.template, root / work.template.name)
        for name, one in work.files.items():
            if isinstance(one, bytes):
                (root / name).write_bytes(one)

        def compiled(texts: Mapping[str, str]) -> bytes:
            for name, text in texts.items():
                (root / name).write_text(text, "utf-8")
            return _compile(root / work.template.name, work.stamp)

        return _with_known_glyphs(texts, compiled)


def _left_out(_value: Any) -> None:
    """Say nothing of what only the layout looked at."""
    return


def _compile(template: Path, stamp: int) -> bytes:
    made: bytes = typst.compile(
        template,
        root=template.parent,
        format="pdf",
        font_paths=[FONTS] if FONTS.is_dir() else [],
        ignore_system_fonts=any(FONTS.glob("*.ttf")),
        pdf_standards=["ua-1"],
        timestamp=stamp,
    )
    return made


def _with_known_glyphs(
    texts: Mapping[str, str], compiled: Callable[[Mapping[str, str]], bytes]
) -> bytes:
    """Compile, with an empty box for whatever the typefaces turn out not to have; in pictures, too."""
    for _ in range(_TRIES):
        try:
            return compiled(texts)
        except typst.TypstError as error:
            unknown = _unknown(str(error.diagnostic))
            if not any(unknown & set(text) for text in texts.values()):
                break
            boxes = str.maketrans(dict.fromkeys(unknown, NO_GLYPH))
            texts = {name: text.translate(boxes) for name, text in texts.items()}
    return compiled({name: _SURE.sub("?", text) for name, text in texts.items()})


def _unknown(diagnostic: str) -> set[str]:
    """Return the characters that the message of the typesetter complains of."""
    found: set[str] = set()
    for text in _NO_GLYPH.findall(diagnostic):
        found.update(_ESCAPED.sub(lambda code: chr(int(code[1], 16)), text))
    return {one for one in found if ord(one) > 0x7E} - {NO_GLYPH}
