"""From a source's words to categories: which crosswalk fits, and what a strange word resembles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from convive.catalogue import find
from convive.catalogue.model import Crosswalk
from convive.catalogue.vocabulary import fold_words, vocabulary
from convive.connectors.city_pack.wizard.proposal import Confidence, WordChoice

MIN_CROSSWALK = 0.5
"""A crosswalk that knows fewer of the rows is not proposed."""
MIN_KNOWN = 3
"""Fewer words than this any crosswalk may know by chance."""
MIN_ALIKE = 0.88
MIN_PART = 4
MAX_WORDS = 60
Counted = Sequence[tuple[str, int]]


def known_share(words: Counted, crosswalk: Crosswalk) -> float:
    """Return the share of rows whose word the crosswalk knows."""
    total = sum(n for _, n in words)
    return sum(n for word, n in words if crosswalk.entry(word)) / total if total else 0.0


def best_crosswalks(words: Counted) -> list[tuple[str, float]]:
    """Return (crosswalk, share of rows that it knows), best first; poor ones are left out."""
    found = []
    for identifier in find.crosswalks():
        crosswalk = find.crosswalk(identifier)
        known = sum(crosswalk.entry(word) is not None for word, _ in words)
        share = known_share(words, crosswalk)
        if share >= MIN_CROSSWALK and known >= MIN_KNOWN:
            found.append((identifier, share))
    return sorted(found, key=lambda s: (-s[1], s[0]))


@lru_cache(maxsize=1)
def known_words() -> dict[str, str]:
    """Return folded word → category: labels in all languages, reviewed words, crosswalks."""
    found: dict[str, str] = {}
    categories = {category.id: category for category in find.categories()}
    for crosswalk in find.crosswalks():
        for entry in find.crosswalk(crosswalk).entries:
            if entry.category:
                found[fold_words(entry.word)] = entry.category
    for identifier, words in vocabulary().categories.items():
        if identifier in categories:
            found.update(dict.fromkeys(words, identifier))
    for category in categories.values():
        found.update({fold_words(text): category.id for text in category.label.values()})
        found.setdefault(fold_words(category.id), category.id)
    return {word: category for word, category in found.items() if word}


@lru_cache(maxsize=4096)
def suggest(word: str) -> tuple[str | None, Confidence, str]:
    """Return the category that a word may mean, how sure that is, and the known word like it.

    The same word is likely; a known word inside it, or a spelling close by, is to be checked.
    """
    folded = fold_words(word)
    known = known_words()
    if folded in known:
        return known[folded], Confidence.LIKELY, folded
    inside = [w for w in known if len(w) >= MIN_PART and f" {w} " in f" {folded} "]
    joined = folded.replace(" ", "")
    inside = inside or [w for w in known if len(w) > MIN_PART + 2 and w.replace(" ", "") in joined]
    if inside:
        # The last of several says most: "furto di veicoli" is about vehicles, not any theft.
        longest = max(inside, key=len)
        return known[longest], Confidence.CHECK, longest
    close = max(known, key=lambda w: _likeness(w, folded), default="")
    if close and _likeness(close, folded) >= MIN_ALIKE:
        return known[close], Confidence.CHECK, close
    return None, Confidence.CHECK, ""


def _likeness(one: str, other: str) -> float:
    """Return how alike two spellings are, 0 to 1; words of very different length are not."""
    if not one or not other or abs(len(one) - len(other)) > 0.3 * max(len(one), len(other)):
        return 0.0
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    if matcher.real_quick_ratio() < MIN_ALIKE or matcher.quick_ratio() < MIN_ALIKE:
        return 0.0
    return matcher.ratio()


def place_words(words: Counted, crosswalk: str | None) -> tuple[WordChoice, ...]:
    """Return a proposal for every word that the crosswalk does not know, most frequent first."""
    known = find.crosswalk(crosswalk) if crosswalk else None
    unknown = [(w, n) for w, n in words if known is None or known.entry(w) is None]
    return tuple(WordChoice(w, n, *suggest(w)) for w, n in unknown[:MAX_WORDS])


def speaks_of_crime(words: Iterable[str]) -> float:
    """Return the share of words that some category or crosswalk knows or resembles."""
    found = [suggest(word)[0] is not None for word in words]
    return sum(found) / len(found) if found else 0.0


def category_in(file: str) -> tuple[str, str] | None:
    """Return (category, word) that a file's name speaks of, where it is exactly one."""
    stem = file.partition("!")[0].split("/")[-1].partition(".")[0]
    folded = f" {fold_words(stem)} "
    known = known_words()
    inside = [w for w in known if len(w) > 2 and (f" {w} " in folded or f" {w}s " in folded)]
    hits = {known[w]: w for w in sorted(inside, key=len)}
    return next(iter(hits.items())) if len(hits) == 1 else None
