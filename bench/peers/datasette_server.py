"""Datasette with several processes on one immutable file: ``FILE PORT PROCESSES``."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvicorn
from datasette.app import Datasette


def application() -> object:
    """Return the application; every process makes its own."""
    return Datasette(files=[], immutables=[os.environ["BENCH_DATASETTE"]]).app()


if __name__ == "__main__":
    os.environ["BENCH_DATASETTE"] = sys.argv[1]
    uvicorn.run(
        "datasette_server:application", factory=True, host="127.0.0.1", port=int(sys.argv[2]),
        workers=int(sys.argv[3]), access_log=False, log_level="warning",
        app_dir=str(Path(__file__).resolve().parent),
    )  # fmt: skip
