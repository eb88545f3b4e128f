"""Random tables with all of their margins, for tests of disclosure."""

from __future__ import annotations

import numpy as np

from convive.core.disclosure import Margins


def table_with_margins(core: np.ndarray) -> tuple[np.ndarray, Margins]:
    """Return the cells of a table and all its totals, flat, with the equations between them."""
    full = core
    for axis in range(core.ndim):
        full = np.concatenate([full, full.sum(axis=axis, keepdims=True)], axis=axis)
    cells = np.arange(full.size).reshape(full.shape)
    parents = np.full((core.ndim, *full.shape), -1)
    for axis in range(core.ndim):
        total = np.take(cells, [-1], axis=axis)
        inner = [slice(None)] * core.ndim
        inner[axis] = slice(None, -1)
        parents[(axis, *inner)] = np.broadcast_to(total, full.shape)[tuple(inner)]
    return full.ravel(), Margins.from_parents(parents.reshape(core.ndim, -1))
