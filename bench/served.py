"""A server that is measured: started, left until it has nothing to do, stopped with all of it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST = 180
"""Seconds that a server is waited for at most; after them it is measured as it is."""
SECONDS_IDLE = 5
"""In a row: on a busy machine a process may get next to nothing for one and not be done."""
IDLE = 0.05
"""Seconds of a core in a second, below which the processes have nothing left to do."""


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(command: Sequence[str], port: int, env: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Give address and session of a server, which is stopped at the end with all of its processes."""
    process = subprocess.Popen(
        command, env=os.environ | env, start_new_session=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            if process.poll() is not None:
                raise RuntimeError(f"{command[0]} ended by itself")
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}", process.pid
    finally:
        with suppress(ProcessLookupError):  # it may have ended by itself
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def wait_until_idle(session: int) -> None:
    """Wait until the processes of a server have warmed up: they draw pages after they listen."""
    idle = 0
    for _ in range(LONGEST):
        before = _cpu_seconds(session)
        time.sleep(1)
        idle = idle + 1 if _cpu_seconds(session) - before < IDLE else 0
        if idle == SECONDS_IDLE:
            return


def _cpu_seconds(session: int) -> float:
    """Return what the processes of a session have used of a core so far, where the system tells it."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            # After the name in brackets: state, parent, group, session; 12th and 13th the times.
            told = file.read_text().rpartition(")")[2].split()
            ticks += (int(told[11]) + int(told[12])) * (int(told[3]) == session)
    return ticks / os.sysconf("SC_CLK_TCK")
