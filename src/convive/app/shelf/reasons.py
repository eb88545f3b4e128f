"""Why a document was found, from its own texts: what met which words of the query, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from convive.app.shelf.concept_matching import ConceptMatcher
from convive.app.shelf.documents import Document, Passage, Rank
from convive.app.shelf.lexicon import Lexicon
from convive.app.shelf.query import Why, WhyKind
from convive.app.shelf.query_plan import FIELD_WEIGHTS, KIND_WEIGHTS, Part, Plan, Word, name_key
from convive.app.shelf.reading import Mentions
from convive.catalogue.texts import localised, say
from convive.core.shelf.spelling import fold, words_in

MOST_REASONS = 3


_MOST_READ = 1 << 14
"""Passages whose words are kept ready; labels are shared by many documents."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a passage, with what each stands for."""

    written: tuple[tuple[str, tuple[str, ...]], ...]
    stems: frozenset[str]


_Weighed = Sequence[tuple[float, Passage]]


class Explainer:
    """Tells why documents were found; safe for many threads."""

    def __init__(self, lexicon: Lexicon, matcher: ConceptMatcher) -> None:
        self._lexicon, self._matcher = lexicon, matcher
        self._words = lru_cache(maxsize=_MOST_READ)(self._read)

    def reasons(
        self, document: Document, mentions: Mentions, plan: Plan, language: str
    ) -> tuple[Why, ...]:
        """Return the strongest reasons first, one a part of the query, at most `MOST_REASONS`.

        Parameters
        ----------
        mentions : mapping
            Concepts of which the document speaks.
        language : str
            The reader's: concepts are called as there.
        """
        names = [one for one in document.passages if _is_name(one, plan)]
        weighed = _weighed(document, plan)
        found = []
        for part in plan.parts:
            met = [
                *self._by_name(document, names, part, plan, language),
                *self._by_word(weighed, part),
                *self._by_concept(mentions, part, language),
            ]
            if met:
                found.append(max(met, key=lambda one: one[0]))
        found.sort(key=lambda one: -one[0])
        # A name that covers several parts is one reason.
        told = dict.fromkeys(why for _, why in found)
        return tuple(told)[:MOST_REASONS]

    def _by_name(
        self,
        document: Document,
        names: Iterable[Passage],
        part: Part,
        plan: Plan,
        language: str,
    ) -> Iterator[tuple[float, Why]]:
        wanted = {fold(word.read) for word in part.words}
        for passage in names:
            words = words_in(passage.text)
            is_whole = name_key(words) in plan.names
            known = {fold(word) for word in words}
            if wanted <= known if part.is_label and not is_whole else wanted & known:
                weight = FIELD_WEIGHTS[Rank.NAME] * (2.0 if is_whole else 1.0)
                is_title = passage.where == "title"
                shown = localised(document.title, language) if is_title else passage.text
                kind = WhyKind.SPELLING if _is_respelled(part) else WhyKind.NAME
                yield weight * KIND_WEIGHTS[kind], Why(kind, part.asked, shown, passage.where)

    def _by_word(self, weighed: _Weighed, part: Part) -> Iterator[tuple[float, Why]]:
        met = [one for word in part.words if (one := self._met(word, weighed))]
        if not met or (part.is_label and len(met) < len(part.words)):
            return
        kind = WhyKind.SPELLING if _is_respelled(part) else WhyKind.WORD
        weight = sum(weight for weight, _, _ in met) / len(part.words) * part.weight
        _, where, _ = max(met, key=lambda one: one[0])
        found = " ".join(written for _, place, written in met if place == where)
        yield weight * KIND_WEIGHTS[kind], Why(kind, part.asked, found, where)

    def _met(self, word: Word, weighed: _Weighed) -> tuple[float, str, str] | None:
        """Return weight, field and written form of the best meeting of a word, or None."""
        for sought in ([word], word.parts):
            for weight, passage in weighed:
                stems = [one.stems.get(passage.language, frozenset()) for one in sought]
                wanted = frozenset().union(*stems)
                words = self._words(passage) if wanted else None
                if words and not wanted.isdisjoint(words.stems):
                    written = (one for one, has in words.written if not wanted.isdisjoint(has))
                    return weight, passage.where, next(written)
        return None

    def _read(self, passage: Passage) -> _Words:
        read = self._lexicon.read
        written = tuple((one, read(one, passage.language)) for one in words_in(passage.text))
        return _Words(written, frozenset(stem for _, stems in written for stem in stems))

    def _by_concept(
        self, mentions: Mentions, part: Part, language: str
    ) -> Iterator[tuple[float, Why]]:
        for sought in part.sought:
            for concept, (rank, where) in mentions.items():
                kind = sought.kind
                if concept != sought.concept:
                    if kind is not WhyKind.CONCEPT:
                        continue
                    if sought.concept not in self._matcher.above(concept):
                        continue
                    kind = WhyKind.NARROWER
                label = localised(self._matcher.concepts[concept].labels, language)
                weight = FIELD_WEIGHTS[rank] * KIND_WEIGHTS[kind] * sought.weight
                yield weight, Why(kind, part.asked, label, where)


def _weighed(document: Document, plan: Plan) -> _Weighed:
    """Return the passages that are no names, the weightiest first."""
    weights = plan.language_weights
    found = [
        (FIELD_WEIGHTS[one.rank] * weights[one.language], one)
        for one in document.passages
        if one.rank is not Rank.NAME
    ]
    return sorted(found, key=lambda one: -one[0])


def _is_name(passage: Passage, plan: Plan) -> bool:
    """Tell whether a passage is a name: one without a language, or a title typed in full."""
    if passage.rank is Rank.TITLE:
        return name_key(words_in(passage.text)) in plan.names
    return passage.rank is Rank.NAME


def _is_respelled(part: Part) -> bool:
    return any(word.is_respelled for word in part.words)


def reason_sentence(why: Why, language: str) -> str:
    """Return a reason in words; a thing called as it was asked for is not said in other words."""
    is_same = why.kind is WhyKind.CONCEPT and fold(why.asked) == fold(why.found)
    kind = WhyKind.WORD if is_same else why.kind
    told = {"asked": why.asked, "found": why.found, "where": why.where}
    return say(f"shelf_why.{kind}", language, **told)
