"""Pages under load: kept, never asked for before, unchanged, and a table beside Datasette's."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import page_load
import pyarrow.parquet as pq
from options import PEER_PYTHON, ROOT, Options
from served import free_port, served, wait_until_idle

WORKERS = 2
CONNECTIONS = 16
LANGUAGES = ("en", "fr", "es", "it", "de", "pt", "nl")
TABLE = "trends"
"""A published table of both servers; what is in it is the same."""


def run(options: Options) -> str:
    """Return the section."""
    seconds = max(2, min(10, options.repeats * 2))
    with tempfile.TemporaryDirectory() as folder:
        pack = _demo_city(Path(folder))
        ours = _ours(pack, seconds)
        peer = _datasette(pack, Path(folder), seconds)
    tool = "wrk" if shutil.which("wrk") else "a generator of our own (wrk is not there)"
    lines = [
        "## Pages under load",
        "",
        (
            f"The demo city, {WORKERS} server processes, {CONNECTIONS} connections, {seconds} s each "
            f"after a second of warming up; the load is made on the same cores by {tool}; gzip is "
            "accepted. Pages never asked for before: each area in each language once, by the "
            "generator of our own, which takes a part of a core itself. Datasette serves the same "
            f"published table (`{TABLE}`) from an immutable SQLite file, by uvicorn."
        ),
        "",
        "| who | what | requests a second | p50 ms | p95 ms | p99 ms | errors | kB each | ÷ Datasette |",
        "|---|---|--:|--:|--:|--:|--:|--:|--:|",
    ]
    base = peer.get("page of the table") if peer else None
    for who, found in (("Convive", ours), ("Datasette", peer or {})):
        lines += [_line(who, what, one, base) for what, one in found.items()]
    if peer is None:
        lines += ["", "Datasette: not there (`make bench` sets it up)."]
    return "\n".join([*lines, ""])


def _line(who: str, what: str, one: page_load.Load, base: page_load.Load | None) -> str:
    ratio = f"{one.per_second / base.per_second:.1f}" if base else ""
    return (
        f"| {who} | {what} | {one.per_second:,.0f} | {one.p50:.1f} | {one.p95:.1f} | {one.p99:.1f} "
        f"| {one.errors} | {one.kilobytes:.1f} | {ratio} |"
    )


def _demo_city(folder: Path) -> Path:
    """Return the demo city, audited; another pack where BENCH_PACK names one."""
    given = os.environ.get("BENCH_PACK")
    if given:
        return Path(given)
    pack = folder / "demo"
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}
    convive = [sys.executable, "-c", "from convive.cli.main import run; run()", "-q"]
    for command in (
        [sys.executable, "-m", "examples.demo_city", "--workspace", str(pack)],
        [*convive, "audit", str(pack)],
        [sys.executable, "-m", "examples.demo_city.partnership", str(pack)],
    ):
        subprocess.run(command, check=True, cwd=ROOT, env=env, capture_output=True)
    return pack


def _ours(pack: Path, seconds: int) -> dict[str, page_load.Load]:
    env = {
        "PYTHONPATH": str(ROOT / "src"), "CONVIVE_API_PER_MINUTE": "0",
        "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    convive = [sys.executable, "-c", "from convive.cli.main import run; run()", "-q", "serve"]
    port = free_port()
    command = [*convive, str(pack), "--port", str(port), "--workers", str(WORKERS), "--no-worker"]
    with served(command, port, env) as (address, session):
        areas = _areas(pack)
        _settle(address, session)
        every = [f"/{language}/areas/{area}/" for area in areas for language in LANGUAGES]
        # As many threads as the processes can use: more would only wait for one another.
        found = {"area pages never asked for before": page_load.once_each(address, every, 4)}
        cases = {
            "front page, kept": ("/en/", {}),
            "area page, kept": (f"/en/areas/{areas[0]}/", {}),
            "unchanged (304)": ("/en/", {"If-None-Match": page_load.validator(address, "/en/")}),
            "table, 50 rows, JSON": (f"/api/v1/tables/{TABLE}/?limit=50", {}),
        }
        for what, (path, headers) in cases.items():
            found[what] = page_load.measure(address + path, headers, CONNECTIONS, seconds)
    return found


def _settle(address: str, session: int) -> None:
    """Let all processes finish what they do right after their start (search, first pages)."""
    for _ in range(4):
        page_load.once_each(address, [f"/{one}/" for one in LANGUAGES], WORKERS)
    wait_until_idle(session)


def _areas(pack: Path) -> list[str]:
    """Return level and code of every area but the city."""
    rows = pq.read_table(pack / "build" / "areas.parquet", columns=["level", "area_id"]).to_pylist()
    return [f"{row['level']}/{row['area_id']}" for row in rows if row["level"] != "city"]


def _datasette(pack: Path, folder: Path, seconds: int) -> dict[str, page_load.Load] | None:
    asked = [str(PEER_PYTHON), "-c", "import datasette"]
    if (
        not PEER_PYTHON.exists()
        or subprocess.run(asked, check=False, capture_output=True).returncode
    ):
        return None
    file = folder / "published.db"
    _as_sqlite(pack / "build" / f"{TABLE}.parquet", file)
    port = free_port()
    peer = Path(__file__).parent / "peers" / "datasette_server.py"
    with served([str(PEER_PYTHON), str(peer), str(file), str(port), str(WORKERS)], port, {}) as (
        at,
        _,
    ):
        cases = {
            "page of the table": f"/published/{TABLE}?_size=50",
            "table, 50 rows, JSON": f"/published/{TABLE}.json?_size=50",
            "page of a row": f"/published/{TABLE}/1",
        }
        return {
            what: page_load.measure(at + path, {}, CONNECTIONS, seconds)
            for what, path in cases.items()
        }


def _as_sqlite(parquet: Path, file: Path) -> None:
    """Write a published table as Datasette wants it."""
    table = pq.read_table(parquet)
    names = ", ".join(f'"{name}"' for name in table.column_names)
    marks = ", ".join("?" for _ in table.column_names)
    with sqlite3.connect(file) as database:
        database.execute(f"CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, {names})")
        rows = ([_plain(one) for one in row.values()] for row in table.to_pylist())
        database.executemany(f"INSERT INTO {TABLE} ({names}) VALUES ({marks})", rows)
    database.close()


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, (int, float, str)) else json.dumps(
        value, default=str
    )  # fmt: skip
