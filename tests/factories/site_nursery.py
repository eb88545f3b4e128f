"""Sites of a run are born of one process that has read what they all need.

`convive serve` takes some seconds to read its libraries, and every file of tests has a site of its
own. Here one process reads them, once, before any settings; each site is a child of it that runs
the command from its first line to its last.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from multiprocessing.context import ForkServerProcess
from pathlib import Path

READ_BEFORE = [
    "convive.cli.main",
    "convive.wiring.workspace",
    "convive.catalogue.core_items",
    "convive.app.evidence_room.protection",
    "convive.app.history",
    "convive.app.shelf.query",
    "django.core.handlers.wsgi",
    "granian",
]
"""Modules that know no settings; what cannot be read is read by the site itself."""
_NURSERY = multiprocessing.get_context("forkserver")


def born(
    run: Callable[[list[str]], object],
    arguments: Sequence[str],
    environment: Mapping[str, str],
    said: Path,
) -> ForkServerProcess:
    """Call a function of a module in a process and an environment of its own.

    `said` is the file of what it says. Whoever starts it ends it.
    """
    _NURSERY.set_forkserver_preload(READ_BEFORE)
    process = _NURSERY.Process(
        target=_run, args=(run, list(arguments), dict(environment), str(said)), name="site"
    )
    process.start()
    return process


def command(arguments: list[str]) -> None:
    """Be `convive ARGUMENTS`."""
    from convive.cli.main import run

    sys.argv = ["convive", *arguments]
    run()


def _run(
    run: Callable[[list[str]], object],
    arguments: list[str],
    environment: dict[str, str],
    said: str,
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    multiprocessing.set_start_method("fork", force=True)  # as in a process that nobody bore
    with Path(said).open("w", buffering=1, encoding="utf-8") as file:
        os.dup2(file.fileno(), 1)
        sys.stdout = file
        run(arguments)
