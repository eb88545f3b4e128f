"""`convive instrument export` and `import`: to a spreadsheet or a field app, and back to files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import DatasetError
from convive.wiring.xlsform import (
    InstrumentFormat,
    export_instrument,
    import_instrument,
    read_instrument_workbook,
)


def register(group: typer.Typer) -> None:
    """Add both commands to `convive instrument`."""
    group.command("export")(export)
    group.command("import")(import_)


def export(
    context: typer.Context,
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of the instrument.")],
    to: Annotated[
        InstrumentFormat,
        typer.Option(
            help="xlsx: XLSForm to edit in a spreadsheet; xml: form for field apps; folder: files."
        ),
    ] = InstrumentFormat.XLSX,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder to write into.")] = Path(),
) -> None:
    """Write an instrument as an XLSForm, an XForm or a folder of files."""
    terminal: Terminal = context.obj
    for path in export_instrument(identifier, to, output):
        terminal.say("cli.instrument.written", file=str(path))


def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="XLSForm, .xlsx, made here, in Kobo or ODK.")],
    to: Annotated[
        Path, typer.Option("--to", help="Folder in which the instrument gets its own.")
    ] = Path(),
) -> int:
    """Read an XLSForm and write it as the files of an instrument."""
    terminal: Terminal = context.obj
    reading = read_instrument_workbook(file)
    if reading.problems:
        show(reading.problems, terminal)
        terminal.out.print()
    if reading.instrument is None:
        terminal.say("cli.instrument.unusable", file=file.name)
        return DatasetError.exit_code
    for path in import_instrument(reading, to):
        terminal.say("cli.instrument.written", file=str(path))
    terminal.say("cli.instrument.check_next", folder=str(to / reading.instrument.id))
    return 0
