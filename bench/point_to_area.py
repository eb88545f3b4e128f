"""Points into areas, and the cube area × month × category, against every peer that is there."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
import town
from options import PEER_PYTHON, Options

from convive.core.spatial import AreaGrid

PEERS = {
    "SedonaDB": "sedona_db",
    "DuckDB spatial": "duckdb_spatial",
    "geopandas sjoin": "geopandas_sjoin",
    "PostGIS": "postgis",
}
LARGE = 10_000_000
FOR_LARGE = ("SedonaDB", "DuckDB spatial")
N_CORNERS = 10_000
N_COMPARED = 5_000_000
STRETCH = 1_000_000

Batch = tuple[np.ndarray, np.ndarray, np.ndarray]
"""x, y, code of some points."""


@dataclass(frozen=True)
class Outcome:
    seconds: float
    peak_mb: float
    counts: np.ndarray


def run(options: Options) -> str:
    lines = [
        "## Points to areas\n",
        (
            "Points (70 % clustered) and areas are in memory or in a table before the clock starts; "
            "every repeat builds the index anew, ours too, save in the row 'grid kept'. "
            f"Medians of {options.repeats} repeats (PostGIS and above 10 million points: the peers once).\n"
        ),
        "| job | who | s | ÷ ours | peak MB | cells that differ from ours |",
        "|---|---|--:|--:|--:|--:|",
    ]
    for n in options.points:
        kinds = ("crooked",) if n > LARGE else ("plain", "crooked")
        for kind in kinds:
            for n_codes in (1, town.N_MONTHS * town.N_CATEGORIES):
                lines += _compare(n, kind, n_codes, options)
    return "\n".join([*lines, "", _identity(), "", _corners(options), ""])


def _areas(kind: str) -> list[shapely.Geometry]:
    make = town.plain_areas if kind == "plain" else town.crooked_areas
    return make(np.random.default_rng(20260101))


def _compare(n: int, kind: str, n_codes: int, options: Options) -> list[str]:
    """Return the rows of one job; each peer runs as a process of its own, right after ours."""
    rng = np.random.default_rng(20260102)
    areas = _areas(kind)
    size = shapely.get_num_coordinates(areas).mean()
    label = f"{n / 1e6:g} M points, {len(areas)} areas of {size:.0f} vertices"
    label += ", counts" if n_codes == 1 else f" × {town.N_MONTHS} × {town.N_CATEGORIES}"
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        _write(folder, _stretches(rng, n, n_codes), areas, n_codes)
        ours = _run_one(folder, "convive_grid", options, options.repeats)
        kept = _run_one(folder, "convive_grid", options, options.repeats, GRID_KEPT="1")
        if not isinstance(ours, Outcome) or not isinstance(kept, Outcome):
            raise SystemExit(f"Ours failed: {ours} {kept}")
        rows = [
            f"| {label} | Convive | {ours.seconds:.3f} | 1 | {ours.peak_mb:.0f} | |",
            (
                f"| | Convive, grid kept | {kept.seconds:.3f} | "
                f"{kept.seconds / ours.seconds:.2f} | {kept.peak_mb:.0f} | |"
            ),
        ]
        for name in FOR_LARGE if n > LARGE else PEERS:
            once = n > LARGE or name == "PostGIS"
            peer = _run_one(folder, PEERS[name], options, 1 if once else options.repeats)
            rows.append(_row(name, peer, ours))
    print("\n".join(rows), flush=True)
    return rows


def _row(name: str, peer: Outcome | str, ours: Outcome) -> str:
    if isinstance(peer, str):
        print(f"{name} skipped: {peer}", file=sys.stderr)
        return f"| | {name} | not run: {peer} | | | |"
    differ = int((peer.counts != ours.counts).sum())
    ratio = peer.seconds / ours.seconds
    return f"| | {name} | {peer.seconds:.2f} | {ratio:.1f} | {peer.peak_mb:.0f} | {differ} |"


def _stretches(rng: np.random.Generator, n: int, n_codes: int) -> Iterator[Batch]:
    """Yield n points with their codes, never all at once."""
    for start in range(0, n, STRETCH):
        size = min(STRETCH, n - start)
        yield *town.points(rng, size), rng.integers(0, n_codes, size).astype(np.int32)


def _write(
    folder: Path, batches: Iterable[Batch], areas: Sequence[shapely.Geometry], n_codes: int
) -> None:
    schema = pa.schema([("x", pa.float64()), ("y", pa.float64()), ("code", pa.int32())])
    with pq.ParquetWriter(folder / "points.parquet", schema, compression="none") as file:
        for batch in batches:
            file.write_table(pa.table(dict(zip(schema.names, batch, strict=True)), schema=schema))
    shapes = pa.array(list(shapely.to_wkb(areas)), pa.binary())
    pq.write_table(pa.table({"id": np.arange(len(areas)), "wkb": shapes}), folder / "areas.parquet")
    (folder / "n_codes").write_text(str(n_codes))


def _run_one(
    folder: Path, peer: str, options: Options, repeats: int, **environment: str
) -> Outcome | str:
    """Return what a peer's process measured, or why it could not."""
    python = sys.executable if peer == "convive_grid" else str(PEER_PYTHON)
    script = Path(__file__).parent / "peers" / f"{peer}.py"
    out = folder / peer
    try:
        done = subprocess.run(
            [python, str(script), str(folder), str(repeats), str(out)],
            capture_output=True, text=True, timeout=options.seconds, check=False,
            env={**os.environ, **environment},
        )  # fmt: skip
    except FileNotFoundError:
        return "its environment is not set up"
    except subprocess.TimeoutExpired:
        return f"took over {options.seconds} s with loading"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1][:120].replace("|", " ")
    told = json.loads(out.with_suffix(".json").read_text())
    counts = np.load(out.with_suffix(".npy"))
    return Outcome(statistics.median(told["seconds"]), told["peak_mb"], counts)


