"""SedonaDB, the quickest peer."""

from pathlib import Path

import job
import numpy as np
import sedonadb


def prepare(folder: Path):
    db = sedonadb.connect()
    db.read_parquet(str(folder / "points.parquet")).to_view("raw_points")
    db.read_parquet(str(folder / "areas.parquet")).to_view("raw_areas")
    db.sql("SELECT ST_Point(x, y) AS place, code FROM raw_points").to_memtable().to_view("points")
    db.sql("SELECT id, ST_GeomFromWKB(wkb) AS shape FROM raw_areas").to_memtable().to_view("areas")
    query = (
        "SELECT id, code, count(*) AS n FROM points JOIN areas ON ST_Intersects(shape, place) "
        "GROUP BY id, code"
    )

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = db.sql(query).to_arrow_table()
        return tuple(found.column(name).to_numpy() for name in ("id", "code", "n"))

    return work


job.run(prepare)
