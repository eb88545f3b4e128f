"""A set of rows of one part, a bit a row: of fifty million rows it takes six megabytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RowSet:
    """Numbers of rows of a part that holds `n_rows`; immutable."""

    packed: bytes = b""
    """A bit a row, the first row in the highest bit of the first byte."""
    n_rows: int = 0
    n: int = 0
    """How many rows are in the set."""

    @classmethod
    def of(cls, numbers: Iterable[int], n_rows: int) -> RowSet:
        """Return the set of these numbers, each from 0 to `n_rows` - 1."""
        mask = np.zeros(n_rows, dtype=np.bool_)
        mask[list(numbers)] = True
        return cls.where(mask)

    @classmethod
    def where(cls, mask: NDArray[np.bool_]) -> RowSet:
        """Return the set of the rows where a mask, shape (n_rows,), is true."""
        n = int(np.count_nonzero(mask))
        return cls(np.packbits(mask).tobytes() if n else b"", len(mask), n)

    def __len__(self) -> int:
        """Return how many rows are in the set."""
        return self.n

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Tell of every row whether it is in the set, shape (n_rows,)."""
        if not self.n:
            return np.zeros(self.n_rows, dtype=np.bool_)
        bits = np.unpackbits(np.frombuffer(self.packed, np.uint8), count=self.n_rows)
        return bits.view(np.bool_)

    @property
    def numbers(self) -> NDArray[np.int32]:
        """Return the rows that are in the set, ascending."""
        return np.flatnonzero(self.mask).astype(np.int32)

    @property
    def others(self) -> NDArray[np.int32]:
        """Return the rows that are not in the set, ascending."""
        return np.flatnonzero(~self.mask).astype(np.int32)

    @property
    def told(self) -> str:
        """Return a name of the set, the same for the same rows; empty for none."""
        return hashlib.sha256(self.packed).hexdigest() if self.n else ""


NO_ROWS = RowSet()

__all__ = ["NO_ROWS", "RowSet"]
