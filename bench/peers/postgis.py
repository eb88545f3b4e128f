"""PostGIS with a GiST index, in a schema that is dropped afterwards."""

import atexit
from pathlib import Path

import job
import numpy as np
import psycopg

SCHEMA = "convive_bench"


def prepare(folder: Path):
    x, y, codes, areas, _ = job.read(folder)
    db = psycopg.connect("host=127.0.0.1 user=postgres dbname=postgres", autocommit=True)
    drop = f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE"
    db.execute(drop)
    atexit.register(db.execute, drop)
    db.execute(f"CREATE SCHEMA {SCHEMA}")
    db.execute(f"CREATE EXTENSION postgis SCHEMA {SCHEMA}")
    db.execute(f"SET search_path = {SCHEMA}; SET work_mem = '1GB'")
    db.execute("SET max_parallel_workers_per_gather = 2")
    db.execute("CREATE UNLOGGED TABLE raw (x float8, y float8, code int)")
    db.execute("CREATE UNLOGGED TABLE areas (id int, shape geometry)")
    with db.cursor() as cursor:
        with cursor.copy("COPY raw FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["float8", "float8", "int4"])
            for row in zip(x.tolist(), y.tolist(), codes.tolist(), strict=True):
                copy.write_row(row)
        cursor.executemany(
            "INSERT INTO areas VALUES (%s, ST_GeomFromWKB(%s))", list(enumerate(areas))
        )
    db.execute("CREATE UNLOGGED TABLE points AS SELECT ST_Point(x, y) AS place, code FROM raw")
    db.execute("CREATE INDEX ON areas USING gist (shape)")
    db.execute("ANALYZE")

    def work() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        query = (
            "SELECT id, code, count(*) FROM points JOIN areas ON ST_Intersects(shape, place) "
            "GROUP BY id, code"
        )
        return tuple(np.array(db.execute(query).fetchall(), dtype=np.int64).T)

    return work


job.run(prepare)
