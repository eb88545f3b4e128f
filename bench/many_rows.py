"""Memory of a whole way from 50 million rows of CSV to the counts, in a process of its own."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from csv_to_cube import count_pack, write_pack
from options import ROOT, Options

N_ROWS = 50_000_000
ENOUGH_BYTES = 2_000_000_000


def run(options: Options) -> str:  # noqa: ARG001 - every job has this signature
    """Read 50 million rows by a child process and return the section with its peak memory."""
    with tempfile.TemporaryDirectory() as folder:
        pack = Path(folder) / "pack"
        told = write_pack(pack)
        size = _many(pack / "evidence/incidents/incidents.csv")
        done = subprocess.run(
            [sys.executable, __file__, str(pack), str(Path(folder) / "store")],
            check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT / 'bench'}"},
        )  # fmt: skip
    found = json.loads(done.stdout.splitlines()[-1])
    is_below = "below" if found["peak"] < ENOUGH_BYTES else "ABOVE"
    return (
        f"## 50 million rows\n\n{told}, repeated, each row with an identifier of its own, until one CSV holds at least 50 million rows "
        f"({size / 1e9:.1f} GB): {found['n']:,} incidents read, checked, dated, placed, kept in the restricted store "
        f"and counted by one process. Its peak memory was {found['peak'] / 1e6:,.0f} MB, {is_below} the "
        f"2,000 MB that are allowed; it took {found['cpu']:.0f} s of processor time.\n"
    )


def _many(file: Path) -> int:
    """Repeat the rows of a file behind its header until there are enough; return its bytes.

    Every row has an identifier of its own: without it each would be a repeat, which a file of
    incidents has few of.
    """
    once = file.with_name("once.csv")
    file.rename(once)
    header, *lines = once.read_bytes().splitlines()
    rows = b"".join(b"%s,%d\n" % (line, i) for i, line in enumerate(lines))
    with file.open("wb") as out:
        out.write(header + b",ID\n")
        for time in range(-(-N_ROWS // len(lines))):
            out.write(rows.replace(b"\n", b"-%d\n" % time))
    once.unlink()
    mapping = file.with_name("police.toml")
    mapping.write_text(mapping.read_text().replace("[columns]\n", '[columns]\nid = "ID"\n'))
    return file.stat().st_size


def _child(pack: Path, store: Path) -> None:
    """Read the pack and tell how many incidents there were and what it took."""
    start = time.process_time()
    n = count_pack(pack, store)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"n": n, "peak": peak, "cpu": time.process_time() - start}))


if __name__ == "__main__":
    _child(Path(sys.argv[1]), Path(sys.argv[2]))
