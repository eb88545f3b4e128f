"""Processes of the product that begin with its libraries loaded: forked from one that has done so.

Loading NumPy, SciPy, Numba, DuckDB and the modules without tables takes longer than most of what
tests have a process do. So one process a test process loads them, once, and every further one is
forked from it: with an environment, a folder, a session and files of its own, its settings and
tables loaded by itself, and to be killed like any other. That a command starts from nothing is
seen by the tests that start one by `subprocess` (tests/functional/test_evaluation.py, tests/integration/test_worker_beside.py).
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

LOADED = (
    "scipy.stats", "numba", "duckdb", "pyarrow.compute", "pyarrow.parquet", "shapely", "openpyxl",
    "psycopg", "django.core.management", "django.core.serializers", "django.db.migrations.executor",
    "django.forms", "django.template", "convive.app.assess", "convive.app.audit",
    "convive.catalogue.texts", "convive.cli.main", "convive.connectors.city_pack",
    "convive.core.evaluation", "convive.core.spatial", "convive.core.temporal", "convive.store",
    "convive.store.archives", "convive.wiring.backup", "convive.wiring.workspace",
    "convive.catalogue.core_items", "convive.app.evidence_room.protection", "convive.app.history",
    "convive.app.shelf.query", "django.core.handlers.wsgi", "granian",
)  # fmt: skip
"""What needs no settings of a site."""


class Forked:
    """One process, with what the tests use of `subprocess.Popen`."""

    def __init__(self, pid: int, said: Path, command: Sequence[str]) -> None:
        self.pid, self.args, self.returncode = pid, command, None
        self._said = said

    returncode: int | None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self.returncode is None and self._said.exists():
            self.returncode = int(self._said.read_text())
        return self.returncode

    def wait(self, timeout: float = 300) -> int:
        """Wait until it has ended; return the exit code."""
        until = time.monotonic() + timeout
        while (found := self.poll()) is None:
            if time.monotonic() > until:
                raise subprocess.TimeoutExpired(list(self.args), timeout)
            time.sleep(0.005)
        return found

    def kill(self) -> None:
        """Leave it no time for anything."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)

    def terminate(self) -> None:
        """Ask it to end."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)


def start(
    command: Sequence[object], *, env: Mapping[str, str] | None = None, output: Path | None = None,
    own_session: bool = False,
) -> Forked:  # fmt: skip
    """Start ``-c CODE …`` or ``-m MODULE …`` as `sys.executable` would.

    Parameters
    ----------
    output : Path, optional
        Folder, made if need be, into which standard output and errors go, as ``out`` and ``err``.
    """
    if output:
        output.mkdir(exist_ok=True)
    words = [str(word) for word in command]
    said = Path(tempfile.mkdtemp(prefix="forked-", dir=_scratch().name)) / "ended"
    asked = {
        "words": words, "env": dict(os.environ if env is None else env), "folder": str(Path.cwd()),
        "said": str(said), "output": str(output or ""), "own_session": own_session,
    }  # fmt: skip
    server = _server()
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.write(json.dumps(asked) + "\n")
    server.stdin.flush()
    return Forked(int(server.stdout.readline()), said, words)


def run(
    command: Sequence[object], *, env: Mapping[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Run it to its end; return the exit code and what it said."""
    output = Path(tempfile.mkdtemp(prefix="said-", dir=_scratch().name))
    process = start(command, env=env, output=output)
    try:
        code = process.wait(timeout)
    finally:
        process.kill()
    return subprocess.CompletedProcess(
        process.args, code, (output / "out").read_text("utf-8"), (output / "err").read_text("utf-8")
    )


@functools.cache
def _scratch() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="convive-forked-")


@functools.cache
def _server() -> subprocess.Popen[str]:
    """Start the process from which the others are forked; it ends with this one."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVIVE_", "DJANGO_", "DATABASE"))}  # fmt: skip
    kept["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    server = subprocess.Popen(
        [sys.executable, "-m", "factories.forked"], env=kept, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )  # fmt: skip

    def end() -> None:
        assert server.stdin is not None
        server.stdin.close()
        server.wait(timeout=30)
        _scratch().cleanup()

    atexit.register(end)
    return server


def _serve() -> None:
    """Fork for each line; say in a file when a process has ended, and how."""
    for name in LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    files: dict[int, str] = {}

    def reap(*_asked: object) -> None:
        with contextlib.suppress(ChildProcessError):
            while files:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if not pid:
                    break
                _say(files.pop(pid), os.waitstatus_to_exitcode(status))

    signal.signal(signal.SIGCHLD, reap)
    for line in sys.stdin:
        asked = json.loads(line)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        pid = os.fork()
        if pid == 0:
            _be(asked)
        files[pid] = asked["said"]
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        print(pid, flush=True)  # noqa: T201


def _say(file: str, code: int) -> None:
    """Write it whole or not at all."""
    draft = Path(f"{file}.new")
    with contextlib.suppress(OSError):  # whoever asked has gone
        draft.write_text(str(code))
        draft.rename(file)


def _be(asked: Mapping[str, Any]) -> None:
    """Become the process that was asked for; never return."""
    code = 1
    try:
        _dress(asked)
        _do(asked["words"])
        code = 0
    except SystemExit as end:
        code = _code_of(end)
    except BaseException:  # noqa: BLE001 - as the interpreter does
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _dress(asked: Mapping[str, Any]) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    if asked["own_session"]:
        os.setsid()
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["env"])
    time.tzset()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    # What is said goes to a file, or to the errors of the test: never into the answers given here.
    os.dup2(_file(asked["output"], "out") if asked["output"] else 2, 1)
    if asked["output"]:
        os.dup2(_file(asked["output"], "err"), 2)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # a test reads what was said while it runs


def _file(folder: str, name: str) -> int:
    return os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)


def _do(words: list[str]) -> None:
    kind, what, *more = words
    if kind == "-m":
        sys.argv = [what, *more]
        sys.modules.pop(what, None)  # it becomes the main module
        runpy.run_module(what, run_name="__main__", alter_sys=True)
        return
    sys.argv = ["-c", *more]
    main = ModuleType("__main__")
    sys.modules["__main__"] = main
    exec(compile(what, "<string>", "exec"), main.__dict__)


def _code_of(end: SystemExit) -> int:
    if end.code is None or isinstance(end.code, int):
        return end.code or 0
    print(end.code, file=sys.stderr)  # noqa: T201
    return 1


if __name__ == "__main__":
    _serve()
