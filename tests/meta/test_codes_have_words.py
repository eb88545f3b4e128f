"""Codes that pages put into words have words: no reader meets ``warning`` in a German table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convive.app.shown_figures import words_of
from convive.catalogue.texts import languages, texts_of
from convive.core.model import Severity

SOURCE = Path(__file__).parents[2] / "src" / "convive"
ASKED = re.compile(r"""(?:words_of\(|{% words )["']([a-z_.]+)["']""")
OF_THE_PACK = {"indicator", "question"}
"""Named by a pack or an instrument as well: where they give no name the code is what is left."""


def groups() -> set[str]:
    """Return what codes are looked up in, by pages and presenters."""
    files = [*SOURCE.rglob("*.py"), *SOURCE.rglob("*.html")]
    return {name for file in files for name in ASKED.findall(file.read_text(encoding="utf-8"))}


def test_every_group_of_codes_has_texts() -> None:
    known = {key.rpartition(".")[0] for key in texts_of("en")}
    asked = groups() - OF_THE_PACK
    assert len(asked) > 50
    assert asked - known == set()


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("severity", Severity)
def test_how_grave_a_check_is_stands_in_the_readers_language(
    language: str, severity: Severity
) -> None:
    assert words_of("severity", severity, language) == texts_of(language)[f"severity.{severity}"]
