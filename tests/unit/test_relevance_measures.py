"""Measures of a ranking, against numbers worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest

from factories.relevance import (
    Difference,
    Query,
    Rankings,
    difference,
    ndcg,
    recall,
    reciprocal_rank,
    report,
    written,
)

JUDGED = {"lamps": 3, "walk": 2, "garden": 1}


def _query(number: int, need: str, language: str = "en", *, held_out: bool = False) -> Query:
    split = "held_out" if held_out else "tune"
    return Query(f"{language}_{number:02d}", need, language, "dark", "topic", split, JUDGED)


def test_ndcg_is_the_gain_of_grades_over_the_log_of_ranks() -> None:
    # Gains 7, 3, 1; the best ranking is worth 7/1 + 3/log2(3) + 1/2 = 9.392789.
    # Walk first, something else, then lamps: 3/1 + 0 + 7/2 = 6.5.
    assert ndcg(["walk", "camera", "lamps"], JUDGED) == pytest.approx(6.5 / 9.392789, rel=1e-6)
    assert ndcg(["lamps", "walk", "garden"], JUDGED) == 1.0
    assert ndcg(["camera"], JUDGED) == 0.0
    assert ndcg([], JUDGED) == 0.0


def test_ndcg_looks_no_further_than_the_tenth_result() -> None:
    nothing = [f"nothing_{i}" for i in range(9)]

    tenth = 7 / math.log2(11) / (7 + 3 / math.log2(3) + 1 / 2)
    assert ndcg([*nothing, "lamps"], JUDGED) == pytest.approx(tenth)
    assert ndcg([*nothing, "nothing_9", "lamps"], JUDGED) == 0.0


def test_ndcg_is_1_for_the_best_ten_of_more() -> None:
    judged = {f"lamps_{i}": 3 for i in range(14)}

    assert ndcg([f"lamps_{i}" for i in range(10)], judged) == 1.0


def test_recall_counts_all_that_is_relevant_and_not_what_only_touches() -> None:
    assert recall(["walk", "garden"], JUDGED) == 0.5
    assert recall(["garden", "lamps", "walk"], JUDGED) == 1.0
    assert recall(["garden", "lamps", "walk"], JUDGED, depth=2) == 0.5
    assert (
        recall([f"lamps_{i}" for i in range(14)], {f"lamps_{i}": 2 for i in range(14)}) == 10 / 14
    )


def test_reciprocal_rank_is_that_of_the_first_relevant_entry() -> None:
    assert reciprocal_rank(["garden", "camera", "walk", "lamps"], JUDGED) == pytest.approx(1 / 3)
    assert reciprocal_rank(["garden"], JUDGED) == 0.0


def test_an_entry_that_is_named_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="once"):
        ndcg(["lamps", "lamps"], JUDGED)


def test_the_report_has_means_of_all_and_by_language_kind_and_half() -> None:
    asked = [_query(1, "a"), _query(1, "b", "fr", held_out=True)]

    rows = report({"en_01": ["lamps", "walk", "garden"], "fr_01": []}, asked)

    means = {(row.by, row.value): (row.n_queries, row.ndcg, row.reciprocal_rank) for row in rows}
    assert means == {
        ("all", ""): (2, 0.5, 0.5),
        ("language", "en"): (1, 1.0, 1.0),
        ("language", "fr"): (1, 0.0, 0.0),
        ("kind", "topic"): (2, 0.5, 0.5),
        ("split", "held_out"): (1, 0.0, 0.0),
        ("split", "tune"): (1, 1.0, 1.0),
    }
    assert "| language | fr | 1 | 0.000 | 0.000 | 0.000 |" in written(rows)


def test_a_query_without_a_ranking_is_an_error_and_not_a_nought() -> None:
    with pytest.raises(KeyError, match="en_01"):
        report({}, [_query(1, "a")])


def _compared(asked: list[Query], better: Rankings, seed: int = 7) -> Difference:
    worse = {one.id: [] for one in asked}
    return difference(better, worse, rng=np.random.default_rng(seed), asked=asked, draws=2000)


def test_the_interval_of_a_difference_is_0_wide_where_all_needs_differ_alike() -> None:
    asked = [_query(i, f"need_{i}") for i in range(8)]

    found = _compared(asked, {one.id: ["lamps", "walk", "garden"] for one in asked})

    assert found == Difference(1.0, 1.0, 1.0, 8, 8)


def test_the_interval_is_that_of_needs_drawn_with_replacement() -> None:
    # Half of 40 needs are won outright: share 0.5, standard error sqrt(0.25 / 40) = 0.0791.
    asked = [_query(i, f"need_{i}") for i in range(40)]
    won = {one.id: ["lamps", "walk", "garden"] if i % 2 else [] for i, one in enumerate(asked)}

    found = _compared(asked, won)

    assert found.mean == 0.5
    assert found.high - found.low == pytest.approx(2 * 1.96 * 0.0791, abs=0.03)


def test_queries_of_one_need_count_as_one_voice() -> None:
    alone = [_query(i, f"need_{i}") for i in range(20)]
    many = [_query(10 * i + j, f"need_{i}") for i in range(20) for j in range(5)]

    widths = []
    for asked in (alone, many):
        won = {one.id: ["lamps"] if int(one.need[5:]) % 2 else [] for one in asked}
        found = _compared(asked, won)
        widths.append(found.high - found.low)

    assert widths[1] == pytest.approx(widths[0], rel=0.1)


def test_same_generator_same_interval() -> None:
    asked = [_query(i, f"need_{i}") for i in range(9)]
    won = {one.id: ["lamps"] if i % 3 else [] for i, one in enumerate(asked)}

    assert _compared(asked, won) == _compared(asked, won)
