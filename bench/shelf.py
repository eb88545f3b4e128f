"""Search of a shelf fifty times as large as ours, against SQLite's FTS5 on the same texts."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from options import Options

from convive.app.shelf.documents import Document, documents_of
from convive.app.shelf.query import ShelfQuery
from convive.catalogue import find
from convive.catalogue.texts import languages, say
from convive.core.shelf.entry import Entry
from convive.core.strategy.practice import Practice
from convive.core.strategy.vocabulary import TargetGroup, Topic
from convive.wiring.shelf import catalogue_entries, shelf_index

TIMES, N_QUERIES, PAGE, SEED = 50, 200, 20, 20261121
DRAWN = ("problem", "mechanism", "activities", "summary")
"""Texts that a variant takes from other practices."""


def run(options: Options) -> str:
    """Time the same queries on both, and return the section."""
    rng = np.random.default_rng(SEED)
    entries = variants(catalogue_entries(), rng)
    asked = queries(rng)
    start = time.perf_counter()
    index = shelf_index(entries)
    ours_built = time.perf_counter() - start
    start = time.perf_counter()
    peer = plain(documents_of(entries, find.cards()))
    peer_built = time.perf_counter() - start
    found: list[int] = []

    def ours(text: str, language: str) -> None:
        answer = index.search(ShelfQuery(text, language))
        found.append(len(answer.hits))
        tuple(answer.hits[:PAGE])

    rows = [
        row("Convive: ranking, facet counts, reasons of 20", ours, asked, ours_built, options),
        row("SQLite FTS5: ids ranked by bm25, no more", peer, asked, peer_built, options),
    ]
    about = (
        f"{len(entries):,} entries ({TIMES} synthetic variants of each practice, texts exchanged among "
        f"them) and {len(find.cards())} method cards, a vocabulary of {len(find.concepts())} concepts; {N_QUERIES} queries of one to four words in seven "
        "languages, a tenth misspelled; "
        f"half of them find more than {int(np.median(found)):,}. Milliseconds a query, the least of the "
        "repeats. FTS5 is given any-word queries over the same texts; it knows no stems, no vocabulary, "
        "no spelling, no facets and no reasons."
    )
    head = "| who | median ms | 95% below | worst | built in s |\n|---|--:|--:|--:|--:|"
    return "\n".join(["## Search of the shelf", "", about, "", head, *rows, ""])


def row(
    name: str,
    search: Callable[[str, str], object],
    asked: Sequence[tuple[str, str]],
    built: float,
    options: Options,
) -> str:
    """Time every query and return its line of the table."""
    best = np.full(len(asked), np.inf)
    for _ in range(options.repeats):
        for i, (text, language) in enumerate(asked):
            start = time.perf_counter()
            search(text, language)
            best[i] = min(best[i], time.perf_counter() - start)
    p50, p95, worst = 1000 * np.quantile(best, (0.5, 0.95, 1.0))
    return f"| {name} | {p50:.1f} | {p95:.1f} | {worst:.1f} | {built:.1f} |"


def variants(entries: Sequence[Entry], rng: np.random.Generator) -> tuple[Entry, ...]:
    """Return the entries, each in many variants with texts and codes of others."""
    practices = [entry.practice for entry in entries]

    def drawn() -> Practice:
        return practices[int(rng.integers(len(practices)))]

    def variant(entry: Entry, k: int) -> Entry:
        own = entry.practice
        texts = {name: getattr(drawn(), name) for name in DRAWN}
        title = {language: f"{text} {k}" for language, text in own.title.items()}
        coded = drawn()
        return replace(
            entry,
            practice=replace(
                own, id=f"{own.id}_{k}", title=title, topics=coded.topics, groups=coded.groups,
                places=coded.places, **texts,
            ),
        )  # fmt: skip

    return tuple(variant(entry, k) for entry in entries for k in range(TIMES))


def queries(rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return queries made of labels and words of titles, a tenth with two letters exchanged."""
    keys = [f"plan.topic.{one}" for one in Topic] + [f"plan.group.{one}" for one in TargetGroup]
    asked = []
    for _ in range(N_QUERIES):
        language = str(rng.choice(languages()))
        titles = [entry.practice.title[language] for entry in catalogue_entries()]
        words = re.findall(
            r"\w{4,}", f"{say(str(rng.choice(keys)), language)} {rng.choice(titles)}"
        )
        text = " ".join(rng.permutation(words)[: rng.integers(1, 5)])
        asked.append((_misspelled(text, rng) if rng.random() < 0.1 else text, language))
    return asked


def _misspelled(text: str, rng: np.random.Generator) -> str:
    at = int(rng.integers(max(1, len(text) - 1)))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def plain(documents: Sequence[Document]) -> Callable[[str, str], object]:
    """Return the peer: the same texts in one document, words joined by OR."""
    peer = sqlite3.connect(":memory:")
    peer.execute(
        "CREATE VIRTUAL TABLE shelf USING fts5"
        "(ref UNINDEXED, words, tokenize = 'unicode61 remove_diacritics 2')"
    )
    rows = ((one.ref, "\n".join(text.text for text in one.passages)) for one in documents)
    peer.executemany("INSERT INTO shelf VALUES (?, ?)", rows)

    def search(text: str, _language: str) -> object:
        words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", text))
        return peer.execute(
            "SELECT ref FROM shelf WHERE shelf MATCH ? ORDER BY bm25(shelf)", (words,)
        ).fetchall()

    return search
