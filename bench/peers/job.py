"""What every peer does: read points and areas, do the job, write counts and seconds.

Run as `python <peer>.py FOLDER REPEATS OUT`; FOLDER holds points.parquet (x, y, code) and
areas.parquet (id, wkb). OUT.npy gets areas × codes, OUT.json the seconds of each repeat, points
and areas being in memory (or in a table) already.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

STRETCH = 1 << 20


def read(folder: Path) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[bytes], int]:
    """Return x, y, codes, the areas as WKB, and the number of codes."""
    table = pq.read_table(folder / "points.parquet")
    x, y, codes = (table.column(name).to_numpy() for name in ("x", "y", "code"))
    areas = pq.read_table(folder / "areas.parquet").column("wkb").to_pylist()
    return x, y, codes, areas, int((folder / "n_codes").read_text())


def read_stretches(
    folder: Path,
) -> tuple[list[tuple[np.ndarray, np.ndarray, np.ndarray]], list[bytes], int]:
    """Return stretches of (x, y, codes), areas as WKB, and the number of codes."""
    pa.set_memory_pool(pa.system_memory_pool())  # gives back what a batch has held
    points = pq.ParquetFile(folder / "points.parquet", pre_buffer=False)
    n = points.metadata.num_rows
    columns = (np.empty(n), np.empty(n), np.empty(n, dtype=np.int32))
    at = 0
    for batch in points.iter_batches(STRETCH):
        for column, name in zip(columns, ("x", "y", "code"), strict=True):
            column[at : at + batch.num_rows] = batch.column(name).to_numpy()
        at += batch.num_rows
    batches = [
        tuple(column[start : start + STRETCH] for column in columns)
        for start in range(0, n, STRETCH)
    ]
    areas = pq.read_table(folder / "areas.parquet").column("wkb").to_pylist()
    return batches, areas, int((folder / "n_codes").read_text())


def _peak_mb() -> float:
    """Return the most memory that this process has held.

    What `getrusage` says is not less than what the process that started this one held.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = (one for one in status.read_text().splitlines() if one.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def run(prepare: Callable[[Path], Callable[[], tuple[np.ndarray, np.ndarray, np.ndarray]]]) -> None:
    """Prepare once, repeat the job, write what came out."""
    folder, repeats, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    job = prepare(folder)
    n_areas = pq.read_metadata(folder / "areas.parquet").num_rows
    n_codes = int((folder / "n_codes").read_text())
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        area, code, count = job()
        seconds.append(time.perf_counter() - start)
    counts = np.zeros((n_areas, n_codes), dtype=np.int64)
    counts[np.asarray(area, dtype=np.int64), np.asarray(code, dtype=np.int64)] = count
    np.save(out.with_suffix(".npy"), counts)
    out.with_suffix(".json").write_text(json.dumps({"seconds": seconds, "peak_mb": _peak_mb()}))
