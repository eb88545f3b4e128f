"""`convive serve` keeps a worker beside the pages; `convive work --once` does without."""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from factories import forked
from factories.databases import give_workspace
from factories.pack import write_pack
from factories.served import free_port

pytestmark = pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks into /proc")
START = """
import sys
from pathlib import Path
from convive.wiring.workspace import prepare_site, serve_build
pack = Path(sys.argv[1])
prepare_site(pack / "build", host="127.0.0.1", workspace=pack / "workspace")
serve_build(pack / "build", port=int(sys.argv[2]), has_worker=sys.argv[3] == "1")
"""


def clean() -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVIVE_", "DJANGO_"))}
    return {**kept, "CONVIVE_LANGUAGE": "en", "COLUMNS": "200"}


@pytest.fixture
def pack(tmp_path: Path, workspace_template: Path) -> Path:
    write_pack(tmp_path / "town")
    give_workspace(workspace_template, tmp_path / "town" / "workspace")
    return tmp_path / "town"


@pytest.fixture
def server(pack: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(pack), str(free_port()), "1"], env=clean()
    )
    yield process
    process.kill()
    process.wait(timeout=60)


def runs_of(pack: Path) -> list[str]:
    file = pack / "workspace" / "workspace.sqlite3"
    if not file.exists():
        return []
    with closing(sqlite3.connect(file)) as database:
        try:
            found = database.execute("SELECT state FROM jobs_run").fetchall()
        except sqlite3.OperationalError:  # not made yet
            return []
    return [state for (state,) in found]


def workers_of(process: subprocess.Popen[bytes]) -> list[int]:
    found = []
    for children in Path(f"/proc/{process.pid}/task").glob("*/children"):
        for pid in map(int, children.read_text().split()):
            if b"convive.web.config.work" in Path(f"/proc/{pid}/cmdline").read_bytes():
                found.append(pid)
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def waits_for(what: Callable[[], object]) -> None:
    for _ in range(600):
        if what():
            return
        time.sleep(0.1)
    raise AssertionError("waited in vain")


def all_done(pack: Path) -> bool:
    states = runs_of(pack)
    return bool(states) and set(states) == {"done"}


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_the_worker_works_comes_again_and_ends_with_the_server(
    pack: Path, server: subprocess.Popen[bytes], how: signal.Signals
) -> None:
    waits_for(lambda: all_done(pack))
    (worker,) = workers_of(server)
    if how == signal.SIGTERM:  # and once more on the way: a worker that falls is started again
        os.kill(worker, signal.SIGKILL)
        waits_for(lambda: workers_of(server) not in ([], [worker]))
        (worker,) = workers_of(server)
    server.send_signal(how)
    server.wait(timeout=60)
    waits_for(lambda: not is_alive(worker))


def test_a_timer_of_the_system_can_do_the_work(pack: Path) -> None:
    def convive(*arguments: str) -> str:
        found = forked.run(["-m", "convive.cli.main", *arguments, pack], env=clean())
        assert found.returncode == 0, found.stderr
        return found.stdout

    runs = convive("work", "--once")
    said = re.fullmatch(r"Runs: ([1-9]\d*)\.\n", runs)
    assert said, runs
    assert "Runs: 0." in convive("work", "--once")
    listed = convive("jobs")
    assert listed.count("done") == int(said[1])
    assert "jobs.tidy" in listed
