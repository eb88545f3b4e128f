"""The bytes of an Arrow text column as NumPy arrays, for compiled reading without copies."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

_NOTHING = np.zeros(0, dtype=bool)


@dataclass(frozen=True)
class Cells:
    """Bytes of all cells, where each begins, and which are not NULL (empty: all)."""

    data: np.ndarray
    offsets: np.ndarray
    is_there: np.ndarray


def cells_of(texts: pa.Array) -> Cells:
    """Return the cells of a column of type string."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    if texts.type != pa.string():
        texts = texts.cast(pa.string())
    _, where, content = texts.buffers()
    n = len(texts)
    if n == 0 or where is None:
        return Cells(np.zeros(0, np.uint8), np.zeros(1, np.int32), _NOTHING)
    offsets = np.frombuffer(where, np.int32, count=n + 1, offset=4 * texts.offset)
    data = np.frombuffer(content, np.uint8) if content else np.zeros(0, np.uint8)
    is_there = _NOTHING
    if texts.null_count:
        is_there = np.asarray(pc.is_valid(texts).to_numpy(zero_copy_only=False))
    return Cells(data, offsets, is_there)
