"""Older boundaries of a level: read, cut along the present ones, figures shared out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyproj

from convive.app.schema import conform
from convive.app.tables import COUNTS, STATISTICS, TableSpec
from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.city_schema import LevelTable, PiecesTable, VintageTable
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import vintage_key
from convive.connectors.city_pack.open_sheets import columns_shown
from convive.connectors.city_pack.problem_log import N_EXAMPLES, ProblemLog, RefusedError, SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.statistics import is_number_of_things
from convive.connectors.city_pack.territory import LevelAreas, first_sheet, read_level
from convive.core.model import Place, Severity
from convive.core.spatial.reallocation import (
    Reallocation,
    reallocate_by_ground,
    reallocate_by_weights,
    whole_counts,
)

NOTABLE_LOSS = 0.02
"""Share of an old area outside the present territory from which it is worth a word."""


@dataclass(frozen=True)
class Vintage:
    """An older vintage of a level and where its areas lie today."""

    level: str
    id: str
    codes: tuple[str, ...]
    names: tuple[str, ...]
    new_codes: tuple[str, ...]
    parts: Reallocation

    @property
    def key(self) -> str:
        """Name under which rows and codes of the vintage go until they are shared out."""
        return vintage_key(self.level, self.id)

    def named(self) -> dict[str, str]:
        """Return old code → name."""
        return dict(zip(self.codes, self.names, strict=True))

    def whole(self) -> dict[str, str]:
        """Return old code → new code of areas that went into one present area as a whole."""
        is_whole = self.parts.is_whole[self.parts.old]
        pairs = zip(self.parts.old[is_whole], self.parts.new[is_whole], strict=True)
        return {self.codes[old]: self.new_codes[new] for old, new in pairs}


def read_vintages(
    folder: PackFolder,
    table: LevelTable,
    level: LevelAreas,
    city_crs: pyproj.CRS,
    log: ProblemLog,
) -> list[Vintage]:
    """Return the older vintages of a level; what cannot be used is noted."""
    found: list[Vintage] = []
    for raw in table.vintages:
        old = read_level(folder, _as_level(table, raw), city_crs, log)
        if old is None:
            continue
        try:
            parts = _parts(folder, raw, old, level)
        except RefusedError as refused:
            data = dict(refused.data)
            log.fail(refused.code, str(data.pop("label", raw.file)), **data)
            continue
        found.append(Vintage(table.id, raw.id, old.codes, old.names, level.codes, parts))
        _note_loss(found[-1], raw, log)
    return found


def _as_level(table: LevelTable, raw: VintageTable) -> LevelTable:
    """Return the vintage as a level of its own, so that it is read like one."""
    given = raw.model_dump(exclude={"id", "pieces"})
    return LevelTable(id=table.id, name=table.name, **{**given, "format": raw.format})


def _parts(folder: PackFolder, raw: VintageTable, old: LevelAreas, new: LevelAreas) -> Reallocation:
    if raw.pieces is not None:
        return _parts_by_pieces(folder, raw.pieces, old, new)
    if old.planar is None or new.planar is None:
        raise RefusedError("VINTAGE_NEEDS_OUTLINES", vintage=raw.id, level=new.id)
    return reallocate_by_ground(list(old.planar), list(new.planar))


def _parts_by_pieces(
    folder: PackFolder, raw: PiecesTable, old: LevelAreas, new: LevelAreas
) -> Reallocation:
    sheet = _pieces_sheet(folder, raw)
    if raw.weight is None:
        weight = np.ones(sheet.n_rows)
    else:
        numbers = read_numbers(sheet.texts(raw.weight), raw.format)
        # A piece without a weight, or with a negative one, cannot count for anything.
        weight = np.maximum(np.nan_to_num(numbers.values), 0.0)
    at_old = _positions(sheet.texts(raw.old), old.codes)
    at_new = _positions(sheet.texts(raw.new), new.codes)
    sizes = {"n_old": len(old.codes), "n_new": len(new.codes)}
    return reallocate_by_weights(at_old, at_new, weight, **sizes)


def _pieces_sheet(folder: PackFolder, raw: PiecesTable) -> Sheet:
    for file in folder.files(folder.root / raw.file):
        if isinstance(file, RefusedError):
            raise file
        sheet = first_sheet(file, raw.format)
        missing = sheet.missing([raw.old, raw.new, raw.weight])
        if missing:
            found = columns_shown(sheet)
            raise RefusedError("COLUMN_MISSING", label=raw.file, column=missing[0], found=found)
        return sheet
    raise RefusedError("FILE_EMPTY", label=raw.file)


def _positions(texts: pa.Array, codes: Sequence[str]) -> np.ndarray:
    found = pc.index_in(texts, value_set=pa.array(codes, pa.string()))
    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def _note_loss(vintage: Vintage, raw: VintageTable, log: ProblemLog) -> None:
    lost = np.flatnonzero(vintage.parts.lost > NOTABLE_LOSS)
    if lost.size:
        names = ", ".join(vintage.codes[i] for i in lost[:N_EXAMPLES])
        data = {"vintage": raw.id, "level": vintage.level, "n": int(lost.size), "areas": names}
        log.add("VINTAGE_LOSES_GROUND", Place(raw.file), Severity.WARNING, **data)


def shared_out(
    spec: TableSpec, table: pa.Table, vintages: Mapping[str, Vintage], source: SourceLog
) -> pa.Table:
    """Return counts or statistics with the rows of older vintages shared out.

    Parameters
    ----------
    spec : TableSpec
        ``tables.COUNTS`` or ``tables.STATISTICS``; others come back as they are.
    vintages : mapping
        Key (`vintage_key`) → vintage.
    """
    if spec.name not in (COUNTS.name, STATISTICS.name):
        return table
    kept = [table.filter(pc.invert(pc.is_in(table["area_level"], pa.array(list(vintages)))))]
    for key, vintage in vintages.items():
        own = table.filter(pc.equal(table["area_level"], key))
        if not own.num_rows:
            continue
        if spec.name == COUNTS.name:
            kept.append(_counts(own, vintage, source))
        else:
            kept.append(_statistics(own, vintage, source))
    return conform(spec, pa.concat_tables(kept))


def _expanded(table: pa.Table, vintage: Vintage) -> tuple[pa.Table, np.ndarray, np.ndarray]:
    """Return each row once for every part of its old area, its part and its former position."""
    at_old = _positions(table["area_id"].combine_chunks(), vintage.codes)
    first = np.searchsorted(vintage.parts.old, np.arange(vintage.parts.n_old + 1))
    n_parts = np.diff(first)[at_old]
    row = np.repeat(np.arange(table.num_rows), n_parts)
    start = np.repeat(np.cumsum(n_parts) - n_parts, n_parts)
    part = first[at_old][row] + np.arange(len(row)) - start
    return table.take(pa.array(row)), part, row


def _placed(table: pa.Table, vintage: Vintage, part: np.ndarray) -> pa.Table:
    """Return the rows at their present areas, marked where an assumption made them."""
    codes = pa.array(vintage.new_codes, pa.string()).take(pa.array(vintage.parts.new[part]))
    is_whole = vintage.parts.is_whole[vintage.parts.old[part]]
    named = pa.array([f"{vintage.key}/{code}" for code in vintage.codes], pa.string())
    return _with_columns(
        table,
        area_level=pa.array([vintage.level] * len(part), pa.string()),
        area_id=codes,
        older_area=named.take(pa.array(vintage.parts.old[part], mask=is_whole)),
    )


def _with_columns(table: pa.Table, **columns: pa.Array) -> pa.Table:
    for name, column in columns.items():
        table = table.set_column(table.column_names.index(name), name, column)
    return table


def _counts(table: pa.Table, vintage: Vintage, source: SourceLog) -> pa.Table:
    expanded, part, row = _expanded(table, vintage)
    parts, n = vintage.parts, len(part)
    count = expanded["count"].combine_chunks()
    # Every row is shared out by itself, so that its own sum is kept.
    own = Reallocation(
        row, parts.new[part], parts.weight[part], table.num_rows, parts.n_new, np.zeros(0)
    )
    shared = whole_counts(np.asarray(pc.fill_null(table["count"], 0)), own)
    placed = _with_columns(
        _placed(expanded, vintage, part),
        count=pc.if_else(count.is_valid(), pa.array(shared), pa.scalar(None, pa.int64())),
        # A rate that the source published is about its own areas, not about these.
        published_rate=pa.nulls(n, pa.float64()),
        published_per=pa.nulls(n, pa.int64()),
    )
    _note(placed, vintage, source)
    return placed


def _statistics(table: pa.Table, vintage: Vintage, source: SourceLog) -> pa.Table:
    expanded, part, _ = _expanded(table, vintage)
    parts = vintage.parts
    weight = parts.weight[part]
    names = expanded["statistic"].to_pylist()
    is_number = np.array([is_number_of_things(name) for name in names], dtype=bool)
    value = np.asarray(expanded["value"].to_numpy(zero_copy_only=False), dtype=float)
    # The share or mean of a split area says nothing about its parts, nor do several about a sum.
    n_sources = np.bincount(parts.new, minlength=parts.n_new)[parts.new[part]]
    is_lost = ~is_number & ((weight < 1) | (n_sources > 1))
    shared = np.where(is_number, value * weight, np.where(is_lost, np.nan, value))
    column = pa.array(shared, mask=np.isnan(shared))
    placed = _with_columns(_placed(expanded, vintage, part), value=column)
    _note(placed, vintage, source)
    if is_lost.any():
        rows = np.flatnonzero(is_lost)
        source.rows(
            "SHARE_NOT_CARRIED",
            Place(source.source_id),
            rows,
            len(part),
            vintage=vintage.id,
            level=vintage.level,
        )
    return _summed(placed)


def _summed(table: pa.Table) -> pa.Table:
    """Return one row per statistic, area, period and split older area; a withheld part withholds.

    What went into an area as a whole is one row; the parts of split areas stay apart, so that
    an area above, which holds all parts of one, is known to rest on no assumption.
    """
    key = [name for name in table.column_names if name != "value"]
    missing = table.append_column("#null", table["value"].is_null().cast(pa.int64()))
    summed = missing.group_by(key).aggregate([("value", "sum"), ("#null", "sum")])
    value = pc.if_else(pc.equal(summed["#null_sum"], 0), summed["value_sum"], None)
    columns = {name: summed[name] for name in key} | {"value": value}
    return pa.table(columns).select(table.column_names)


def _note(placed: pa.Table, vintage: Vintage, source: SourceLog) -> None:
    """Count the rows that rest on an assumption."""
    rows = np.flatnonzero(np.asarray(placed["older_area"].is_valid()))
    source.rows(
        "SHARED_OUT",
        Place(source.source_id),
        rows,
        placed.num_rows,
        severity=Severity.NOTE,
        vintage=vintage.id,
        level=vintage.level,
    )


__all__ = ["Vintage", "read_vintages", "shared_out"]
