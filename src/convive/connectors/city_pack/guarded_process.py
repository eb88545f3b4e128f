"""Reads hostile files in a process of their own, so that no file can take the program down.

The libraries that open workbooks, geographic, survey and R files are written in C, C++ and Rust.
A damaged file can make them crash, hang, or ask for any amount of memory; none of these can be
caught in Python. They therefore run in a child process with bounded memory, which sends its
tables back stretch by stretch; where it dies or takes too long, the file is refused.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from convive.connectors.city_pack.archives import MIB
from convive.connectors.city_pack.problem_log import RefusedError

CHILD = "convive.connectors.city_pack.guarded_child"
PATIENCE_SECONDS = 120.0
"""How long a file may keep the child busy before it has to send something."""
SECONDS_PER_MIB = 2.0


@dataclass(frozen=True)
class Stretch:
    """Some rows of one table of a file, as the child found them."""

    meta: Mapping[str, Any]
    rows: pa.Table


class _Child:
    """One reading process; it reads one file after the other."""

    def __init__(self) -> None:
        # -P: the folder in which the program was started may hold anything, also a pack.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-W", "ignore", "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any]) -> None:
        if self._process.stdin is not None:
            self._process.stdin.write(json.dumps(request).encode() + b"\n")
            self._process.stdin.flush()

    def answer(self, patience: float) -> tuple[dict[str, Any], bytes]:
        """Return the next message and its payload; READING_STOPPED where none comes."""
        pipe = self._process.stdout
        watch = threading.Timer(patience, self._process.kill)
        watch.daemon = True
        watch.start()
        try:
            line = pipe.readline() if pipe is not None else b""
            message = json.loads(line) if line.endswith(b"\n") else {}
            payload = pipe.read(message.get("bytes", 0)) if pipe is not None else b""
        finally:
            watch.cancel()
        if not message or len(payload) < message.get("bytes", 0):
            raise RefusedError("READING_STOPPED")
        return message, payload

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


_idle: list[_Child] = []
_lock = threading.Lock()


def read_guarded(
    task: str, path: Path, options: Mapping[str, Any]
) -> Iterator[Stretch | RefusedError]:
    """Yield the tables of a file in stretches, read by a child process.

    `task` names a reader of ``guarded_child.TASKS``, `options` are passed to it as JSON.
    A table that cannot be used is yielded as a refusal, the others still come.

    Raises
    ------
    RefusedError
        READING_STOPPED where the child dies or is silent for too long; what the reader refuses.
    """
    wait = PATIENCE_SECONDS + path.stat().st_size / MIB * SECONDS_PER_MIB
    child = _take()
    is_done = False
    try:
        child.ask({"task": task, "path": str(path), "options": dict(options)})
        while not is_done:
            message, payload = child.answer(wait)
            is_done = "done" in message
            if message.get("fatal"):
                is_done = True
                raise RefusedError(message["refused"], **message["data"])
            if "refused" in message:
                yield RefusedError(message["refused"], **message["data"])
            elif "meta" in message:
                with pa.ipc.open_stream(payload) as stream:
                    yield Stretch(message["meta"], stream.read_all())
    except BrokenPipeError as problem:
        raise RefusedError("READING_STOPPED") from problem
    finally:
        _give_back(child, is_usable=is_done)


def _take() -> _Child:
    with _lock:
        while _idle:
            child = _idle.pop()
            if child.is_alive:
                return child
            child.stop()
    return _Child()


def _give_back(child: _Child, *, is_usable: bool) -> None:
    """Keep an idle child for the next file; one that is busy or dead is ended."""
    with _lock:
        if is_usable and child.is_alive and not _idle:
            _idle.append(child)
            return
    child.stop()


@atexit.register
def end_children() -> None:
    """End the idle child, with the program or before it forks."""
    with _lock:
        while _idle:
            _idle.pop().stop()
