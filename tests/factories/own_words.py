"""Whether a text is in our own words: no long run of words that stands in its source too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

RUN = 8
"""So many words in a row are no coincidence."""


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters, without mark-up and punctuation."""
    return tuple(re.findall(r"\w+", re.sub(r"<[^>]+>", "", text).casefold()))


def _runs(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return (words[i : i + RUN] for i in range(len(words) - RUN + 1))


def borrowed_runs(texts: Iterable[str], source: str) -> list[str]:
    """Return the runs of words that our texts share with a source."""
    known = set(_runs(words_of(source)))
    return [" ".join(run) for text in texts for run in _runs(words_of(text)) if run in known]
