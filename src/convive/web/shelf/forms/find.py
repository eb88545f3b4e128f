"""What the address of the find page asks for; what is not understood narrows nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from django.http import QueryDict

from convive.app.shelf.query import FACETS, ShelfIndex, ShelfQuery

LONGEST = 200
"""Characters of a question that are read."""


@dataclass(frozen=True)
class Question:
    """Words, chosen codes by facet, and whether entries that score persons are left out."""

    text: str = ""
    facets: tuple[tuple[str, str], ...] = ()
    """Pairs of facet and code, in the order of `FACETS`."""
    is_without_persons: bool = False

    def query(self, language: str) -> ShelfQuery:
        """Return the question as the search takes it."""
        by_facet: dict[str, tuple[str, ...]] = {}
        for facet, code in self.facets:
            by_facet[facet] = (*by_facet.get(facet, ()), code)
        return ShelfQuery(self.text, language, by_facet, not self.is_without_persons)

    def without(self, facet: str, code: str) -> Question:
        """Return the question with one choice taken back."""
        return replace(self, facets=tuple(one for one in self.facets if one != (facet, code)))

    def address(self) -> str:
        """Return the question as part of an address, without the page."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.facets
        pairs += [("persons", "no")] if self.is_without_persons else []
        return urlencode(pairs)


def question_of(sent: QueryDict, index: ShelfIndex) -> Question:
    """Return what an address asks for; codes that nothing on the shelf has are left out."""
    known = _codes(cast("Any", index))
    facets = tuple(
        (facet, code)
        for facet in FACETS
        for code in dict.fromkeys(sent.getlist(facet))
        if code in known[facet]
    )
    text = " ".join(sent.get("q", "")[:LONGEST].split())
    return Question(text, facets, sent.get("persons") == "no")


@lru_cache(maxsize=2)
def _codes(index: ShelfIndex) -> Mapping[str, Mapping[str, int]]:
    """Return the codes that something on the shelf has, by facet; worked out once an index."""
    return index.search(ShelfQuery()).facets
