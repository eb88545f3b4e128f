"""Dominance, rounding and differences on random input, against plain second implementations."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from convive.core.disclosure import (
    Figures,
    contributions,
    dominated,
    feasible_ranges,
    rounded_counts,
    rounding_limits,
    suppress,
    telling_figures,
)
from factories.margin_tables import table_with_margins

rows = st.lists(
    st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(0, 5)), min_size=1, max_size=25
)


@given(rows)
def test_the_two_largest_are_those_of_a_plain_count(given_rows: list[tuple[int, int, int]]) -> None:
    found = contributions(*zip(*given_rows, strict=True), n_cells=4)
    for cell in range(4):
        own: dict[int, int] = {}
        for value, at, who in given_rows:
            if at == cell:
                own[who] = own.get(who, 0) + value
        ranked = [*sorted(own.values(), reverse=True), 0, 0]
        assert (found.total[cell], found.largest[cell], found.second[cell]) == (
            sum(own.values()),
            ranked[0],
            ranked[1],
        )


@given(rows, st.floats(0.1, 0.99), st.floats(0.1, 0.99))
def test_a_stricter_rule_finds_no_less(
    given_rows: list[tuple[int, int, int]], first: float, second: float
) -> None:
    found = contributions(*zip(*given_rows, strict=True), n_cells=4)
    strict, loose = sorted((first, second))
    assert np.all(dominated(found, one=strict) | ~dominated(found, one=loose))
    assert np.all(dominated(found, two=strict) | ~dominated(found, one=strict))
    assert np.all(dominated(found, percent=50) | ~dominated(found, percent=10))


@given(rows, st.integers(1, 50))
def test_the_unit_does_not_matter(given_rows: list[tuple[int, int, int]], factor: int) -> None:
    values, at, who = (np.array(one) for one in zip(*given_rows, strict=True))
    one, other = (contributions(values * f, at, who, n_cells=4) for f in (1, factor))
    rule = {"one": 0.7, "two": 0.9, "percent": 10}
    assert np.array_equal(dominated(one, **rule), dominated(other, **rule))


@given(st.lists(st.integers(0, 10_000), min_size=1), st.integers(1, 50))
def test_rounding_is_near_keeps_the_order_and_zero(counts: list[int], base: int) -> None:
    exact = np.array(counts)
    found = rounded_counts(exact, base)
    assert np.all(found % base == 0)
    assert np.all((found == 0) == (exact == 0))
    assert np.all(np.abs(found - exact) < np.where(exact < base, base, base / 2 + 0.1))
    order = np.argsort(exact, kind="stable")
    assert np.all(np.diff(found[order]) >= 0)
    assert np.array_equal(rounded_counts(found, base), found)
    low, high = rounding_limits(found, base)
    assert np.all((low <= exact) & (exact <= high))
    assert np.array_equal(rounded_counts(low, base), found)
    assert np.array_equal(rounded_counts(high, base), found)


tables = npst.arrays(
    np.int64, npst.array_shapes(min_dims=1, max_dims=2, max_side=3), elements=st.integers(0, 40)
)


@given(tables, st.integers(2, 12))
def test_rounding_what_is_shown_tells_no_more_of_what_is_hidden(
    core: np.ndarray, base: int
) -> None:
    """The second truth of each small count would have been published to the same digits."""
    counts, margins = table_with_margins(core)
    status = suppress(counts, margins=margins).status
    low, high = feasible_ranges(counts, status, margins=margins)
    shown = status == 0
    small = (counts > 0) & (counts < 5)
    for truth in (low, high):
        # Shown cells have one value in every truth that suppression leaves open.
        assert np.array_equal(
            rounded_counts(truth[shown], base), rounded_counts(counts[shown], base)
        )
    assert np.all((high - low)[small] >= 1 - 1e-6)


sets = st.lists(st.sets(st.integers(0, 3)), min_size=1, max_size=4, unique_by=frozenset)


@given(sets, sets, st.data())
def test_telling_figures_are_those_of_all_pairs(
    kinds: list[set[int]], places: list[set[int]], data: st.DataObject
) -> None:
    axes = (kinds, places)
    inside = tuple(np.array([[a <= b for b in own] for a in own]) for own in axes)

    def drawn() -> Figures:
        n = data.draw(st.integers(1, 8))
        forms = np.array(
            [[data.draw(st.integers(0, len(own) - 1)) for own in axes] for _ in range(n)]
        )
        flags = [np.array([data.draw(st.booleans()) for _ in range(n)]) for _ in range(2)]
        return Figures(np.array([data.draw(st.integers(0, 20)) for _ in range(n)]), forms, *flags)

    new, old = drawn(), drawn()
    expected = []
    for i, n in enumerate(new.counts):
        tells = False
        for j, m in enumerate(old.counts):
            pairs = [(own[new.forms[i, x]], own[old.forms[j, x]]) for x, own in enumerate(axes)]
            is_nested = all(a <= b for a, b in pairs) or all(b <= a for a, b in pairs)
            is_far = sum(a != b for a, b in pairs) > 1 or new.is_derived[i] or old.is_derived[j]
            is_known = new.is_common[i] or old.is_common[j]
            tells |= is_nested and 0 < abs(n - m) < 5 and not (is_far and is_known)
        expected.append(tells)
    assert telling_figures(new, old, inside=inside).tolist() == expected
