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


@dataclass(frozen=True)
class _Name:
    """A name with what it is compared by."""

    name: str
    key: str
    words: frozenset[str]


@dataclass
class NameIndex:
    """The names of one level."""

    names: Mapping[str, str]
    """Code → name."""
    _folded: dict[str, str | None] = field(default_factory=dict, init=False)
    _shortened: dict[str, str | None] = field(default_factory=dict, init=False)
    _compared: list[_Name] = field(default_factory=list, init=False)
    _near: dict[str, str | None] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        """Fold every name once."""
        for code, name in self.names.items():
            words = _own_words(name)
            folded = fold(name)
            for known, key in ((self._folded, folded), (self._shortened, "".join(words))):
                known[key] = None if key in known else code
            self._compared.append(_Name(name, folded, frozenset(words)))

    def code_of(self, text: str) -> str | None:
        """Return the code of an area, or None where no name or more than one is meant."""
        key = fold(text)
        return (
            self._folded[key] if key in self._folded else self._shortened.get(fold_articles(text))
        )

    def near(self, text: str) -> str | None:
        """Return the only name that may have been meant, None where there is none or several.

        One whose words are among the words of `text`, or that has them among its own; otherwise
        one that differs in few letters. Every name is looked at: ask for few words only.
        """
        if text not in self._near:
            found = self._sharing(text)
            self._near[text] = found[0] if len(found) == 1 else self._misspelt(text)
        return self._near[text]

    def _sharing(self, text: str) -> list[str]:
        """Return the names that share their words with a text; not more than two."""
        words = frozenset(_own_words(text))
        found: list[str] = []
        for one in self._compared:
            shared = one.words & words
            is_whole = shared in (one.words, words)
            if is_whole and any(len(word) >= _LONG_WORD for word in shared):
                found.append(one.name)
                if len(found) > 1:
                    break
        return found

    def _misspelt(self, text: str) -> str | None:
        """Return the only name that is most like a text."""
        matcher = SequenceMatcher(None, autojunk=False)
        # It remembers its second text: what is compared with all names is taken apart once.
        wanted = fold(text)
        matcher.set_seq2(wanted)
        best, found = _ALIKE, list[str]()
        for one in self._compared:
            if abs(len(one.key) - len(wanted)) > _LONGER:
                continue
            if one.key[:1] != wanted[:1] and one.key[-1:] != wanted[-1:]:
                continue
            matcher.set_seq1(one.key)
            if matcher.real_quick_ratio() < best or matcher.quick_ratio() < best:
                continue
            likeness = matcher.ratio()
            if likeness >= best:
                found = [*found, one.name] if likeness == best else [one.name]
                best = likeness
        return found[0] if len(found) == 1 else None
