"""The whole audit of the demo city, as one process."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from options import ROOT, Options


def run(options: Options) -> str:  # noqa: ARG001 - every job has this signature
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "demo"
        subprocess.run(
            [sys.executable, "-m", "examples.demo_city", str(pack)],
            check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True,
        )  # fmt: skip
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from convive.cli.main import run; run()", "-q", "audit", str(pack)],
            check=True, cwd=ROOT, capture_output=True,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        peak = max(before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss) / 1024
    return (
        "## The whole audit\n\nThe demo city (about 150,000 incidents, three survey waves, 600 "
        f"observations), as one process: {seconds:.1f} s, peak memory of its largest process "
        f"{peak:.0f} MB. No other package does this job, so there is no ratio.\n"
    )
