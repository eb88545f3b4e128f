"""DuckDB with its spatial extension."""

from pathlib import Path

import duckdb
import duckdb_extension_spatial
import job
import numpy as np


def prepare(folder: Path):
    at = Path(duckdb_extension_spatial.__file__).parent / "extensions" / f"v{duckdb.__version__}"
    db = duckdb.connect()
    db.execute(f"LOAD '{at / 'spatial.duckdb_extension'}'")
    db.execute(
        f"CREATE TABLE points AS SELECT ST_Point(x, y) AS place, code FROM '{folder}/points.parquet'"
    )
    db.execute(
        f"CREATE TABLE areas AS SELECT id, ST_GeomFromWKB(wkb) AS shape FROM '{folder}/areas.parquet'"
    )
    query = (
        "SELECT id, code, count(*) AS n FROM points JOIN areas ON ST_Intersects(shape, place) "
        "GROUP BY id, code"
    )

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        found = db.execute(query).fetchnumpy()
        return found["id"], found["code"], found["n"]

    return work


job.run(prepare)
