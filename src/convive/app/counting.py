"""What counting facts needs from the outside: an engine, as a Protocol; adapters live elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa

from convive.app.row_sets import NO_ROWS, RowSet
from convive.core.model import City


@dataclass(frozen=True)
class FactRows:
    """Facts to be counted: a Parquet file or a table, and which of its rows count."""

    facts: Path | pa.Table
    dropped: RowSet = NO_ROWS
    """Values of ``number`` that do not count."""
    categories: tuple[int, ...] | None = None
    """Codes that count; None: all."""


class Aggregator(Protocol):
    """Counts facts; the engine (DuckDB through Ibis by default) is an adapter's choice.

    Every answer is sorted by its first columns and has 64-bit integers, so that the engine
    never shows.
    """

    name: str
    """duckdb, spark …: for the run record."""

    def prepare(self) -> None:
        """Get ready in the background for the first question, which will surely come."""
        ...

    def count(
        self, rows: FactRows, by: Sequence[str], *, at_least: Mapping[str, int] | None = None
    ) -> pa.Table:
        """Return per combination of `by`: ``n``, and first and last day (since 1970) of starts.

        `at_least` names columns that must reach a value; NULL does not.
        """
        ...

    def repeats(self, parts: Sequence[FactRows], by: Sequence[str], *, days: int) -> pa.Table:
        """Return per combination of `by` the rows with a target (``n``), and the repeats.

        ``n_repeats`` counts those whose target had another at most `days` before.
        """
        ...

    def frequent(self, parts: Sequence[FactRows], by: Sequence[str], *, least: int) -> pa.Table:
        """Return per ``target_hash``, ``part`` (position) and combination of `by`: ``n``.

        Only of targets that have at least `least` rows in all parts together.
        """
        ...


AggregatorMaker = Callable[[City], Aggregator]
"""Called with the city, whose pack chooses the engine."""
