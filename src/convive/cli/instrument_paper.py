"""`convive instrument print`: numbered sheets to fill in by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.app.fieldwork.paper_forms import MOST_SHEETS
from convive.cli.terminal import Terminal
from convive.wiring.paper import print_instrument


def register(group: typer.Typer) -> None:
    """Add the command to `convive instrument`."""
    group.command("print")(print_)


def print_(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of the instrument.")],
    language: Annotated[
        str | None, typer.Option(help="Language of the sheets; by default the one in use.")
    ] = None,
    sheets: Annotated[int, typer.Option(help=f"How many, at most {MOST_SHEETS}.")] = 1,
    first: Annotated[int, typer.Option(help="Number of the first sheet.")] = 1,
    large: Annotated[bool, typer.Option("--large", help="Large print.")] = False,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path(),
) -> None:
    """Print an instrument as numbered sheets, one accessible PDF (A4)."""
    terminal: Terminal = context.obj
    path = print_instrument(
        identifier, output, language=language or terminal.language,
        sheets=sheets, first=first, large=large,
    )  # fmt: skip
    terminal.say("cli.instrument.written", file=str(path))
