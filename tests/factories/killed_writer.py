"""A writer of the restricted store that is killed a hundred times; run as a program.

A process of its own, so that forking is safe; each child is a real process that opens, reads,
writes, weeds and commits in a loop until SIGKILL.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from convive.store.restricted import FolderRestrictedStore
from factories.failing_disk import QuickDisk

NAMES = ("p0", "p1", "p2")
KINDS = {"p0": "rows", "p1": "rows", "p2": "answers"}
"""Incidents, and the answers of a survey."""
SCHEMA = pa.schema([("n", pa.int64())])


def expected(number: int) -> dict[str, list[int]]:
    """Return the content of the state after so many steps: a function of the number alone."""
    if number == 0:
        return {}
    present = [name for at, name in enumerate(NAMES) if at != number % 3]
    return {name: list(range(number, number + 50 + number % 7)) for name in present}


def store_in(folder: Path) -> FolderRestrictedStore:
    return FolderRestrictedStore(
        folder, clock=lambda: datetime(2026, 1, 31, tzinfo=UTC), disk=QuickDisk()
    )


def step(folder: Path, number: int) -> None:
    with store_in(folder).session(actor="child", purpose="ingest") as session:
        for name in NAMES:
            kept = session.find(name)
            if kept is not None:
                session.open(kept)
            rows = expected(number).get(name)
            if rows is None:
                session.drop(name)
                continue
            with session.writing(name, kind=KINDS[name], schema=SCHEMA) as writer:
                writer.write(pa.table({"n": rows}, schema=SCHEMA))
        session.put("number", str(number).encode(), kind="record")
        session.commit()
        if number % 3 == 0:
            session.purge()


def content(folder: Path) -> tuple[int, dict[str, list[int]]]:
    with store_in(folder).session(actor="test", purpose="test", read_only=True) as session:
        kept = session.find("number")
        number = int(session.open(kept).read_bytes()) if kept else 0
        rows = {
            kept.name: pq.ParquetFile(session.open(kept)).read(use_threads=False)["n"].to_pylist()
            for kept in [*session.listed("rows"), *session.listed("answers")]
        }
        return number, rows


def child(folder: Path, start: int, acknowledge: int) -> None:
    number = start
    while True:
        number += 1
        step(folder, number)
        os.write(acknowledge, b"%d\n" % number)


def kill_once(folder: Path, wait: float, *, is_at_work: bool) -> dict[str, object]:
    """Let a child write for a while, kill it, and say what is left.

    With `is_at_work` the waiting starts after its first commit, however slow the machine is.
    """
    start, _ = content(folder)
    read_end, write_end = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            child(folder, start, write_end)
        finally:
            os._exit(9)
    os.close(write_end)
    told = os.read(read_end, 1 << 16) if is_at_work else b""
    time.sleep(wait)
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    while piece := os.read(read_end, 1 << 16):
        told += piece
    os.close(read_end)
    acknowledged = int(told.split()[-1]) if told.split() else start
    number, rows = content(folder)
    return {
        "was_killed": os.WIFSIGNALED(status),
        "steps": number - start,
        "is_old_or_new": number in {acknowledged, acknowledged + 1},
        "is_whole": rows == expected(number),
        "faults": [fault.code for fault in store_in(folder).check().faults],
        "staged": len(list((folder / "staging").glob("*"))) if folder.exists() else 0,
    }


if __name__ == "__main__":
    target, seed, times = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    waits = np.random.default_rng(seed).uniform(0.0, 0.015, times)
    for at, one in enumerate(waits):
        print(json.dumps(kill_once(target, float(one), is_at_work=at % 2 == 1)))  # noqa: T201
    last, _ = content(target)
    step(target, last + 1)
    print(json.dumps({"next": content(target) == (last + 1, expected(last + 1))}))  # noqa: T201
