"""Measure the main job, each figure against a named peer in the same run; write the ratios.

Run with `make bench`. Figures are medians over paired runs; absolute times are given only to tell
what the machine is. Nothing here is a test: a test never asserts a time.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import geopandas
import numpy as np
import shapely

from convive.core.spatial import locate_points

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "benchmarks.md"
RUNS = 5
N_POINTS = 500_000
N_AREAS = 300


def _cells(rng: np.random.Generator) -> list[shapely.Polygon]:
    """Return a town of Voronoi cells that share their borders."""
    seeds = shapely.multipoints(rng.uniform(0, 1, (N_AREAS, 2)))
    cells = shapely.voronoi_polygons(seeds, extend_to=shapely.box(0, 0, 1, 1))
    return [cell.intersection(shapely.box(0, 0, 1, 1)) for cell in cells.geoms]


def _paired(ours: Callable[[], object], peer: Callable[[], object]) -> tuple[float, float, float]:
    """Return the medians of both and of the ratio peer ÷ ours, run in turn after a warm-up."""
    ours()
    times = []
    for _ in range(RUNS):
        a = _seconds(ours)
        b = _seconds(peer)
        times.append((a, b, b / a))
    return tuple(statistics.median(column) for column in zip(*times, strict=True))  # type: ignore[return-value]


def _seconds(job: Callable[[], object]) -> float:
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def point_to_area() -> tuple[str, str, float, float, float]:
    """Points to areas with counts: ours against geopandas.sjoin, counts compared."""
    rng = np.random.default_rng(20260101)
    areas = _cells(rng)
    points = rng.uniform(0, 1, (N_POINTS, 2))
    frame = geopandas.GeoDataFrame(geometry=areas)

    def ours() -> np.ndarray:
        found = locate_points(points[:, 0], points[:, 1], areas)
        return np.bincount(found[found >= 0], minlength=N_AREAS)

    def peer() -> np.ndarray:
        dots = geopandas.GeoDataFrame(geometry=geopandas.points_from_xy(points[:, 0], points[:, 1]))
        joined = dots.sjoin(frame, predicate="within")
        return np.bincount(joined["index_right"], minlength=N_AREAS)

    if not np.array_equal(ours(), peer()):
        raise SystemExit("The counts differ from the peer's; no benchmark of a wrong answer.")
    label = f"points to areas with counts ({N_POINTS:,} points, {N_AREAS} areas)"
    return (label, f"geopandas {geopandas.__version__} sjoin", *_paired(ours, peer))


def whole_audit() -> tuple[float, float]:
    """Return seconds and peak memory in MB of a whole audit of the demo city, as a process."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "demo"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        subprocess.run(
            [sys.executable, "-m", "examples.demo_city", str(pack)],
            check=True, cwd=ROOT, env=environment, capture_output=True,
        )  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from convive.cli.main import run; run()", "-q", "audit", str(pack)],
            check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    return seconds, peak


def main() -> None:
    """Run everything and write the page."""
    label, peer, ours_s, peer_s, ratio = point_to_area()
    seconds, peak = whole_audit()
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    PAGE.write_text(
        "# Benchmarks\n\n<!-- Written by `make bench`; do not edit. -->\n\n"
        f"Machine: {machine}. Medians of {RUNS} paired runs; quote the ratios.\n\n"
        "| job | peer | ours (s) | peer (s) | peer ÷ ours |\n|---|---|--:|--:|--:|\n"
        f"| {label} | {peer} | {ours_s:.3f} | {peer_s:.3f} | {ratio:.1f} |\n\n"
        "The whole audit of the demo city (about 150,000 incidents, three survey waves, 600 "
        f"observations), as one process: {seconds:.1f} s, peak memory {peak:.0f} MB. No other package "
        "does this job, so there is no ratio.\n",
        encoding="utf-8",
    )
    print(PAGE.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
