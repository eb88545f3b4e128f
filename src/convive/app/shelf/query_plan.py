"""What a typed query means: its parts, the words and the things of the vocabulary in each.

All weights of the search stand here. They were set before the relevance set was looked at and then
tuned on its tuning half alone; `docs/reference/shelf-search.md` tells what that changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from convive.app.shelf.concept_matching import ConceptMatcher, Match
from convive.app.shelf.documents import NO_LANGUAGE, Rank
from convive.app.shelf.lexicon import COMPOUNDING, Lexicon
from convive.app.shelf.query import WhyKind
from convive.catalogue.texts import known_language, languages
from convive.core.shelf.spelling import fold, words_in

MOST_WORDS = 24
"""Of a longer text only the first words are looked for."""

FIELD_WEIGHTS: Mapping[Rank, float] = {
    Rank.NAME: 3.0, Rank.TITLE: 1.3, Rank.SUMMARY: 1.2, Rank.PLACE: 2.5, Rank.MAIN: 1.1,
    Rank.TAG: 1.3, Rank.REST: 0.8,
}  # fmt: skip
"""How much a match counts by where it is."""

KIND_WEIGHTS: Mapping[WhyKind, float] = {
    WhyKind.NAME: 1.0, WhyKind.WORD: 1.0, WhyKind.SPELLING: 0.8, WhyKind.CONCEPT: 0.7,
    WhyKind.NARROWER: 0.3, WhyKind.BROADER: 0.2, WhyKind.RELATED: 0.2,
}  # fmt: skip
"""How much a match counts by how the words met."""

WHOLE_NAME_SCORE = 40.0
"""What a name typed in full adds, times its share of the query."""
OTHER_LANGUAGE = 0.6
"""What a word counts in a language in which the query does not seem to be."""
OTHER_FORM = 0.8
"""What a concept counts whose label has the same stems, not the same words."""
ROLE_WEIGHTS: Mapping[str, float] = {"times": 0.6, "setting": 0.4, "sectors": 0.6, "groups": 0.8}
"""What a thing counts that says when, where, by whom or for whom, beside what is the matter."""
PART_OF_COMPOUND = 0.4
"""What the parts of a compound count, of which the shelf has the whole word."""
BESIDE_CONCEPTS = 0.7
"""What words count that the vocabulary does not know, where it knows others of the query."""
PERSON_RISK = 0.5
"""What remains of the score of an entry that scores or flags persons."""
CORROBORATION = 0.2
"""What further matches of a part add to its best one."""
RELEVANT_FROM = 0.05
"""What scores less than this share of the best is not shown."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A thing of the vocabulary that a part of the query speaks of."""

    concept: str
    kind: WhyKind
    """``CONCEPT``: itself and what is a kind of it; ``BROADER`` and ``RELATED``: it alone."""
    weight: float


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the query."""

    text: str
    """As it was typed."""
    read: str
    """As it is looked for: another spelling where nothing has the word."""
    stems: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Language (or `NO_LANGUAGE`) → what to look for; languages that do not know it are left out."""
    parts: tuple[Word, ...] = ()
    """The words that it joins, where German or Dutch knows them too."""

    @property
    def is_respelled(self) -> bool:
        """Whether it was read as another word."""
        return self.text.lower() != self.read


@dataclass(frozen=True, slots=True)
class Part:
    """Words of the query that belong together."""

    asked: str
    """As it was typed."""
    words: tuple[Word, ...]
    sought: tuple[Sought, ...] = ()
    weight: float = 1.0
    """What its words count; things of the vocabulary and names count in full."""

    @property
    def is_label(self) -> bool:
        """Whether its words mean what they mean only together."""
        return bool(self.sought) and len(self.words) > 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A query, understood."""

    parts: tuple[Part, ...]
    likely: tuple[str, ...]
    """Languages in which it seems to be, the likeliest first."""
    spelled: Mapping[str, str]
    names: Mapping[str, float]
    """Words written together that may be a whole name → their share of the query."""

    @property
    def language_weights(self) -> Mapping[str, float]:
        """How much a word counts in each language."""
        weights = {one: 1.0 if one in self.likely else OTHER_LANGUAGE for one in languages()}
        return {**weights, NO_LANGUAGE: 1.0}


def plan_of(text: str, language: str, lexicon: Lexicon, matcher: ConceptMatcher) -> Plan:
    """Return what a query means.

    Parameters
    ----------
    text : str
        Anything that somebody types.
    language : str
        The reader's: a hint, the words themselves decide.
    """
    typed = words_in(text)[:MOST_WORDS]
    likely = _likely_languages(typed, known_language(language), lexicon)
    read, spelled = _read_words(typed, likely, lexicon)
    words = tuple(
        replace(
            word, stems={one: found for one in _ALL if (found := lexicon.stems(word.read, one))}
        )
        for word in read
    )
    kept = [i for i, one in enumerate(words) if not _says_nothing(one, likely, lexicon)]
    kept = kept or list(range(len(words)))
    spans = _longest(_all_matches(words, matcher), likely)
    return Plan(
        parts=tuple(_parts(words, kept, spans, matcher)),
        likely=likely,
        spelled=spelled,
        names=_names(words, kept),
    )


_ALL = (*languages(), NO_LANGUAGE)
_HINT = 0.5
"""What the reader's language is worth, in words that a language knows."""


def _likely_languages(words: Sequence[str], hint: str, lexicon: Lexicon) -> tuple[str, ...]:
    """Return the languages that know most of the words, the likeliest first."""
    points = dict.fromkeys(languages(), 0.0)
    points[hint] = _HINT
    for word in words:
        for language in languages():
            knows = lexicon.knows_form(word, language)
            points[language] += float(knows or lexicon.is_stop(word, language))
    best = max(points.values())
    if best <= _HINT:  # no language knows a word of it: then it is the reader's own
        return (hint,)
    likely = [one for one in languages() if points[one] >= best - _HINT]
    return tuple(sorted(likely, key=lambda one: (-points[one], one != hint)))


