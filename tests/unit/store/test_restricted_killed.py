"""A hundred real processes are killed while they write: always the old or the new state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from factories import killed_writer


def test_a_hundred_kills_leave_the_old_or_the_new_state(tmp_path: Path) -> None:
    tests = Path(killed_writer.__file__).parents[1]
    source = tests.parent / "src"
    run = subprocess.run(
        [sys.executable, killed_writer.__file__, str(tmp_path / "restricted"), "20260131", "100"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        env={**os.environ, "PYTHONPATH": f"{source}{os.pathsep}{tests}"},
    )
    assert run.returncode == 0, run.stderr[-2000:]
    *kills, last = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(kills) == 100
    for kill in kills:
        assert kill["was_killed"]
        assert kill["is_old_or_new"]
        assert kill["is_whole"]
        assert kill["faults"] == []
    assert last == {"next": True}
    # The kills met writers at work: some left something half written, some got steps done.
    assert sum(kill["steps"] > 0 for kill in kills) >= 50
    assert any(kill["staged"] for kill in kills)
