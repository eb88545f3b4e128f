"""Runs the peers of the methods' benchmarks, each as a process of its own."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from options import PEER_PYTHON, Options

PEERS = Path(__file__).parent / "peers"
Columns = Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Answer:
    """What a peer measured: seconds of the whole job, and its numbers."""

    seconds: float
    values: Columns
    part: float = 1.0


@contextmanager
def inputs(**tables: Columns) -> Iterator[Path]:
    """Yield a folder with every table as NPZ, and as CSV where its columns are of one length."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, columns in tables.items():
            np.savez(folder / f"{name}.npz", **columns)
            if len({np.shape(column) for column in columns.values()}) == 1:
                with (folder / f"{name}.csv").open("w", newline="") as file:
                    writer = csv.writer(file)
                    writer.writerow(columns)
                    rows = (np.atleast_1d(column).tolist() for column in columns.values())
                    writer.writerows(zip(*rows, strict=True))
        yield folder


def ask(peer: str, variant: str, folder: Path, options: Options) -> Answer | str:
    """Return what a peer's process measured, or why it could not."""
    is_r = (PEERS / f"{peer}.R").exists()
    script = PEERS / f"{peer}.{'R' if is_r else 'py'}"
    if is_r and shutil.which("Rscript") is None:
        return "there is no R"
    if not is_r and not PEER_PYTHON.exists():
        return "its environment is not set up"
    out = folder / f"{peer}-{variant}"
    command = ["Rscript", "--vanilla"] if is_r else [str(PEER_PYTHON)]
    given = [*command, str(script), str(folder), str(options.repeats), str(out)]
    try:
        done = subprocess.run(
            given, capture_output=True, text=True, timeout=options.seconds, check=False
        )
    except subprocess.TimeoutExpired:
        return f"took over {options.seconds} s"
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1][:100].replace("|", " ")
    told = json.loads(Path(f"{out}.json").read_text())
    seconds = min(told["seconds"]) / told["part"]
    return Answer(seconds, _values(out), told["part"])


def _values(out: Path) -> Columns:
    if Path(f"{out}.npz").exists():
        return dict(np.load(f"{out}.npz"))
    with Path(f"{out}.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    body = np.array([[float(cell) for cell in row] for row in rows[1:]])
    return {"table": body, **{name: body[:, i] for i, name in enumerate(rows[0])}}


def best(job: Callable[[], object], repeats: int) -> tuple[float, object]:
    """Return the least seconds of ours, compiled before, and what came out."""
    found = job()
    times = []
    for _ in range(max(repeats, 3)):
        start = time.perf_counter()
        found = job()
        times.append(time.perf_counter() - start)
    return min(times), found


def rows_of(
    label: str,
    ours: float,
    peers: Mapping[str, Answer | str],
    remarks: Callable[[Answer], str],
) -> list[str]:
    """Return the table rows of one job: ours, then each peer with its ratio."""
    rows = [f"| {label} | Convive | {ours:.4g} | 1 | |"]
    for name, peer in peers.items():
        if isinstance(peer, str):
            rows.append(f"| | {name} | not run: {peer} | | |")
            continue
        scaled = "" if peer.part >= 1 else f" (scaled from {100 * peer.part:.2g} %)"
        rows.append(
            f"| | {name} | {peer.seconds:.4g}{scaled} | {peer.seconds / ours:.1f} | {remarks(peer)} |"
        )
    print("\n".join(rows), flush=True)
    return rows
