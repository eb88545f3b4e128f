"""Measure the search of the shelf on the relevance test set; write docs/reference/shelf-search.md.

`--tune` prints the tuning half alone, with the queries that do worst, and writes nothing: it is
what one works with. Figures of the held-out half are for reporting; nobody tunes on them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "shelf-search.md"
sys.path[:0] = [str(ROOT / "tests")]

from convive.app.shelf.query import ShelfQuery  # noqa: E402
from convive.catalogue import find  # noqa: E402
from convive.core.shelf.entry import CATALOGUE_PUBLISHER  # noqa: E402
from convive.wiring.shelf import shelf_index  # noqa: E402
from factories import relevance  # noqa: E402 — the set and its measures belong to the tests
from factories.plain_search import PlainSearch  # noqa: E402

SEED = 20261121
MEASURES = {
    "nDCG@10": relevance.ndcg,
    "recall@10": relevance.recall,
    "reciprocal rank": relevance.reciprocal_rank,
}
HEAD = """# How well the shelf is searched

<!-- Written by `python tools/relevance.py`; do not edit. -->

Measured on the relevance test set (`tests/relevance`): what people ask, in seven languages, and which
practices they ought to find, judged by us before the search was tuned. Weights were tuned on one half
(`tune`); the other (`held_out`) was kept back and measured when the work was done. Compared with plain
full-text search: SQLite FTS5 over the same entries, all languages in one document, words joined by OR.
Method cards are found too, but not judged, and are left out of the rankings.
"""


def main() -> None:
    """Measure and write, or measure the tuning half and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tune", action="store_true")
    is_tuning = parser.parse_args().tune
    asked = [one for one in relevance.queries() if not is_tuning or one.split == "tune"]
    rankings = {"convive": convive_rankings(asked), "plain": plain_rankings(asked)}
    if is_tuning:
        print("\n".join([*comparison(rankings, asked), "", *by_group(rankings, asked)]))
        print("\n".join(worst(rankings["convive"], asked)))
        return
    PAGE.write_text("\n".join([HEAD, *sections(rankings, asked)]) + "\n", encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def convive_rankings(asked: Sequence[relevance.Query]) -> relevance.Rankings:
    """Return what our search finds, asked in the language of the query."""
    index, prefix = shelf_index(), f"{CATALOGUE_PUBLISHER}/"
    found = {}
    for one in asked:
        hits = index.search(ShelfQuery(one.text, one.language)).hits
        refs = (hit.ref for hit in hits)
        found[one.id] = [ref.removeprefix(prefix) for ref in refs if ref.startswith(prefix)]
    return found


def plain_rankings(asked: Sequence[relevance.Query]) -> relevance.Rankings:
    """Return what plain full-text search finds."""
    engine = PlainSearch(find.practices())
    found = {one.id: engine.ranking(one.text) for one in asked}
    engine.close()
    return found


def sections(
    rankings: dict[str, relevance.Rankings], asked: Sequence[relevance.Query]
) -> Iterator[str]:
    """Yield the parts of the page: held out first, for it is what counts."""
    for split, title in (("held_out", "Held-out half"), ("tune", "Tuning half")):
        half = [one for one in asked if one.split == split]
        needs = len({one.need for one in half})
        yield f"## {title}\n\n{len(half)} queries about {needs} needs.\n"
        yield from comparison(rankings, half)
        yield "\nnDCG@10 by language and by kind of query:\n"
        yield from by_group(rankings, half)
        yield ""


def comparison(
    rankings: dict[str, relevance.Rankings], asked: Sequence[relevance.Query]
) -> Iterator[str]:
    """Yield the means of both engines, and their difference with its interval."""
    yield "| measure | Convive | plain | difference | 95% interval |"
    yield "|---|--:|--:|--:|---|"
    for name, measure in MEASURES.items():
        ours, plain = (
            np.mean([measure(found[one.id], one.judgements) for one in asked])
            for found in rankings.values()
        )
        better = relevance.difference(
            *rankings.values(), rng=np.random.default_rng(SEED), measure=measure, asked=asked
        )
        yield (
            f"| {name} | {ours:.3f} | {plain:.3f} | {better.mean:+.3f} "
            f"| {better.low:+.3f} to {better.high:+.3f} |"
        )


def by_group(
    rankings: dict[str, relevance.Rankings], asked: Sequence[relevance.Query]
) -> Iterator[str]:
    """Yield nDCG@10 and recall@10 of both engines by language and by kind."""
    ours, plain = (relevance.report(found, asked) for found in rankings.values())
    yield "| by | | queries | Convive | plain | recall@10 Convive | recall@10 plain |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    for one, other in zip(ours, plain, strict=True):
        if one.by in {"language", "kind"}:
            yield (
                f"| {one.by} | {one.value} | {one.n_queries} | {one.ndcg:.3f} | {other.ndcg:.3f} "
                f"| {one.recall:.3f} | {other.recall:.3f} |"
            )


def worst(found: relevance.Rankings, asked: Sequence[relevance.Query]) -> Iterator[str]:
    """Yield the queries whose rankings are worst, with what should have come."""
    scored = sorted((relevance.ndcg(found[one.id], one.judgements), one.id) for one in asked)
    by_id = {one.id: one for one in asked}
    for score, name in scored[:60]:
        one = by_id[name]
        wanted = sorted(one.judgements, key=lambda ref: -one.judgements[ref])[:4]
        yield f"{score:.2f} [{one.language} {one.kind}] {one.text!r}: {wanted} ← {found[name][:4]}"


if __name__ == "__main__":
    main()
