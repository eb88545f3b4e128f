"""Which parts of two plans are the same: by code in one town, by title elsewhere.

Codes mean something only within a town. What is left is compared by title: `difflib`'s ratio of
two titles in small letters, 1 for equal ones; from `LIKE` on they count as the same. The likest
pair is taken first. Titles without a long word in common are not compared.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, Protocol, TypeVar

LIKE = 0.72
_SHORTEST_WORD = 4
_MOST_WITH_WORD = 60
"""A word that stands in more titles than this says nothing."""
_WORD = re.compile(r"\w+")


class Titled(Protocol):
    """What can be matched."""

    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def title(self) -> str: ...  # noqa: D102


T = TypeVar("T", bound=Titled)


@dataclass(frozen=True, slots=True)
class Pair(Generic[T]):
    """Two parts that are the same, or one that stands alone; `how` is ``code``, ``title`` or empty."""

    a: T | None
    b: T | None
    how: str = ""
    likeness: float = 0.0


def pairs_of(first: Sequence[T], second: Sequence[T], *, by_code: bool) -> tuple[Pair[T], ...]:
    """Return every part of both once: pairs in the order of the first plan, then what is left."""
    partner: dict[int, tuple[int, str, float]] = {}
    if by_code:
        places = {one.code: j for j, one in enumerate(second)}
        partner = {
            i: (places[a.code], "code", 1.0) for i, a in enumerate(first) if a.code in places
        }
    taken = {j for j, _, _ in partner.values()}
    left = [i for i in range(len(first)) if i not in partner]
    free = [j for j in range(len(second)) if j not in taken]
    for likeness, i, j in _by_likeness(first, second, left, free):
        if i not in partner and j not in taken:
            partner[i] = (j, "title", likeness)
            taken.add(j)
    paired = [_pair(one, second, partner.get(i)) for i, one in enumerate(first)]
    alone = [Pair(None, one) for j, one in enumerate(second) if j not in taken]
    return (*paired, *alone)


def likeness(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 1, the same in both directions.

    Examples
    --------
    >>> likeness("Night mediators", "night  Mediators")
    1.0
    >>> likeness("Night mediators", "Better light") < LIKE
    True
    """
    a, b = sorted((_plain(one), _plain(other)))
    return SequenceMatcher(None, a, b, autojunk=False).ratio()


def _pair(one: T, second: Sequence[T], found: tuple[int, str, float] | None) -> Pair[T]:
    return Pair(one, None) if found is None else Pair(one, second[found[0]], found[1], found[2])


def _by_likeness(
    first: Sequence[T], second: Sequence[T], left: Sequence[int], free: Sequence[int]
) -> list[tuple[float, int, int]]:
    """Return likeness and places of pairs that are alike enough, the likest first."""
    having: dict[str, list[int]] = defaultdict(list)
    for j in free:
        for word in _words(second[j].title):
            having[word].append(j)
    found = []
    for i in left:
        words = [word for word in _words(first[i].title) if len(having[word]) <= _MOST_WITH_WORD]
        for j in {j for word in words for j in having[word]}:
            score = likeness(first[i].title, second[j].title)
            if score >= LIKE:
                found.append((score, i, j))
    return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


def _plain(title: str) -> str:
    return " ".join(title.casefold().split())


def _words(title: str) -> frozenset[str]:
    """Return the whole title and its long words; a short title is found by itself."""
    plain = _plain(title)
    long = {word[:_SHORTEST_WORD] for word in _WORD.findall(plain) if len(word) >= _SHORTEST_WORD}
    return frozenset({plain, *long})
