"""Measure the main jobs, each against named peers in the same run; write docs/benchmarks.md.

Run with `make bench`, or some of it with `make bench ARGS="--only point_to_area --points 5M"`. Only
the sections that were run are written anew. Nothing here is a test: a test never asserts a time.
"""

from __future__ import annotations

import argparse
import os
import platform
import re

import audit
import csv_to_cube
import many_rows
import methods
import pages
import point_to_area
import shelf
import synthetic
import workspace
from options import ROOT, Options

PAGE = ROOT / "docs" / "benchmarks.md"
JOBS = {
    "point_to_area": point_to_area.run,
    "csv_to_cube": csv_to_cube.run,
    "many_rows": many_rows.run,
    "methods": methods.run,
    "audit": audit.run,
    "workspace": workspace.run,
    "shelf": shelf.run,
    "pages": pages.run,
    "synthetic": synthetic.run,
}
"""Every job takes Options and returns its section in Markdown."""
M = 1_000_000
MOST = 200 * M  # 4 GB of points


def main() -> None:
    """Run what is asked for and renew the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="*", choices=list(JOBS), default=list(JOBS))
    parser.add_argument("--points", nargs="*", type=_many, default=[5 * M, 50 * M], help="e.g. 5M")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=240, help="most that one peer may take")
    given = parser.parse_args()
    options = Options(tuple(given.points), given.repeats, given.seconds)
    sections = _read_sections()
    for name in given.only:
        load = os.getloadavg()[0]
        sections[name] = f"{JOBS[name](options)}\nLoad of the machine at the start: {load:.1f}.\n"
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    head = (
        "# Benchmarks\n\n<!-- Written by `make bench`; do not edit. -->\n\n"
        f"Machine: {machine}. Times depend on the machine and on what else it does; quote the ratios.\n"
    )
    body = [f"<!-- job: {name} -->\n{sections[name]}" for name in JOBS if name in sections]
    PAGE.write_text("\n".join([head, *body]), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))


def _many(told: str) -> int:
    """Return how many points are meant: 5M, 0.5M or 5000000."""
    many = int(float(told.removesuffix("M")) * (M if told.endswith("M") else 1))
    if not 0 < many <= MOST:
        raise argparse.ArgumentTypeError(f"{told}: 1 to {MOST // M}M points, please")
    return many


def _read_sections() -> dict[str, str]:
    """Return the sections that the page has by now."""
    text = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    parts = re.split(r"<!-- job: (\w+) -->\n", text)[1:]
    return {name: body.rstrip() + "\n" for name, body in zip(parts[::2], parts[1::2], strict=True)}


if __name__ == "__main__":
    main()
