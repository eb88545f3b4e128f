"""Words as they are compared: without accents, and how far one spelling is from another."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import pairwise

import numpy as np

_WORD = re.compile(r"[^\W_]+")
_WITHOUT_DECOMPOSITION = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"}
)
_N_BINS = 37
"""Letters, figures, and one bin for every other sign."""
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_SOUNDS = ("ck", "kq", "cs", "sz", "fv", "bv", "gj", "iy", "ij", "jy", "vw", "dt", "bp", "mn", "ae", "ei", "ou")  # fmt: skip
"""Letters that are written for one another by ear, in one of the languages or another."""


def words_in(text: str) -> list[str]:
    """Return the words of a text as they stand there; never raises, whatever the text holds.

    Examples
    --------
    >>> words_in("L'audit marché, BE-Alert 2024!")
    ['L', 'audit', 'marché', 'BE', 'Alert', '2024']
    """
    return _WORD.findall(unicodedata.normalize("NFKC", _encodable(text)))


def _encodable(text: str) -> str:
    """Return a text without halves of surrogate pairs, which no engine takes."""
    return text.encode("utf-8", "ignore").decode("utf-8")


@lru_cache(maxsize=1 << 17)
def fold(word: str) -> str:
    """Return a word in small letters and without accents.

    Examples
    --------
    >>> fold("Sécurité"), fold("Straße")
    ('securite', 'strasse')
    """
    parted = unicodedata.normalize("NFKD", word.lower().translate(_WITHOUT_DECOMPOSITION))
    return "".join(sign for sign in parted if not unicodedata.combining(sign))


def most_slips(word: str) -> int:
    """Return what a word may differ from what was meant, see `slip_cost`: the longer, the more.

    Short words have so many neighbours that another word is likelier than a slip.

    Examples
    --------
    >>> most_slips("trap"), most_slips("theft"), most_slips("burglary")
    (0, 1, 2)
    """
    return 0 if len(word) < 5 else 1 if len(word) <= 7 else 2


def slips_between(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance (optimal string alignment).

    Letters left out, added, mistaken, or two neighbours exchanged; each counts one.

    References
    ----------
    .. [1] Damerau, F. J. (1964). A technique for computer detection and correction of spelling
       errors. Communications of the ACM 7(3), 171-176.

    Examples
    --------
    >>> slips_between("burglary", "bruglary"), slips_between("theft", "thefft")
    (1, 1)
    """
    return _distance(one, other, far=1)


def slip_cost(typed: str, known: str) -> int:
    """Return how far a typed word is from a known one that somebody may have meant.

    As `slips_between`, but a letter taken for one that neither lies beside it on the keyboard nor
    sounds like it counts two, and one more where the words do not begin alike: those are other
    words far more often than slips.

    Examples
    --------
    >>> slip_cost("nachtflinder", "nachtvlinder"), slip_cost("danser", "danger")
    (1, 2)
    >>> slip_cost("rentrer", "reperer"), slip_cost("fenetre", "penetre")
    (4, 3)
    """
    cost = _distance(typed, known, far=2)
    is_turned = typed[1::-1] == known[:2]
    begins_alike = typed[:1] == known[:1] or frozenset((typed[:1], known[:1])) in _ALIKE
    return cost + (not begins_alike and not is_turned)


def _distance(one: str, other: str, *, far: int) -> int:
    """Return the optimal string alignment distance; letters not easily mistaken count `far`."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, letter in enumerate(one, start=1):
        row = [i]
        for j, its in enumerate(other, start=1):
            is_near = letter == its or frozenset((letter, its)) in _EASILY_MISTAKEN
            taken = int(letter != its) if is_near else far
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + taken)
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        before, last = last, row
    return last[-1]


def _beside() -> Iterator[frozenset[str]]:
    """Yield letters that are neighbours on the keyboard: in a row, or one above the other."""
    for row in _ROWS:
        yield from map(frozenset, pairwise(row))
    for upper, lower in pairwise(_ROWS):
        yield from map(frozenset, zip(upper, lower, strict=False))
        yield from map(frozenset, zip(upper[1:], lower, strict=False))


_ALIKE = frozenset(map(frozenset, _SOUNDS))
_EASILY_MISTAKEN = _ALIKE | frozenset(_beside())


class KnownSpellings:
    """Every word that is known, ready to be asked for the nearest of them."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._words = sorted(word for word in counts if len(word) > 2 and not word.isdigit())
        self._counts = counts
        self._bags = np.stack([_bag(word) for word in self._words] or [_bag("")])

    def nearest(self, word: str, preferred: Iterable[frozenset[str]] = ()) -> str | None:
        """Return the nearest known word by `slip_cost`, within `most_slips`; else None.

        Of equally near ones that of the first set of `preferred` that has one, then the most
        frequent one, then the first of the alphabet.

        Parameters
        ----------
        word : str
            Folded, see `fold`.
        preferred : iterable of frozenset of str
            Words of the languages in which the query seems to be, the likeliest first, and names;
            where any are given, a word that none has is one further away.
        """
        allowed = most_slips(word)
        if not allowed or word.isdigit():
            return None
        sets = tuple(preferred)
        # One slip changes at most two letters of the bag: the rest need no comparing.
        apart = np.abs(self._bags - _bag(word)).sum(axis=1)
        found = []
        for i in np.flatnonzero(apart <= 2 * allowed):
            known = self._words[i] if self._words else ""
            place = next((k for k, one in enumerate(sets) if known in one), len(sets))
            cost = slip_cost(word, known) + (bool(sets) and place == len(sets))
            if cost <= min(allowed, max(1, most_slips(known))):
                found.append((cost, place, -self._counts[known], known))
        return min(found)[-1] if found else None


def _bag(word: str) -> np.ndarray:
    """Return how often each letter is in a word, shape (`_N_BINS`,)."""
    bag = np.zeros(_N_BINS, dtype=np.int16)
    for sign in word:
        code = ord(sign)
        letter = code - 97 if 97 <= code <= 122 else 26 + code - 48 if 48 <= code <= 57 else 36
        bag[letter] += 1
    return bag
