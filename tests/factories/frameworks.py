"""What every test of a framework against its document needs: the document, and our texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from convive.core.strategy.framework import Framework


def document(real_data: Path, number: str) -> str:
    """Return the text of a document that a framework was read from, or skip.

    Parameters
    ----------
    real_data : Path
        The folder of real data; the documents lie in ``seeds`` two folders above.
    number : str
        The first three figures of the document's file name.
    """
    found = sorted((real_data.parent.parent / "seeds").glob(f"{number}_*.txt"))
    if not found:
        pytest.skip(f"document {number} is not here: seeds beside the real data")
    return found[0].read_text(encoding="utf-8")


def texts_of(framework: Framework, language: str = "en") -> list[str]:
    """Return every text of a framework in one language."""
    texts = [framework.title[language], framework.about[language]]
    for topic in framework.topics:
        texts += [topic.title[language], topic.about[language]]
    for point in framework.points:
        texts += [point.short[language], point.text[language]]
    return texts
