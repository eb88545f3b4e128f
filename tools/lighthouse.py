"""Let Lighthouse look at the main public pages as a phone sees them; write what it found.

Lighthouse is no dependency: it is installed by npm into a folder that is thrown away. It drives
the machine's own Chromium. Below ``LEAST`` anywhere, the exit code is 1.

    python tools/lighthouse.py PACK [--lighthouse PATH] [--runs 3]

PACK is a city pack with a finished audit; ``--lighthouse`` names a program that is there already.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.served import free_port, served, wait_until_idle  # noqa: E402 - read as a script

PAGE = ROOT / "docs" / "reference" / "lighthouse.md"
WANTED = ("performance", "accessibility", "best-practices")
LEAST = 95
VERSION = "12"
TRIES = 3
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
TIMINGS = {
    "first-contentful-paint": "first paint",
    "largest-contentful-paint": "largest paint",
    "total-blocking-time": "blocked",
    "cumulative-layout-shift": "shift",
    "total-byte-weight": "weight",
}


def main() -> int:
    """Run and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path)
    parser.add_argument("--lighthouse", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    given = parser.parse_args()
    load = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as folder, _served(given.pack) as address:
        program = given.lighthouse or _installed(Path(folder))
        found = {
            name: [_run(program, address + path, Path(folder)) for _ in range(given.runs)]
            for name, path in _pages(given.pack).items()
        }
    PAGE.write_text(_written(found, load), encoding="utf-8")
    print(PAGE.read_text(encoding="utf-8"))
    lows = [_score(runs, category) for runs in found.values() for category in WANTED]
    return int(min(lows) < LEAST)


def _pages(pack: Path) -> dict[str, str]:
    """Return the five main pages; area and indicator are the first of the audit."""
    areas = pq.read_table(pack / "build" / "areas.parquet", columns=["level", "area_id"])
    finest = [one for one in areas.to_pylist() if one["level"] != "city"][-1]
    faces = pq.read_table(pack / "build" / "faces.parquet", columns=["indicator_id"])
    return {
        "front page": "/en/",
        "area": f"/en/areas/{finest['level']}/{finest['area_id']}/",
        "findings": "/en/findings/",
        "indicator with map": f"/en/indicators/{faces['indicator_id'][0].as_py()}/",
        "how we measure": "/en/about/",
    }


def _installed(folder: Path) -> Path:
    """Install Lighthouse into a folder and return the program."""
    (folder / "package.json").write_text('{"private": true}')
    subprocess.run(
        ["npm", "install", f"lighthouse@{VERSION}", "--no-audit", "--no-fund", "--ignore-scripts"],
        check=True, cwd=folder, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return folder / "node_modules" / ".bin" / "lighthouse"


def _run(program: Path, url: str, folder: Path) -> dict[str, Any]:
    """Return one report; the trace of a browser sometimes misses its beginning: ask again then."""
    for left in reversed(range(TRIES)):
        try:
            return _report(program, url, folder)
        except (subprocess.CalledProcessError, RuntimeError):
            if not left:
                raise
    raise AssertionError


def _report(program: Path, url: str, folder: Path) -> dict[str, Any]:
    """Return one report: Lighthouse's own phone, network and categories."""
    report = folder / "report.json"
    browser = next(path for name in CHROMIUM if (path := shutil.which(name)))
    subprocess.run(
        [
            str(program), url, "--quiet", "--output=json", f"--output-path={report}",
            f"--only-categories={','.join(WANTED)}",
            "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage",
        ],
        check=True, env=os.environ | {"CHROME_PATH": browser}, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(report.read_text())
    if told.get("runtimeError"):
        raise RuntimeError(told["runtimeError"]["message"])
    return told


def _score(runs: list[dict[str, Any]], category: str) -> int:
    return round(100 * statistics.median(one["categories"][category]["score"] for one in runs))


def _written(found: dict[str, list[dict[str, Any]]], load: float) -> str:
    one = next(iter(found.values()))[0]
    machine = f"{os.cpu_count()} cores, {platform.machine()}, load {load:.1f} at the start"
    lines = [
        "# Lighthouse",
        "",
        "<!-- Written by `python tools/lighthouse.py PACK`; do not edit. -->",
        "",
        (
            f"The five main pages of the demo city, on {datetime.now(UTC):%Y-%m-%d}, Lighthouse "
            f"{one['lighthouseVersion']} with its own phone and slow network, Chromium of the "
            f"machine ({machine}). Median of {len(next(iter(found.values())))} run(s)."
        ),
        "",
        "| page | performance | accessibility | best practices | "
        + " | ".join(TIMINGS.values())
        + " |",
        "|---|" + "--:|" * (len(WANTED) + len(TIMINGS)),
    ]
    for name, runs in found.items():
        scores = [str(_score(runs, category)) for category in WANTED]
        middle = sorted(runs, key=lambda run: run["categories"]["performance"]["score"])
        audits = middle[len(runs) // 2]["audits"]
        shown = [audits[key]["displayValue"].removeprefix("Total size was ") for key in TIMINGS]
        lines.append(f"| {name} | {' | '.join([*scores, *shown])} |")
    lows = sorted({
        f"{audit['title']} ({name})"
        for name, runs in found.items()
        for category in ("accessibility", "best-practices")
        for ref in runs[0]["categories"][category]["auditRefs"]
        if (audit := runs[0]["audits"][ref["id"]])["score"] == 0
    })  # fmt: skip
    lines += ["", "Not passed: " + ("; ".join(lows) if lows else "nothing") + ".", ""]
    return "\n".join(lines)


@contextmanager
def _served(pack: Path) -> Iterator[str]:
    """Give the address of the site on the pack."""
    script, port = "from convive.cli.main import run; run()", free_port()
    command = [sys.executable, "-c", script, "-q", "serve", str(pack), "--port", str(port)]
    with served([*command, "--no-worker"], port, {"PYTHONPATH": str(ROOT / "src")}) as (
        at,
        session,
    ):
        wait_until_idle(session)
        yield at


if __name__ == "__main__":
    sys.exit(main())
