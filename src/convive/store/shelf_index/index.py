"""The shelf as an index of Tantivy in memory: built once, then read by many threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import overload

import numpy as np
import tantivy
from numpy.typing import NDArray

from convive.app.shelf.concept_matching import ConceptMatcher
from convive.app.shelf.documents import NO_LANGUAGE, Document, Rank
from convive.app.shelf.facet_table import FacetTable
from convive.app.shelf.lexicon import Analysis, lexicon_of
from convive.app.shelf.query import Hit, ShelfAnswer, ShelfQuery
from convive.app.shelf.query_plan import PERSON_RISK, RELEVANT_FROM, Plan, plan_of
from convive.app.shelf.reading import Mentions, PassageReader, ReadPassage, mentions_of
from convive.app.shelf.reasons import Explainer
from convive.catalogue.texts import known_language, languages, localised
from convive.core.collation import collation_key
from convive.core.shelf.concept import Concept
from convive.store.shelf_index.queries import (
    POSITION,
    WHOLE_NAMES,
    concept_field,
    search_query,
    text_field,
    wider_field,
)

_WORDS = "words"
_WRITER_BYTES = 50_000_000
_Found = NDArray[np.intp]


class TantivyShelfIndex:
    """Answers queries; implements `convive.app.shelf.query.ShelfIndex`.

    Parameters
    ----------
    documents : sequence of Document
        Sorted by ref: of two equally good ones the first is shown first.
    concepts : iterable of Concept
        The maintained vocabulary.
    analysis : Analysis
        What each language does with its words.
    """

    def __init__(
        self, documents: Sequence[Document], concepts: Iterable[Concept], analysis: Analysis
    ) -> None:
        vocabulary = tuple(concepts)
        self._documents = documents
        self._lexicon = lexicon_of(documents, vocabulary, analysis)
        self._matcher = ConceptMatcher(vocabulary, analysis)
        self._facets = FacetTable(documents)
        self._explainer = Explainer(self._lexicon, self._matcher)
        self._has_person_risk = np.array([one.person_risk for one in documents], dtype=np.bool_)
        self._by_title = {one: self._sorted_by_title(one) for one in languages()}
        self._schema = _schema()
        self._mentions: list[Mentions] = []
        self._searcher = self._built()

    def search(self, query: ShelfQuery) -> ShelfAnswer:
        """Return everything that was found, the best first."""
        if not query.text.strip():
            return self._answer(query, self._by_title[known_language(query.language)], None)
        plan = plan_of(query.text, query.language, self._lexicon, self._matcher)
        return self._answer(query, self._ranked(plan), plan)

    def _answer(self, query: ShelfQuery, ranked: _Found, plan: Plan | None) -> ShelfAnswer:
        if not query.with_person_risk:
            ranked = ranked[~self._has_person_risk[ranked]]
        found = np.zeros(len(self._documents), dtype=np.bool_)
        found[ranked] = True
        kept = self._facets.narrowed(query.facets)
        hits = _Hits(self, ranked[kept[ranked]], plan, query.language)
        counts = self._facets.counts(found, query.facets)
        return ShelfAnswer(hits, counts, plan.spelled if plan else {})

    def hit(self, position: int, plan: Plan | None, language: str) -> Hit:
        """Return one that was found, with its reasons."""
        document = self._documents[position]
        if plan is None:
            return Hit(document.ref, ())
        mentions = self._mentions[position]
        return Hit(document.ref, self._explainer.reasons(document, mentions, plan, language))

    def _ranked(self, plan: Plan) -> _Found:
        """Return the places of the documents that were found, the best first."""
        wanted = search_query(plan, self._schema)
        if wanted is None or not self._documents:
            return np.empty(0, dtype=np.intp)
        told = self._searcher.search(wanted, limit=len(self._documents), count=False).hits
        places = self._searcher.fast_field_values(POSITION, [address for _, address in told])
        position = np.array(places, dtype=np.intp)
        score = np.array([score for score, _ in told])
        is_relevant = score >= RELEVANT_FROM * score.max(initial=0.0)
        position, score = position[is_relevant], score[is_relevant]
        score = np.where(self._has_person_risk[position], score * PERSON_RISK, score)
        best_first: _Found = position[np.lexsort((position, -score.round(6)))]
        return best_first

    def _sorted_by_title(self, language: str) -> _Found:
        keys = [collation_key(localised(one.title, language)) for one in self._documents]
        order = sorted(range(len(keys)), key=lambda i: (keys[i], self._documents[i].ref))
        return np.array(order, dtype=np.intp)

    def _built(self) -> tantivy.Searcher:
        index = tantivy.Index(self._schema)
        plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(_WORDS, plain)
        reader = PassageReader(self._matcher, self._lexicon)
        writer = index.writer(_WRITER_BYTES, num_threads=1)
        for i, document in enumerate(self._documents):
            passages = [reader.read(passage) for passage in document.passages]
            self._mentions.append(mentions_of(document, passages, self._matcher))
            writer.add_document(self._written(i, document, passages))
        writer.commit()
        writer.wait_merging_threads()
        index.reload()
        return index.searcher()

    def _written(
        self, position: int, document: Document, passages: Iterable[ReadPassage]
    ) -> tantivy.Document:
        """Return a document as Tantivy keeps it: stems and concepts, parted by spaces."""
        fields: defaultdict[str, list[str]] = defaultdict(list)
        for read in passages:
            rank = read.passage.rank
            fields[text_field(rank, read.passage.language)] += read.stems
            if rank in (Rank.NAME, Rank.TITLE):
                fields[WHOLE_NAMES].append(read.name)
            self._add_concepts(fields, read.concepts, rank)
        self._add_concepts(fields, frozenset(self._matcher.tagged(document)), Rank.TAG)
        made = tantivy.Document()
        made.add_unsigned(POSITION, position)
        for name, words in fields.items():
            made.add_text(name, " ".join(words))
        return made

    def _add_concepts(
        self, fields: defaultdict[str, list[str]], concepts: frozenset[str], rank: Rank
    ) -> None:
        if concepts:
            fields[concept_field(rank)] += sorted(concepts)
            wider = frozenset().union(*(self._matcher.above(one) for one in concepts))
            fields[wider_field(rank)] += sorted(wider)


class _Hits(Sequence[Hit]):
    """Hits whose reasons are worked out when they are looked at.

    A page shows twenty of what may be thousands, and reasons cost more than finding.
    """

    def __init__(
        self, index: TantivyShelfIndex, positions: _Found, plan: Plan | None, language: str
    ) -> None:
        self._index, self._plan, self._language = index, plan, language
        self._positions = positions

    def __len__(self) -> int:
        return len(self._positions)

    @overload
    def __getitem__(self, place: int) -> Hit: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, place: int | slice) -> Hit | tuple[Hit, ...]:
        if isinstance(place, slice):
            return tuple(self._made(i) for i in self._positions[place])
        return self._made(self._positions[place])

    def _made(self, position: np.intp) -> Hit:
        return self._index.hit(int(position), self._plan, self._language)


def _schema() -> tantivy.Schema:
    made = tantivy.SchemaBuilder().add_unsigned_field(POSITION, fast=True)
    names = [WHOLE_NAMES]
    for rank in Rank:
        names += [concept_field(rank), wider_field(rank)]
        names += [text_field(rank, one) for one in (*languages(), NO_LANGUAGE)]
    for name in names:
        made = made.add_text_field(name, tokenizer_name=_WORDS, index_option="freq")
    return made.build()
