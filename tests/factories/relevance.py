"""The relevance test set of the shelf: what is asked, what is judged, and how rankings are measured.

`tests/relevance/README.md` tells how it was made. Relevant are entries of grade 2 and 3; an entry
that is not judged counts as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

import numpy as np

from convive.catalogue.yaml_files import parse_yaml

QUERIES = Path(__file__).parents[1] / "relevance" / "queries.yaml"

Kind = Literal["topic", "name", "group", "place", "method", "typo", "sentence"]
Split = Literal["tune", "held_out"]
KINDS: tuple[Kind, ...] = get_args(Kind)
SPLITS: tuple[Split, ...] = get_args(Split)

GRADES = {"exactly": 3, "useful": 2, "touches": 1}
"""Grade of an entry by the word under which the file lists it."""
RELEVANT = 2
"""The least grade that recall and reciprocal rank count."""
DEPTH = 10
"""How many results somebody is taken to look at."""
GROUPINGS = ("all", "language", "kind", "split")

Judgements = Mapping[str, int]
"""Grade by id of the practice."""
Rankings = Mapping[str, Sequence[str]]
"""Ids of practices, best first, by id of the query; empty where nothing was found."""
Measure = Callable[[Sequence[str], Judgements], float]


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody types, and what they ought to find."""

    id: str
    need: str
    """What they want to know; queries of one need share its judgements."""
    language: str
    text: str
    kind: Kind
    split: Split
    judgements: Judgements


@dataclass(frozen=True, slots=True)
class ReportRow:
    """Means of one group of queries."""

    by: str
    """``all``, ``language``, ``kind`` or ``split``."""
    value: str
    n_queries: int
    ndcg: float
    recall: float
    reciprocal_rank: float


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better the first engine is than the second, as a mean over queries."""

    mean: float
    low: float
    high: float
    n_queries: int
    n_needs: int


@lru_cache(maxsize=1)
def queries() -> tuple[Query, ...]:
    """Return every query of the set, in the order of the file."""
    document = parse_yaml(QUERIES.read_text(encoding="utf-8"), QUERIES.name)
    return tuple(query for need in document["needs"] for query in _queries_of(need))


def _queries_of(need: Mapping[str, Any]) -> Iterator[Query]:
    listed = [
        (practice, GRADES[word])
        for word, practices in need["judgements"].items()
        for practice in practices
    ]
    judgements = dict(listed)
    if len(judgements) < len(listed):
        raise ValueError(f"{need['id']}: a practice is judged twice")
    for one in need["queries"]:
        yield Query(**one, need=need["id"], split=need["split"], judgements=judgements)


def ndcg(ranking: Sequence[str], judgements: Judgements, *, depth: int = DEPTH) -> float:
    """Return the normalised discounted cumulative gain of the first results, in 0 to 1.

    The gain of an entry is ``2 ** grade - 1``, divided by ``log2(rank + 1)`` with ranks from 1;
    the sum is divided by that of the best ranking there could be.

    References
    ----------
    Burges, C. et al. (2005). Learning to rank using gradient descent. ICML 2005, section 6.
    """
    best = sorted(judgements.values(), reverse=True)
    return _gained(_grades(ranking, judgements), depth) / _gained(best, depth)


def recall(ranking: Sequence[str], judgements: Judgements, *, depth: int = DEPTH) -> float:
    """Return the share of all relevant entries that stand among the first results.

    Where more entries are relevant than `depth`, even the best ranking stays below 1.
    """
    found = _grades(ranking, judgements)[:depth]
    return _n_relevant(found) / _n_relevant(judgements.values())


def reciprocal_rank(ranking: Sequence[str], judgements: Judgements) -> float:
    """Return 1 / rank of the first relevant entry; 0 if there is none."""
    grades = _grades(ranking, judgements)
    return next((1 / rank for rank, grade in enumerate(grades, 1) if grade >= RELEVANT), 0.0)


def _grades(ranking: Sequence[str], judgements: Judgements) -> list[int]:
    if len(set(ranking)) < len(ranking):
        raise ValueError("a ranking names each entry once")
    return [judgements.get(practice, 0) for practice in ranking]


def _gained(grades: Sequence[int], depth: int) -> float:
    gains = 2.0 ** np.array(grades[:depth], dtype=float) - 1
    return float(np.sum(gains / np.log2(np.arange(2, gains.size + 2))))


def _n_relevant(grades: Iterable[int]) -> int:
    return sum(grade >= RELEVANT for grade in grades)


def report(rankings: Rankings, asked: Sequence[Query] | None = None) -> tuple[ReportRow, ...]:
    """Return the means over all queries, and by language, kind and split.

    Parameters
    ----------
    rankings : mapping of str to sequence of str
        Of every query that is asked; an engine that finds nothing gives an empty one.
    asked : sequence of Query, optional
        Those that count, by default the whole set: only one half, only one language.
    """
    counted = queries() if asked is None else asked
    groups: dict[tuple[str, str], list[Query]] = {}
    for query in counted:
        for by in GROUPINGS:
            groups.setdefault((by, getattr(query, by, "")), []).append(query)
    order = sorted(groups, key=lambda key: (GROUPINGS.index(key[0]), key[1]))
    return tuple(_row(by, value, groups[by, value], rankings) for by, value in order)


def _row(by: str, value: str, group: Sequence[Query], rankings: Rankings) -> ReportRow:
    means = [
        float(np.mean([measure(rankings[one.id], one.judgements) for one in group]))
        for measure in (ndcg, recall, reciprocal_rank)
    ]
    return ReportRow(by, value, len(group), *means)


def written(rows: Sequence[ReportRow]) -> str:
    """Return the rows as a table that can be read in a terminal or pasted into a page."""
    lines = [
        f"| {row.by} | {row.value} | {row.n_queries} "
        f"| {row.ndcg:.3f} | {row.recall:.3f} | {row.reciprocal_rank:.3f} |"
        for row in rows
    ]
    head = ("| by | value | queries | nDCG@10 | recall@10 | reciprocal rank |", "|---" * 6 + "|")
    return "\n".join((*head, *lines))


def difference(
    first: Rankings,
    second: Rankings,
    *,
    rng: np.random.Generator,
    measure: Measure = ndcg,
    asked: Sequence[Query] | None = None,
    draws: int = 10_000,
) -> Difference:
    """Return the mean difference of two engines with its 95% paired bootstrap interval.

    Whole needs are drawn with replacement, not single queries: queries of one need share their
    judgements, so drawing them one by one would make the interval too narrow.

    Parameters
    ----------
    first, second : mapping of str to sequence of str
        Rankings of the same queries.
    rng : numpy.random.Generator
        Same generator state, same interval.
    measure : callable
        `ndcg`, `recall` or `reciprocal_rank`.
    asked : sequence of Query, optional
        Those that count, by default the whole set.
    draws : int
        Number of bootstrap samples.

    References
    ----------
    Sakai, T. (2006). Evaluating evaluation metrics based on the bootstrap. SIGIR 2006.
    """
    counted = queries() if asked is None else asked
    by_need: dict[str, list[float]] = {}
    for one in counted:
        better = measure(first[one.id], one.judgements) - measure(second[one.id], one.judgements)
        by_need.setdefault(one.need, []).append(better)
    sums = np.array([sum(found) for found in by_need.values()])
    sizes = np.array([len(found) for found in by_need.values()])
    drawn = rng.integers(sums.size, size=(draws, sums.size))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, (0.025, 0.975))
    mean = float(sums.sum() / sizes.sum())
    return Difference(mean, float(low), float(high), int(sizes.sum()), sums.size)
