"""`convive atlas`: one page an area."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.papers import print_to, to_print
from convive.wiring.documents import render_area_atlas
from convive.wiring.plans import plan_in


def atlas(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, or of a build.")],
    plan: Annotated[
        Path | None,
        typer.Option("--plan", "-p", help="Plan, .json or .xlsx, to tell what is done where."),
    ] = None,
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language; the town's first one by default.")
    ] = "",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="File to write; beside the build if left out."),
    ] = None,
) -> None:
    """Write the atlas as an accessible PDF: one page an area, with the figures of the pages."""
    folder, build, chosen = to_print(pack, language)
    told = plan_in(plan) if plan else None
    print_to(
        output or folder / f"atlas-{build.city.id}-{chosen}.pdf",
        lambda: render_area_atlas(build, told, language=chosen),
        context.obj,
    )
