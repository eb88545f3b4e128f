"""`convive atlas`: one page an area."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.catalogue.texts import languages as known_languages
from convive.cli.terminal import Terminal
from convive.wiring import locate_build, open_build
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
    terminal: Terminal = context.obj
    folder = locate_build(pack)
    build = open_build(folder)
    chosen = language or build.city.languages[0]
    if chosen not in known_languages():
        raise typer.BadParameter(chosen, param_hint="--language")
    target = output or folder / f"atlas-{build.city.id}-{chosen}.pdf"
    with terminal.progress() as progress:
        progress("render", 0, 0)
        content = render_area_atlas(build, plan_in(plan) if plan else None, language=chosen)
    target.write_bytes(content)
    terminal.say("cli.report.done", file=str(target), kilobytes=len(content) // 1024)
