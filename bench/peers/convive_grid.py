"""Convive: the grid is built anew in every repeat, as the peers build their index.

The points stay as they were read, in stretches: there is no second copy of them in one piece.
"""

import os
from pathlib import Path

import job
import numpy as np
import shapely

from convive.core.spatial import AreaGrid


def prepare(folder: Path):
    batches, wkb, n_codes = job.read_stretches(folder)
    n_points = sum(len(x) for x, _, _ in batches)
    areas = shapely.from_wkb(wkb)
    kept = AreaGrid.build(areas) if os.environ.get("GRID_KEPT") else None
    first = [tuple(column[:10] for column in batches[0])]
    AreaGrid.build(areas[:2]).count_batches(first, n_codes)  # compiles

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        counted = (kept or AreaGrid.build(areas)).count_batches(batches, n_codes)
        if counted.total != n_points:
            raise SystemExit("Points got lost.")
        area, code = np.nonzero(counted.counts)
        return area, code, counted.counts[area, code]

    return work


job.run(prepare)
