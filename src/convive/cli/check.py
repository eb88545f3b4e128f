"""`convive check`: everything that is wrong with a pack, all at once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from convive.cli.plan import tell_plan
from convive.cli.problems import as_json, count, show, show_shares
from convive.cli.terminal import Terminal
from convive.core.errors import PackError
from convive.core.model import Severity
from convive.wiring import try_pack


class Format(StrEnum):
    """How the problems are printed."""

    TEXT = "text"
    JSON = "json"


def check(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack.")],
    output: Annotated[Format, typer.Option("--format", help="text or json.")] = Format.TEXT,
) -> int:
    """Check a pack and list everything wrong, with file, sheet, row and remedy."""
    terminal: Terminal = context.obj
    with terminal.progress() as progress:
        reading = try_pack(pack, progress=progress)
    problems = reading.problems
    if output is Format.JSON:
        typer.echo(as_json(problems, terminal.language, reading.unmapped))
    else:
        show(problems, terminal)
        show_shares(reading.unmapped, terminal)
        for one in reading.plans:
            tell_plan(one.plan, one.file, terminal)
        terminal.say(
            "cli.check.summary",
            errors=count(problems, Severity.ERROR),
            warnings=count(problems, Severity.WARNING),
            notes=count(problems, Severity.NOTE),
        )
    return PackError.exit_code if count(problems, Severity.ERROR) else 0
