"""What the peers of synthetic control share: some areas, each from all others, one by one.

CPU seconds are measured, not time on the clock: a peer that runs for minutes on a busy machine
waits for others, a job of a millisecond does not, and the ratio would say more about the
machine's load than about the two.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

Solver = Callable[[np.ndarray, np.ndarray], np.ndarray]
SMALL_TOWN = 200


def run(solve: Solver, *, most: int) -> None:
    """Solve for up to `most` areas of a small town, a tenth of them of a large one.

    `solve` gets donors (n, periods) and a target (periods,) and returns weights.
    """
    folder, repeats, out = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    past = np.load(folder / "town.npz")["past"]
    n = past.shape[0]
    some = max(1, most if n <= SMALL_TOWN else most // 10)
    solve(past[1:8], past[0])  # loads and compiles
    seconds = []
    weights = np.zeros((some, n))
    for _ in range(repeats):
        start = time.process_time()
        for i in range(some):
            others = np.arange(n) != i
            weights[i, others] = solve(past[others], past[i])
        seconds.append(time.process_time() - start)
    np.savez(out.with_suffix(".npz"), weights=weights)
    out.with_suffix(".json").write_text(json.dumps({"seconds": seconds, "part": some / n}))