def _identity() -> str:
    """Compare ours with GEOS point by point; stop where one point differs."""
    for kind in ("plain", "crooked"):
        areas = _areas(kind)
        grid, tree = AreaGrid.build(areas), shapely.STRtree(areas)
        for x, y, _ in _stretches(np.random.default_rng(20260102), N_COMPARED, 1):
            expected = np.full(x.size, -1)
            which, area = tree.query(shapely.points(x, y), predicate="within")
            expected[which] = area
            if not np.array_equal(grid.locate(x, y), expected):
                raise SystemExit("Points differ from GEOS; no benchmark of a wrong answer.")
    return (
        f"Compared with GEOS (shapely) point by point on {N_COMPARED / 1e6:g} million points in each "
        "of both towns: all equal. None of them lies exactly on a border; there GEOS' 'within' says "
        "no area and 'intersects' every area that touches, while each point counts once for us."
    )


def _corners(options: Options) -> str:
    """Return how often each peer counts points that lie exactly on shared vertices."""
    areas = _areas("crooked")
    corners, seen = np.unique(shapely.get_coordinates(areas), axis=0, return_counts=True)
    inner = ((corners > 1.0) & (corners < town.SIZE - 1.0)).all(axis=1) & (seen > 1)
    points = np.random.default_rng(20260103).choice(corners[inner], N_CORNERS)
    lines = [
        (
            f"{N_CORNERS:,} points exactly on vertices shared by two or more areas. Peers are asked for "
            "'intersects'; 'within' would count none of them.\n"
        ),
        "| who | counted |",
        "|---|--:|",
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        codes = np.zeros(N_CORNERS, dtype=np.int32)
        _write(folder, [(points[:, 0], points[:, 1], codes)], areas, 1)
        for name, peer in {"Convive": "convive_grid", **PEERS}.items():
            got = _run_one(folder, peer, options, 1)
            lines.append(f"| {name} | {got if isinstance(got, str) else f'{got.counts.sum():,}'} |")
    return "\n".join(lines)
