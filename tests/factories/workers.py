"""Workers as processes of their own on a given database: to be watched, and to be killed.

``python -m factories.workers FOLDER STEP`` does one task after the other. At the step it says so
in a file and waits to be killed.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from factories import forked
from factories.served import url_of

STEPS = ("taken", "prepared", "after_effect", "marked", "committed")
"""Where a worker can be killed: from taking the run to after its transaction."""


def start(folder: Path, settings: Mapping[str, Any], step: str = "") -> forked.Forked:
    """Start a worker that waits at a step; without one it works until nothing is due."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "convive.web.config.settings",
        "DATABASE_URL": url_of(settings),
        "CONVIVE_SECRET_KEY": "only for this test",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    return forked.start(["-m", "factories.workers", folder, step], env=environment)


def kill_at(folder: Path, settings: Mapping[str, Any], step: str) -> None:
    """Start a worker and kill it as soon as it is at a step."""
    said = folder / "step"
    said.unlink(missing_ok=True)
    process = start(folder, settings, step)
    try:
        for _ in range(3000):
            if said.exists():
                return
            assert process.poll() is None, f"the worker ended before it was at {step}"
            time.sleep(0.01)
        raise AssertionError("the worker was never there")
    finally:
        process.kill()
        process.wait(timeout=30)


def _main(folder: Path, step: str) -> None:
    import django

    django.setup()
    from convive.web.jobs import claims, work
    from convive.web.jobs.worker import Worker
    from factories import jobs

    def at(name: str) -> None:
        if name == step:
            (folder / "step").write_text(name)
            time.sleep(60)

    end, do = claims.end, work.do

    def noted_do(*asked: Any) -> None:
        at("taken")
        do(*asked)
        at("committed")

    def noted_end(*asked: Any) -> None:
        end(*asked)
        at("marked")

    jobs.step = at
    claims.end, work.do = noted_end, noted_do
    worker = Worker()
    worker.enter_day = lambda: None  # only the task of the test
    worker.empty()


if __name__ == "__main__":
    _main(Path(sys.argv[1]), sys.argv[2])
