"""Style sheets say start and end, never left and right: a page may run from right to left."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "src/convive/web/static"
SHEETS = sorted(path for path in STATIC.rglob("*.css") if "vendor" not in path.parts)
PHYSICAL = re.compile(
    r"\b(?:margin|padding|border|scroll-margin|scroll-padding)-(?:left|right)\b"
    r"|\bborder-(?:top|bottom)-(?:left|right)-radius\b"
    r"|(?<![-\w])(?:left|right)\s*:"
    r"|\b(?:text-align|float|clear)\s*:\s*(?:left|right)\b"
)
FOUR = re.compile(r"(?<![-\w])(padding|margin|inset|border-radius)\s*:([^;{}]+)")
VALUE = re.compile(r"[\w-]*\((?:[^()]|\([^()]*\))*\)|[^\s()]+")
AS_DRAWN: dict[str, str] = {}
"""Declaration → why it is the same in both directions."""


def physical(sheet: str) -> list[str]:
    """Return the declarations that say left or right, by a word or by the order of four values."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)
    found = [match[0] for match in PHYSICAL.finditer(plain)]
    for match in FOUR.finditer(plain):
        values = VALUE.findall(match[2].replace("!important", ""))
        corners = match[1] == "border-radius"
        sides = (values[0] != values[1] or values[2] != values[3]) if corners and len(values) == 4 \
            else (len(values) == 4 and values[1] != values[3])  # fmt: skip
        if sides and match[0].strip() not in AS_DRAWN:
            found.append(match[0])
    return found


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_sheet_says_start_and_end(path: Path) -> None:
    assert physical(path.read_text(encoding="utf-8")) == []


def test_what_is_physical_is_found() -> None:
    bad = (
        "a { margin-left: 1px; } b { left: 0; } c { text-align: right; } d { padding: 1px 2px 3px 0; }"
        " e { border-radius: 6px 0 0 6px; } f { margin: 0 0 0 calc(1px + 2px); }"
    )
    assert len(physical(bad)) == 6
    assert physical("a { margin: 1px 2px 3px 2px; border-radius: 6px 6px 0 0; inset: 0 }") == []
