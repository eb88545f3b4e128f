"""geopandas: sjoin, then counts by key."""

from pathlib import Path

import geopandas
import job
import numpy as np
import shapely


def prepare(folder: Path):
    x, y, codes, wkb, n_codes = job.read(folder)
    areas = geopandas.GeoDataFrame(geometry=shapely.from_wkb(wkb))

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        dots = geopandas.GeoDataFrame({"code": codes}, geometry=geopandas.points_from_xy(x, y))
        joined = dots.sjoin(areas, predicate="intersects")
        keys = joined["index_right"].to_numpy() * n_codes + joined["code"].to_numpy()
        found, count = np.unique(keys, return_counts=True)
        return found // n_codes, found % n_codes, count

    return work


job.run(prepare)
