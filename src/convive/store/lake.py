"""Counting facts through Ibis: the expressions once, the engine by one setting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.counting import FactRows
from convive.core.model import EngineChoice
from convive.store.lake_engines import Engine, connect_duckdb, connect_spark

if TYPE_CHECKING:
    from collections.abc import Callable

    import ibis.expr.types as ir

# Ibis takes a second to import and only an audit needs it.
# ruff: noqa: PLC0415

_SECONDS_A_DAY = 86_400
_MOST_KEYS = np.iinfo(np.int64).max


class IbisAggregator:
    """Counts facts with whatever engine the connection speaks to.

    The same expression runs on DuckDB on a laptop and on Spark in a data centre; the result is
    sorted and all its numbers are 64-bit, so that the engine never shows.
    """

    def __init__(self, connect: Callable[[], Engine] = connect_duckdb, *, name: str = "duckdb"):
        self.name = name
        self._connect = connect
        self._engine: Engine | None = None
        self._coming: Future[Engine] | None = None

    def prepare(self) -> None:
        """Connect in the background, where that costs little; what goes wrong is told later."""
        if self.name == "duckdb" and self._engine is None and self._coming is None:
            pool = ThreadPoolExecutor(1)
            self._coming = pool.submit(self._connect)
            pool.shutdown(wait=False)

    def count(
        self, rows: FactRows, by: Sequence[str], *, at_least: Mapping[str, int] | None = None
    ) -> pa.Table:
        """Return per combination of `by`: ``n``, first and last day of ``starts``.

        Parameters
        ----------
        rows : FactRows
            Rows to count.
        by : sequence of str
            Columns to group by; NULL is a group of its own.
        at_least : mapping, optional
            Column → least value; NULL does not reach it.
        """
        facts = self._facts(rows)
        for name, least in (at_least or {}).items():
            facts = facts.filter(facts[name] >= least)
        day = _epoch_seconds(facts.starts) // _SECONDS_A_DAY
        counted = facts.group_by(list(by)).aggregate(
            n=facts.count(), first_day=day.min(), last_day=day.max()
        )
        return self._answer(counted, by)

    def repeats(self, parts: Sequence[FactRows], by: Sequence[str], *, days: int) -> pa.Table:
        """Return per combination of `by` rows with a target and repeats within `days`."""
        import ibis

        names = ("number", "target_hash", "starts", *by)
        joined = self._union(parts, names)
        joined = joined.filter(joined.target_hash.notnull() & joined.starts.notnull())
        joined = joined.mutate(at=_epoch_seconds(joined.starts))
        order = ibis.window(group_by="target_hash", order_by=["at", "part", "number"])
        gap = joined.at - joined["at"].lag().over(order)
        marked = joined.mutate(
            is_repeat=(gap <= days * _SECONDS_A_DAY).fill_null(ibis.literal(value=False))
        )
        counted = marked.group_by(list(by)).aggregate(
            n=marked.count(), n_repeats=marked.is_repeat.cast("int64").sum()
        )
        return self._answer(counted, by)

    def frequent(self, parts: Sequence[FactRows], by: Sequence[str], *, least: int) -> pa.Table:
        """Return the rows per target and combination of `by`, of targets with `least` or more."""
        joined = self._union(parts, ("target_hash", *by))
        joined = joined.filter(joined.target_hash.notnull())
        often = joined.group_by("target_hash").having(joined.count() >= least)
        few = joined.semi_join(often.aggregate(n=joined.count()), "target_hash")
        keys = ("target_hash", "part", *by)
        return self._answer(few.group_by(list(keys)).aggregate(n=few.count()), keys)

    def _facts(self, rows: FactRows) -> ir.Table:
        import ibis

        facts = self._reached().table(rows.facts)
        if rows.dropped:
            # The engine is told the shorter list: of a file of repeats few rows count.
            is_most = 2 * len(rows.dropped) > rows.dropped.n_rows
            told = rows.dropped.others if is_most else rows.dropped.numbers
            named = ibis.memtable(pa.table({"number": pa.array(told)}))
            join = facts.semi_join if is_most else facts.anti_join
            facts = join(named, "number")
        if rows.categories is not None:
            facts = facts.filter(facts.category.isin(list(rows.categories)))
        return facts

    def _union(self, parts: Sequence[FactRows], names: Sequence[str]) -> ir.Table:
        import ibis

        tables = [
            self._facts(rows).select(*names).mutate(part=ibis.literal(i, "int64"))
            for i, rows in enumerate(parts)
        ]
        return tables[0] if len(tables) == 1 else ibis.union(*tables, distinct=False)

    def _reached(self) -> Engine:
        if self._engine is None:
            coming, self._coming = self._coming, None
            self._engine = self._connect() if coming is None else coming.result()
        return self._engine

    def _answer(self, expression: Any, by: Sequence[str]) -> pa.Table:
        """Return the answer with 64-bit numbers, sorted by its first columns."""
        found: pa.Table = self._reached().answer(expression)
        schema = pa.schema([(name, pa.int64()) for name in found.column_names])
        return _sorted(found.cast(schema).combine_chunks(), by)


def _sorted(table: pa.Table, by: Sequence[str]) -> pa.Table:
    """Return a table of whole numbers sorted by columns that tell its rows apart; NULL last.

    Where the columns fit into one number, sorting that is several times quicker.
    """
    key, n_keys = np.zeros(table.num_rows, dtype=np.int64), 1
    for name in by if table.num_rows else ():
        column = table.column(name)
        least, most = (value.as_py() for value in pc.min_max(column).values())
        least, most = (0, -1) if least is None else (least, most)
        n_keys *= most - least + 2
        if n_keys > _MOST_KEYS:
            return table.sort_by([(one, "ascending") for one in by]).combine_chunks()
        key = key * (most - least + 2) + (pc.fill_null(column, most + 1).to_numpy() - least)
    return table.take(pa.array(np.argsort(key))).combine_chunks()


def open_aggregator(choice: EngineChoice, folder: Path) -> IbisAggregator:
    """Return what counts with the engine that a pack asks for.

    Parameters
    ----------
    choice : EngineChoice
        Engine, memory and threads.
    folder : Path
        The restricted store.

    Raises
    ------
    StorageError
        ENGINE_MISSING where Spark is asked for and not installed, at the first count.
    """
    connect = {"duckdb": connect_duckdb, "spark": connect_spark}[choice.name]
    opened = partial(connect, folder, memory=choice.memory, threads=choice.threads)
    return IbisAggregator(opened, name=choice.name)


def _epoch_seconds(moment: Any) -> Any:
    return moment.epoch_seconds()


__all__ = ["IbisAggregator", "open_aggregator"]
