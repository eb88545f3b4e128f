"""`convive report`: print the audit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from convive.catalogue.texts import languages as known_languages
from convive.cli.terminal import Terminal
from convive.wiring import locate_build, open_build, render_document


class Document(StrEnum):
    """What can be printed."""

    PDF = "pdf"
    XLSX = "xlsx"
    GPKG = "gpkg"


def report(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, or of a build.")],
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language; the town's first one by default.")
    ] = "",
    document: Annotated[
        Document, typer.Option("--format", "-f", help="pdf (PDF/UA), xlsx or gpkg.")
    ] = Document.PDF,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; beside the build if left out."),
    ] = None,
) -> None:
    """Print the audit as an accessible PDF, a workbook or a GeoPackage."""
    terminal: Terminal = context.obj
    folder = locate_build(pack)
    build = open_build(folder)
    chosen = language or build.city.languages[0]
    if chosen not in known_languages():
        raise typer.BadParameter(chosen, param_hint="--language")
    target = output or folder / f"audit-{build.city.id}-{chosen}.{document.value}"
    with terminal.progress() as progress:
        progress("render", 0, 0)
        content = render_document(build, document.value, language=chosen)
    target.write_bytes(content)
    terminal.say("cli.report.done", file=str(target), kilobytes=len(content) // 1024)
