"""What every peer of the methods' benchmarks does: prepare, repeat, write seconds and answers.

Run as `python <peer>.py FOLDER REPEATS OUT`. OUT.json gets the seconds of each repeat, the part of
the whole job that was done (what takes hours is done in part and scaled), OUT.npz the answers.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

Answers = Mapping[str, np.ndarray]


def run(prepare: Callable[[Path], Callable[[], Answers]], *, part: float = 1.0) -> None:
    """Prepare once, repeat the job, write what came out."""
    folder, repeats, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    job = prepare(folder)
    seconds, answers = [], {}
    for _ in range(repeats):
        start = time.perf_counter()
        answers = job()
        seconds.append(time.perf_counter() - start)
    np.savez(out.with_suffix(".npz"), **answers)
    out.with_suffix(".json").write_text(json.dumps({"seconds": seconds, "part": part}))


def table(folder: Path, name: str) -> dict[str, np.ndarray]:
    """Return the columns of an input."""
    return dict(np.load(folder / f"{name}.npz"))
