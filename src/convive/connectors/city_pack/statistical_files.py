"""Reads SPSS, Stata, SAS and R files with their labels; runs in the guarded process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyreadr
import pyreadstat

from convive.connectors.city_pack.captures import choose_names
from convive.connectors.city_pack.columnar_files import stretch_rows
from convive.connectors.city_pack.problem_log import RefusedError

_WHOLE = re.compile(r"\.0$")
_READERS: Mapping[str, Callable[..., Any]] = {
    ".sav": pyreadstat.read_sav,
    ".zsav": pyreadstat.read_sav,
    ".por": pyreadstat.read_por,
    ".dta": pyreadstat.read_dta,
    ".sas7bdat": pyreadstat.read_sas7bdat,
    ".xpt": pyreadstat.read_xport,
}
Tables = Iterator[tuple[dict[str, Any], pa.Table] | RefusedError]


def read_rows(path: Path, options: Mapping[str, Any]) -> Tables:
    """Yield the rows as texts, value labels and factors in words.

    `options`: ``kind`` (spss, stata, sas, r), ``sheet`` (R: the object).

    Raises
    ------
    RefusedError
        TABLE_UNREADABLE, TABLE_AMBIGUOUS, SHEET_MISSING.
    """
    if options["kind"] == "r":
        yield from _r_objects(path, options.get("sheet"))
        return
    reader = _READERS[path.suffix.lower()]
    try:
        chunks = _chunks(reader, path)
        first = 1
        for frame in chunks:
            yield {"first_row": first}, _as_table(frame)
            first += len(frame)
    except RefusedError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem


def _chunks(reader: Callable[..., Any], path: Path) -> Iterator[Any]:
    """Yield the rows in stretches; the columns are known from an empty read."""
    labels: dict[str, Any] = {}
    if reader not in (pyreadstat.read_sas7bdat, pyreadstat.read_xport):
        labels = {"apply_value_formats": True, "formats_as_category": False}
    _, meta = reader(str(path), metadataonly=True)
    size = stretch_rows(len(meta.column_names))
    start = 0
    while True:
        frame, _ = reader(str(path), row_offset=start, row_limit=size, **labels)
        if len(frame) or start == 0:
            yield frame
        start += len(frame)
        if len(frame) < size:
            return


def _r_objects(path: Path, wanted: str | None) -> Tables:
    """Yield the one data frame of an R file, or those that the mapping names."""
    frames = _r_frames(path, wanted)
    if wanted is None and len(frames) > 1:
        raise RefusedError("TABLE_AMBIGUOUS", found=", ".join(name for name, _, _ in frames))
    for name, told, frame in frames:
        step = stretch_rows(len(frame.columns))
        for start in range(0, max(1, len(frame)), step):
            meta = {"first_row": start + 1, "sheet": name or None, "captured": told}
            yield meta, _as_table(frame.iloc[start : start + step])


def _r_frames(path: Path, wanted: str | None) -> list[tuple[str, dict[str, str], Any]]:
    try:
        listed = [str(found["object_name"] or "") for found in pyreadr.list_objects(str(path))]
    except MemoryError:
        raise
    except Exception as problem:
        raise RefusedError("TABLE_UNREADABLE") from problem
    chosen: list[tuple[str, dict[str, str]]] = [(name, {}) for name in listed]
    is_named = wanted is not None and "" not in listed  # .rds: one object without a name
    if is_named:
        chosen = choose_names(listed, wanted)
    frames = [(name, told, frame) for name, told in chosen for frame in _frame(path, name)]
    if is_named and not frames:
        raise RefusedError("SHEET_MISSING", wanted=wanted, found=", ".join(listed))
    if not frames:
        raise RefusedError("TABLE_UNREADABLE")
    return frames


def _frame(path: Path, name: str) -> Iterator[Any]:
    """Yield the object as a data frame; nothing where it is no table."""
    try:
        found = pyreadr.read_r(str(path), use_objects=[name] if name else None)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - matrices and lists are no tables
        return
    yield from (frame for frame in found.values() if frame is not None and len(frame.columns))


def _as_table(frame: Any) -> pa.Table:
    names = [str(name) for name in frame.columns]
    columns = [object_texts(frame[name].to_list()) for name in frame.columns]
    return pa.Table.from_arrays(columns, names=names)


def object_texts(values: Sequence[object]) -> pa.Array:
    """Return Python values as texts; NaN and None are NULL."""
    texts: list[str | None] = []
    for value in values:
        if value is None or value != value:  # noqa: PLR0124 - NaN
            texts.append(None)
        elif isinstance(value, float | np.floating):
            texts.append(_WHOLE.sub("", repr(float(value))))
        else:
            texts.append(str(value).encode("utf-8", "replace").decode())
    return pa.array(texts, pa.string())
