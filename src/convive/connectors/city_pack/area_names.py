"""Names of areas: when two spellings are one name, and which name may have been meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

_ARTICLES = frozenset(
    [
        "the",
        "le",
        "la",
        "les",
        "el",
        "los",
        "las",
        "lo",
        "il",
        "gli",
        "der",
        "die",
        "das",
        "den",
        "dem",
        "des",
        "de",
        "het",
        "os",
        "as",
        "del",
        "della",
        "dello",
        "dei",
        "degli",
        "delle",
        "du",
        "do",
        "da",
        "dos",
        "das",
        "di",
        "van",
        "von",
        "y",
    ]
)
"""Articles, and what joins names to them, in the languages that Convive speaks."""
_WORDS = re.compile(r"[^\W_]+")
_ALIKE = 0.85
"""From this likeness on a name may be another one misspelt; a convention of Convive."""
_LONG_WORD = 4
_LONGER = 3


def fold(name: str) -> str:
    """Return a name without case, accents and punctuation, to compare names by.

    Examples
    --------
    >>> fold("CHAMARTÍN") == fold("Chamartin")
    True
    """
    return "".join(c for c in _bare(name) if c.isalnum())


def fold_articles(name: str) -> str:
    """Return a name folded and without its articles; as it is where it has nothing else.

    Examples
    --------
    >>> fold_articles("Fuencarral-El Pardo") == fold_articles("FUENCARRAL / PARDO")
    True
    """
    return "".join(_own_words(name))


def _bare(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


def _own_words(name: str) -> list[str]:
    words = _WORDS.findall(_bare(name).replace("’", "'").replace("l'", " "))
    return [word for word in words if word not in _ARTICLES] or words


@dataclass
class NameIndex:
    """The names of one level."""

    names: Mapping[str, str]
    """Code → name."""
    _folded: dict[str, str | None] = field(default_factory=dict, init=False)
    _shortened: dict[str, str | None] = field(default_factory=dict, init=False)
    _near: dict[str, str | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Fold every name once."""
        for code, name in self.names.items():
            for known, key in ((self._folded, fold(name)), (self._shortened, fold_articles(name))):
                known[key] = None if key in known else code

    def code_of(self, text: str) -> str | None:
        """Return the code of an area, or None where no name or more than one is meant."""
        key = fold(text)
        return (
            self._folded[key] if key in self._folded else self._shortened.get(fold_articles(text))
        )

    def near(self, text: str) -> str | None:
        """Return the only name that may have been meant, None where there is none or several.

        One whose words are among the words of `text`, or that has them among its own; otherwise
        one that differs in few letters.
        """
        if text not in self._near:
            part, alike = self._sharing(text), self._misspelt(text)
            self._near[text] = next((found[0] for found in (part, alike) if len(found) == 1), None)
        return self._near[text]

    def _sharing(self, text: str) -> list[str]:
        words = set(_own_words(text))
        found = []
        for name in self.names.values():
            own = set(_own_words(name))
            shared = own & words
            if shared in (own, words) and any(len(word) >= _LONG_WORD for word in shared):
                found.append(name)
        return found

    def _misspelt(self, text: str) -> list[str]:
        wanted = fold(text)
        close = []
        for name in self.names.values():
            key = fold(name)
            if abs(len(key) - len(wanted)) <= _LONGER and {key[:1], key[-1:]} & {
                wanted[:1], wanted[-1:],
            }:  # fmt: skip
                likeness = SequenceMatcher(None, key, wanted, autojunk=False).ratio()
                if likeness >= _ALIKE:
                    close.append((likeness, name))
        best = max((likeness for likeness, _ in close), default=0.0)
        return [name for likeness, name in close if likeness == best]
