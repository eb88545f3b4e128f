"""Whatever is typed: an answer, in a fixed order, whose counts and reasons are true."""

from __future__ import annotations

from functools import lru_cache

from hypothesis import given, settings
from hypothesis import strategies as st

from convive.app.shelf.query import FACETS, ShelfAnswer, ShelfIndex, ShelfQuery, WhyKind
from convive.catalogue.texts import languages
from convive.core.shelf.spelling import (
    KnownSpellings,
    fold,
    most_slips,
    slip_cost,
    slips_between,
    words_in,
)
from factories.shelf_search import CONCEPTS, ENTRIES, index_of

KNOWN = (
    "women", "walks", "tram", "Taschendiebstahl", "diefstal", "noche", "spaccio", "Nachtvlinder",
    "square", "bycicles", "fear of crime", "trammediators", "Setúbal", "the", "de", "LAMPS",
)  # fmt: skip
HOSTILE = (
    "title_en:*", "AND OR NOT", "((((", '"unclosed', "a~9", "[a TO z]", "\0", "\ud800", "\u202e\u200f\u0627\u0628",
    "\U0001f469\u200d\U0001f467 \U0001f600", "+-&|!{}^?:\\/", "' OR 1=1 --", "<script>", "ﬁﬂ", "İ", "x" * 10_000, "de " * 4_000,
)  # fmt: skip

TEXTS = st.lists(st.sampled_from(KNOWN + HOSTILE) | st.text(max_size=20), max_size=6).map(" ".join)
CHOICES = st.dictionaries(
    st.sampled_from(FACETS),
    st.lists(
        st.sampled_from(["drugs", "theft", "night", "FR", "practice", "no such"]), max_size=2
    ).map(tuple),
    max_size=2,
)
QUERIES = st.builds(
    ShelfQuery,
    text=TEXTS,
    language=st.sampled_from([*languages(), "pt-BR", "xx", ""]),
    facets=CHOICES,
    with_person_risk=st.booleans(),
)


@lru_cache(maxsize=1)
def index() -> ShelfIndex:
    return index_of(ENTRIES, CONCEPTS)


def refs(answer: ShelfAnswer) -> list[str]:
    return [hit.ref for hit in answer.hits]


@given(QUERIES)
def test_any_text_has_an_answer_and_the_same_one_again(query: ShelfQuery) -> None:
    answer, again = index().search(query), index().search(query)
    assert tuple(answer.hits) == tuple(again.hits)
    assert answer.facets == again.facets
    assert len(set(refs(answer))) == len(answer.hits)
    assert tuple(answer.hits[:3]) == tuple(answer.hits)[:3]


@given(QUERIES)
@settings(max_examples=30)
def test_counts_are_what_one_would_find_with_the_code(query: ShelfQuery) -> None:
    counts = index().search(query).facets
    for facet in ("topic", "time", "country"):
        for code, n in counts[facet].items():
            chosen = ShelfQuery(
                query.text, query.language, {**query.facets, facet: (code,)}, query.with_person_risk
            )
            assert len(index().search(chosen).hits) == n


@given(QUERIES, st.sampled_from(FACETS), st.sampled_from(["drugs", "theft", "night", "FR", "none"]))
def test_one_more_facet_never_adds_a_hit(query: ShelfQuery, facet: str, code: str) -> None:
    if query.facets.get(facet):
        return
    more = {**query.facets, facet: (code,)}
    narrowed = ShelfQuery(query.text, query.language, more, query.with_person_risk)
    whole = refs(index().search(query))
    left = refs(index().search(narrowed))
    assert left == [ref for ref in whole if ref in left]


@given(QUERIES)
def test_leaving_out_what_scores_persons_takes_away_only_that(query: ShelfQuery) -> None:
    with_them = ShelfQuery(query.text, query.language, query.facets, with_person_risk=True)
    without = ShelfQuery(query.text, query.language, query.facets, with_person_risk=False)
    assert refs(index().search(without)) == [
        ref for ref in refs(index().search(with_them)) if ref != "convive/camera"
    ]


@given(QUERIES)
def test_reasons_are_few_there_and_true(query: ShelfQuery) -> None:
    texts = {one.ref: every_word(one) for one in ENTRIES}
    for hit in index().search(query).hits:
        assert len(hit.why) <= 3
        assert bool(hit.why) == bool(query.text.strip())
        for why in hit.why:
            assert why.asked.split()[0] in words_in(query.text)
            if why.kind in {WhyKind.WORD, WhyKind.SPELLING} and why.where not in {"tags", "places"}:
                assert set(map(fold, words_in(why.found))) <= texts[hit.ref]


def every_word(entry: object) -> set[str]:
    practice = entry.practice
    texts = [*practice.title.values(), *practice.summary.values(), *practice.aliases]
    return {fold(word) for text in texts for word in words_in(text)}


WORDS = st.text(alphabet="abcdeé", max_size=7)


@given(WORDS, WORDS)
def test_slips_are_a_distance(one: str, other: str) -> None:
    assert slips_between(one, other) == slips_between(other, one)
    assert (slips_between(one, other) == 0) == (one == other)
    assert abs(len(one) - len(other)) <= slips_between(one, other) <= max(len(one), len(other))


@given(st.lists(WORDS, max_size=8), WORDS)
def test_the_nearest_word_is_as_near_as_a_slow_search_says(known: list[str], word: str) -> None:
    counts = {fold(one): 1 for one in known}
    found = KnownSpellings(counts).nearest(fold(word))
    allowed = most_slips(fold(word))
    costs = {
        one: n
        for one in counts
        if len(one) > 2
        and (n := slip_cost(fold(word), one)) <= min(allowed, max(1, most_slips(one)))
    }
    assert (found is None) == (not costs or not allowed)
    if found is not None:
        assert costs[found] == min(costs.values())


@given(WORDS, WORDS)
def test_what_is_no_likely_slip_costs_more_never_less(one: str, other: str) -> None:
    slips = slips_between(one, other)
    assert slips <= slip_cost(one, other) <= 2 * slips + 1
