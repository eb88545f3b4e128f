"""The worker: in this process, or as a process beside the server that ends with it.

Run as a program it works until it is told to stop, or until the process that started it is gone.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BESIDE = "CONVIVE_WORKER_OF"
"""Process that the worker was started by, and ends with."""
PATIENCE = 20
"""Seconds that a worker may take to finish what it is at when the server ends."""
LONGEST_REST = 60.0
"""Seconds before a worker that fell is started again; the first time it is one."""


def work(*, is_once: bool = False) -> int:
    """Work until told to stop; with `is_once` until nothing is due. Return the runs of `is_once`.

    The environment must be complete, see `serve.prepare`.
    """
    import django  # noqa: PLC0415 - the settings are read at import

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
    django.setup()
    from convive.web.jobs.worker import Worker  # noqa: PLC0415

    worker = Worker()

    def stop(*_signal: Any) -> None:
        worker.stopping.set()

    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, stop)
    if os.environ.get(BESIDE):
        threading.Thread(target=_watch, args=(worker.stopping,), daemon=True).start()
    if is_once:
        return worker.empty()
    worker.work()
    return 0


def _watch(stopping: threading.Event) -> None:
    """Stop when the process that started this one is gone, however it ended."""
    starter = int(os.environ[BESIDE])
    while not stopping.wait(1.0):
        if os.getppid() != starter:
            stopping.set()


@contextmanager
def beside() -> Iterator[None]:
    """Keep a worker at work beside what is done inside, one that fell is started again."""
    over = threading.Event()
    keeper = threading.Thread(target=_keep, args=(over,), name="worker", daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join(timeout=PATIENCE + 10)


def _keep(over: threading.Event) -> None:
    rest = 1.0
    while not over.is_set():
        process = subprocess.Popen(
            [sys.executable, "-m", "convive.web.config.work"],
            env=os.environ | {BESIDE: str(os.getpid())},
            start_new_session=True,  # Ctrl+C is for the server, which then ends the worker
        )
        while process.poll() is None and not over.wait(0.2):
            continue
        if over.is_set():
            _end(process)
            return
        over.wait(rest)
        rest = min(rest * 2, LONGEST_REST)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Let the worker finish what it is at; what takes too long is taken up by the next one."""
    process.terminate()
    try:
        process.wait(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    work()
