"""A plan of what is looked for, in the words of Tantivy."""

from __future__ import annotations

from collections.abc import Iterator

from tantivy import Occur, Query, Schema

from convive.app.shelf.documents import NO_LANGUAGE, Rank
from convive.app.shelf.query import WhyKind
from convive.app.shelf.query_plan import (
    CORROBORATION,
    FIELD_WEIGHTS,
    KIND_WEIGHTS,
    PART_OF_COMPOUND,
    WHOLE_NAME_SCORE,
    Part,
    Plan,
    Sought,
    Word,
)

POSITION = "position"
WHOLE_NAMES = "whole_names"


def text_field(rank: Rank, language: str) -> str:
    """Return the field with the stems of a rank and language."""
    return f"{rank.name.lower()}_{language or 'names'}"


def concept_field(rank: Rank) -> str:
    """Return the field with the concepts of which a rank speaks."""
    return f"{rank.name.lower()}_concepts"


def wider_field(rank: Rank) -> str:
    """Return the field with what those concepts are a kind of."""
    return f"{rank.name.lower()}_wider"


def search_query(plan: Plan, schema: Schema) -> Query | None:
    """Return the query of a plan; None where it asks for nothing that the shelf has."""
    wanted = [query for part in plan.parts if (query := _part_query(part, plan, schema))]
    if not wanted:
        return None
    names = [
        Query.const_score_query(
            Query.term_query(schema, WHOLE_NAMES, name, "freq"), WHOLE_NAME_SCORE * share
        )
        for name, share in plan.names.items()
    ]
    return _any_of([*wanted, Query.disjunction_max_query(names)])


def _any_of(queries: list[Query]) -> Query:
    """Return a query whose score is the sum of those that match."""
    return Query.boolean_query([(Occur.Should, one) for one in queries])


def _best_of(queries: list[Query]) -> Query:
    """Return a query whose score is the best one, and a little of the others."""
    return Query.disjunction_max_query(queries, CORROBORATION)


def _part_query(part: Part, plan: Plan, schema: Schema) -> Query | None:
    each = [_best_of(found) for word in part.words if (found := _ways(word, part, plan, schema))]
    ways = []
    if each and (len(each) == len(part.words) or not part.is_label):
        occur = Occur.Must if part.is_label else Occur.Should
        shares = [(occur, Query.boost_query(one, 1 / len(part.words))) for one in each]
        ways.append(Query.boolean_query(shares))
    for sought in part.sought:
        ways += _concept(sought, schema)
    return _best_of(ways) if ways else None


def _ways(word: Word, part: Part, plan: Plan, schema: Schema) -> list[Query]:
    """Return the ways in which a word can be met: as it is, or as the words that it joins."""
    found = [*_word(word, part, plan, schema)]
    if word.parts:
        share = PART_OF_COMPOUND / len(word.parts)
        parts = [_best_of([*_word(one, part, plan, schema)]) for one in word.parts]
        found.append(_any_of([Query.boost_query(one, share) for one in parts]))
    return found


def _word(word: Word, part: Part, plan: Plan, schema: Schema) -> Iterator[Query]:
    kind = WhyKind.SPELLING if word.is_respelled else WhyKind.WORD
    for language, stems in word.stems.items():
        for rank, weight in FIELD_WEIGHTS.items():
            # What looks like a name is not weakened by words that the vocabulary knows.
            beside = 1.0 if language == NO_LANGUAGE else part.weight
            boost = weight * KIND_WEIGHTS[kind] * plan.language_weights[language] * beside
            for stem in sorted(stems):
                query = Query.term_query(schema, text_field(rank, language), stem, "freq")
                yield Query.boost_query(query, boost)


def _concept(sought: Sought, schema: Schema) -> Iterator[Query]:
    for rank, weight in FIELD_WEIGHTS.items():
        boost = weight * sought.weight * KIND_WEIGHTS[sought.kind]
        query = Query.term_query(schema, concept_field(rank), sought.concept, "freq")
        yield Query.boost_query(query, boost)
        if sought.kind is WhyKind.CONCEPT:
            narrower = weight * sought.weight * KIND_WEIGHTS[WhyKind.NARROWER]
            query = Query.term_query(schema, wider_field(rank), sought.concept, "freq")
            yield Query.boost_query(query, narrower)
