"""What is dear to make and the same for all: made once a run, by whichever process comes first."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

DEMO = "marvenza"


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all test processes of this run share."""
    own = factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def made_once(folder: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Return the folder `name`, filled by `make` where no process of the run has done it yet.

    Others wait meanwhile. What fails half way is left under another name and made anew.
    """
    made = folder / name
    with (folder / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            draft = folder / f"{name}.{os.getpid()}"
            draft.mkdir()
            make(draft)
            draft.rename(made)
    return made


def audited_demo_city(folder: Path) -> None:
    """Write the invented town as `make demo` does, its truth beside it, and audit it."""
    from convive.wiring import run_audit
    from demo_city import build_city, write_pack

    write_pack(build_city(), folder / DEMO)
    run_audit(folder / DEMO)


def own_copy(made: Path, folder: Path) -> Path:
    """Return a copy of the audited town that a module may change."""
    return Path(shutil.copytree(made, folder / DEMO, symlinks=True))
