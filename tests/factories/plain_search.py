"""Plain full-text search, with which the search of the shelf is compared.

SQLite's FTS5 as it comes: ranked by bm25, case and accents folded, any word of the query may occur.
No stems, no vocabulary, nothing done about typing mistakes.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Iterator

from convive.core.strategy.practice import Practice

TOLD = (
    "lead", "problem", "mechanism", "activities", "resources", "transferability", "end_users",
    "cost_benefit", "risk", "sustainability",
)  # fmt: skip
"""Fields of one English text."""
LISTED = ("aliases", "partners", "success_factors", "barriers", "contradictions")
NAMED = ("cross_cutting", "grades")
"""Fields with a text under each name. Codes of classifications and sources are left out."""


class PlainSearch:
    """All texts of an entry as one document: title and summary in seven languages, English body."""

    def __init__(self, practices: Iterable[Practice]) -> None:
        self._index = sqlite3.connect(":memory:")
        self._index.execute(
            "CREATE VIRTUAL TABLE shelf USING fts5"
            "(id UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 2')"
        )
        rows = ((one.id, "\n".join(_texts(one))) for one in practices)
        self._index.executemany("INSERT INTO shelf VALUES (?, ?)", rows)

    def ranking(self, text: str) -> list[str]:
        """Return the ids of all entries in which a word of the query occurs, best first."""
        words = re.findall(r"\w+", text)
        if not words:
            return []
        found = self._index.execute(
            "SELECT id FROM shelf WHERE shelf MATCH ? ORDER BY bm25(shelf), id",
            (" OR ".join(f'"{word}"' for word in words),),
        )
        return [identifier for (identifier,) in found]

    def close(self) -> None:
        """Give the memory back."""
        self._index.close()


def _texts(practice: Practice) -> Iterator[str]:
    yield from practice.title.values()
    yield from practice.summary.values()
    yield from (place.name for place in practice.places)
    yield practice.results.text
    if practice.cost is not None:
        yield practice.cost.text
    yield from (getattr(practice, name) for name in TOLD)
    for name in LISTED:
        yield from getattr(practice, name)
    for name in NAMED:
        yield from getattr(practice, name).values()
