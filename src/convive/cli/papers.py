"""What the commands share that print a build: which one, in which language, and the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import typer

from convive.app.ports import Build
from convive.catalogue.texts import languages
from convive.cli.terminal import Terminal
from convive.wiring import locate_build, open_build


def to_print(pack: Path, language: str) -> tuple[Path, Build, str]:
    """Return folder, build and language: the town's first one where none is asked for.

    Raises
    ------
    typer.BadParameter
        A language that there are no texts in.
    """
    folder = locate_build(pack)
    build = open_build(folder)
    chosen = language or build.city.languages[0]
    if chosen not in languages():
        raise typer.BadParameter(chosen, param_hint="--language")
    return folder, build, chosen


def print_to(target: Path, render: Callable[[], bytes], terminal: Terminal) -> None:
    """Write what is rendered, and say where it is."""
    with terminal.progress() as progress:
        progress("render", 0, 0)
        content = render()
    target.write_bytes(content)
    terminal.say("cli.report.done", file=str(target), kilobytes=len(content) // 1024)
