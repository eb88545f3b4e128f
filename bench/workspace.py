"""Server time of the workspace's list pages: ten thousand actions, five years of diary."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
from options import ROOT, Options

SERVER = os.environ.get("CONVIVE_TEST_POSTGRES", "postgresql://root@127.0.0.1:5432/test")


def run(options: Options) -> str:
    """Return the section: median and worst of each page, on both databases."""
    lines = [
        "## Pages of the workspace",
        "",
        (
            "10,000 actions, 300,000 diary entries over five years, 30,000 budget lines, 500 meetings, "
            "4,000 commitments. Server time of one request in ms (Django's test client, signed in as "
            "coordinator, templates and audit loaded): first after a write, then the median and the "
            f"worst of {max(5, options.repeats)} more. The bare query reads 50 actions by position: the "
            "least that any list page asks."
        ),
        "",
    ]
    for kind in ("SQLite", "PostgreSQL"):
        found = _measured(kind, max(5, options.repeats))
        if found is None:
            lines += [f"{kind}: not there.", ""]
            continue
        lines += [
            f"{kind} (bare query {found['bare']:.2f} ms, filling took {found['filling']:.0f} s):",
            "",
            "| page | first | median | worst | kB |",
            "|---|--:|--:|--:|--:|",
            *(
                f"| {name} | {one['first']:.0f} | {one['median']:.0f} | {one['worst']:.0f} | {one['kb']} |"
                for name, one in found["pages"].items()
            ),
            "",
        ]
    return "\n".join(lines)


def _measured(kind: str, repeats: int) -> dict | None:
    """Measure in a process of its own: Django knows one database a process."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        name = f"convive_bench_{os.getpid()}"
        if kind == "PostgreSQL":
            if not _postgres(f'CREATE DATABASE "{name}"'):
                return None
            url = SERVER.rsplit("/", 1)[0] + f"/{name}"
        env = os.environ | {
            "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "convive.web.config.settings",
            "CONVIVE_MEDIA": f"{folder}/media", "CONVIVE_SECRET_KEY": "only for this run",
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")]),
        }  # fmt: skip
        try:
            out = subprocess.run(
                [sys.executable, str(Path(__file__).parent / "workspace_pages.py"), str(repeats)],
                env=env, check=True, stdout=subprocess.PIPE, text=True,
            ).stdout  # fmt: skip
            return json.loads(out.splitlines()[-1])
        finally:
            if kind == "PostgreSQL":
                _postgres(f'DROP DATABASE "{name}" WITH (FORCE)')


def _postgres(statement: str) -> bool:
    try:
        with psycopg.connect(SERVER, autocommit=True, connect_timeout=3) as server:
            server.execute(statement)
    except psycopg.OperationalError:
        return False
    return True
