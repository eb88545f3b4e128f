"""`convive report`: print the audit."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from convive.cli.papers import print_to, to_print
from convive.wiring import render_document


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
    folder, build, chosen = to_print(pack, language)
    print_to(
        output or folder / f"audit-{build.city.id}-{chosen}.{document.value}",
        lambda: render_document(build, document.value, language=chosen),
        context.obj,
    )
