"""`convive brief`: one page for the council."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from convive.app.council_brief import BriefPlan, council_brief
from convive.cli.papers import print_to, to_print
from convive.core.strategy.lights import standings_of
from convive.core.strategy.model import Plan
from convive.wiring.documents import render
from convive.wiring.plans import plan_in
from convive.wiring.workspace import export_brief


class Written(StrEnum):
    """What the page can be written as."""

    PDF = "pdf"
    DOCX = "docx"


def brief(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, or of a build.")],
    strategy: Annotated[
        str, typer.Option("--strategy", "-s", help="Code of a strategy of the workspace.")
    ] = "",
    plan: Annotated[
        Path | None, typer.Option("--plan", "-p", help="Or a plan in a file, .json or .xlsx.")
    ] = None,
    language: Annotated[
        str, typer.Option("--language", "-l", help="Language; the town's first one by default.")
    ] = "",
    document: Annotated[
        Written, typer.Option("--format", "-f", help="pdf (PDF/UA) or docx.")
    ] = Written.PDF,
) -> None:
    """Write what changed, was promised, done and spent, and is to be decided, on one page.

    Without a plan the page tells the audit alone, and says so.
    """
    if strategy and plan:
        raise typer.BadParameter("--strategy --plan", param_hint="--plan")
    folder, build, chosen = to_print(pack, language)

    def page() -> bytes:
        if strategy:
            return export_brief(pack, strategy, document.value, chosen)
        told = _told(plan_in(plan)) if plan else None
        written = council_brief(build, told, language=chosen, on=_today())
        return render(written, document.value, build.city.look)

    target = folder / f"brief-{build.city.id}-{chosen}.{document.value}"
    print_to(target, page, context.obj)


def _told(plan: Plan) -> BriefPlan:
    return BriefPlan(plan, standings_of(plan, today=_today()))


def _today() -> date:
    return date.today()  # noqa: DTZ011 - the day on the desk of whoever prints it