def _read_words(
    typed: Sequence[str], likely: Sequence[str], lexicon: Lexicon
) -> tuple[list[Word], dict[str, str]]:
    """Return the words as they are to be looked for, and how unknown ones were read instead."""
    read: list[Word] = []
    spelled: dict[str, str] = {}
    for text in typed:
        if lexicon.knows(text) or lexicon.is_stop_anywhere(text):
            read.append(Word(text, text.lower()))
            continue
        instead: tuple[str, ...] | None = lexicon.parts(text)
        if instead is None and (nearest := lexicon.nearest(text, likely)):
            instead = (nearest,)
        if instead:
            spelled[text] = " ".join(instead)
        read += [Word(text, one) for one in instead or (text.lower(),)]
    return read, spelled


def _with_stems(word: Word, lexicon: Lexicon) -> Word:
    stems = {one: found for one in _ALL if (found := lexicon.stems(word.read, one))}
    parts: list[Word] = []
    for language in COMPOUNDING:
        for part in (lexicon.parts(word.read, (language,)) or ()) if language in stems else ():
            parts.append(Word(part, part, {language: lexicon.stems(part, language)}))
    return replace(word, stems=stems, parts=tuple(parts))


def _says_nothing(word: Word, likely: Sequence[str], lexicon: Lexicon) -> bool:
    return len(word.read) == 1 or any(lexicon.is_stop(word.read, one) for one in likely)


def _all_matches(words: Sequence[Word], matcher: ConceptMatcher) -> list[tuple[Match, str]]:
    read = [word.read for word in words]
    return [
        (match, language)
        for language in languages()
        for match in matcher.matches(
            read, language, [tuple(sorted(word.stems.get(language, ()))) for word in words]
        )
    ]


def _longest(
    found: Iterable[tuple[Match, str]], likely: Sequence[str]
) -> dict[tuple[int, int], dict[str, float]]:
    """Return the spans of the query that the vocabulary explains → its concepts and their weight.

    Longer spans first, then languages in which the query seems to be, then labels in the same
    form; no word in two spans.
    """
    spans: dict[tuple[int, int], dict[str, float]] = {}
    level: dict[tuple[int, int], tuple[bool, bool]] = {}
    ordered = sorted(
        found,
        key=lambda one: (
            one[0].start - one[0].stop, one[1] not in likely, not one[0].is_exact,
            one[0].start, one[0].concept,
        ),
    )  # fmt: skip
    for match, language in ordered:
        span, fit = (match.start, match.stop), (language in likely, match.is_exact)
        is_free = all(span[1] <= start or stop <= span[0] for start, stop in spans)
        if is_free:
            spans[span], level[span] = {}, fit
        if span in spans and level[span] == fit:
            weight = 1.0 if match.is_exact else OTHER_FORM
            spans[span][match.concept] = max(weight, spans[span].get(match.concept, 0.0))
    return spans


def _parts(
    words: Sequence[Word],
    kept: Sequence[int],
    spans: Mapping[tuple[int, int], Mapping[str, float]],
    matcher: ConceptMatcher,
) -> Iterable[Part]:
    covered = {i for start, stop in spans for i in range(start, stop)}
    for (start, stop), concepts in sorted(spans.items()):
        own = tuple(words[i] for i in range(start, stop) if i in kept) or tuple(words[start:stop])
        role = max(_role(name, matcher) for name in concepts)
        yield Part(_asked(words[start:stop]), own, _sought(concepts, matcher), role)
    for i in kept:
        if i not in covered:
            weight = BESIDE_CONCEPTS if spans else 1.0
            yield Part(words[i].text, (words[i],), weight=weight)


def _asked(words: Iterable[Word]) -> str:
    """Return words as they were typed; one that is read as two stands there once."""
    return " ".join(text for text, _ in groupby(word.text for word in words))


def _sought(concepts: Mapping[str, float], matcher: ConceptMatcher) -> tuple[Sought, ...]:
    """Return the concepts themselves, what they are directly a kind of, and what is related."""
    found = [
        Sought(name, WhyKind.CONCEPT, weight * _role(name, matcher))
        for name, weight in concepts.items()
    ]
    known = set(concepts)
    for kind, near in ((WhyKind.BROADER, matcher.parents), (WhyKind.RELATED, matcher.related)):
        for name, weight in concepts.items():
            for other in near(name):
                if other not in known:
                    known.add(other)
                    found.append(Sought(other, kind, weight * _role(name, matcher)))
    return tuple(found)


def _role(concept: str, matcher: ConceptMatcher) -> float:
    tags = matcher.concepts[concept].tags or {}
    return min((ROLE_WEIGHTS[key] for key in tags if key in ROLE_WEIGHTS), default=1.0)


def _names(words: Sequence[Word], kept: Sequence[int]) -> dict[str, float]:
    """Return every run of words written together, with its share of those that say something."""
    found: dict[str, float] = {}
    total = len(kept)
    for start in range(len(words)):
        for stop in range(start + 1, min(len(words), start + _LONGEST_NAME) + 1):
            joined = name_key(word.read for word in words[start:stop])
            share = sum(start <= i < stop for i in kept) / total if total else 0.0
            if share:
                found[joined] = max(share, found.get(joined, 0.0))
    return found


_LONGEST_NAME = 10


def name_key(words: Iterable[str]) -> str:
    """Return a name as it is compared as a whole: written together, small, without accents."""
    return "".join(fold(word) for word in words)
