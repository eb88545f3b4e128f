"""`convive plan`: write strategies to files; check, convert and compare them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from convive.app.plan_comparison_document import comparison_document
from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import DatasetError, RequestError
from convive.core.strategy.comparison import compare as compare_plans
from convive.core.strategy.model import Plan
from convive.wiring.documents import render
from convive.wiring.plans import load_plan, save_file, save_plan
from convive.wiring.workspace import export_plan

app = typer.Typer(help="Strategies in files: JSON to exchange, workbooks to fill in.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Plan, .json or .xlsx.")]


class Written(StrEnum):
    """What a plan can be written as."""

    JSON = "json"
    XLSX = "xlsx"


class Printed(StrEnum):
    """What a comparison can be written as."""

    PDF = "pdf"
    DOCX = "docx"


@app.command("check")
def check(context: typer.Context, file: FileArgument) -> int:
    """Tell everything that is wrong with a plan file, and what is in it."""
    return 0 if _read(context.obj, file) is not None else DatasetError.exit_code


@app.command("convert")
def convert(
    context: typer.Context,
    file: FileArgument,
    to: Annotated[Written, typer.Option(help="json or xlsx.")] = Written.XLSX,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; beside FILE if left out.")
    ] = None,
) -> int:
    """Write a plan file as a file of the other kind; a file that is there is not overwritten."""
    terminal: Terminal = context.obj
    plan = _read(terminal, file)
    if plan is None:
        return DatasetError.exit_code
    target = output or file.with_suffix(f".{to.value}")
    save_plan(plan, target, to.value, terminal.language)
    terminal.say("cli.plan.written", file=str(target))
    return 0


@app.command("export")
def export(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack.")],
    code: Annotated[str, typer.Argument(help="Code of the strategy, as in its address.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            help="File to write, .json, .xlsx, .pdf or .docx; CODE.json if left out.",
        ),
    ] = None,
) -> None:
    """Write a strategy of the workspace whole, diary and spending too; its log tells that."""
    terminal: Terminal = context.obj
    target = output or Path(f"{code}.json")
    if target.exists():
        raise RequestError("PLAN_FILE_EXISTS", file=target.name)
    kind = target.suffix.removeprefix(".").lower()
    save_file(export_plan(pack, code, kind, terminal.language), target)
    terminal.say("cli.plan.written", file=str(target))


@app.command("compare")
def compare(
    context: typer.Context,
    file: FileArgument,
    other: Annotated[Path, typer.Argument(metavar="FILE", help="Another plan.")],
    to: Annotated[Printed, typer.Option(help="pdf or docx.")] = Printed.PDF,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; beside FILE if left out.")
    ] = None,
) -> int:
    """Write two plans side by side: years of one town, or two towns."""
    terminal: Terminal = context.obj
    plans = [_read(terminal, one) for one in (file, other)]
    first, second = plans
    if first is None or second is None:
        return DatasetError.exit_code
    target = output or file.with_name(f"{file.stem}-{other.stem}.{to.value}")
    document = comparison_document(compare_plans(first, second), language=terminal.language)
    save_file(render(document, to.value), target)
    terminal.say("cli.plan.written", file=str(target))
    return 0


def _read(terminal: Terminal, file: Path) -> Plan | None:
    """Return a plan after saying what is in it; None after saying what is wrong with it."""
    reading = load_plan(file)
    if reading.problems:
        show(reading.problems, terminal)
        terminal.out.print()
    plan = reading.plan
    if plan is None:
        terminal.say("error.PLAN_UNUSABLE", file=file.name)
        return None
    tell_plan(plan, file.name, terminal)
    return plan


def tell_plan(plan: Plan, file: str, terminal: Terminal) -> None:
    """Say in one line what a plan holds."""
    terminal.say(
        "cli.plan.read",
        file=file,
        title=plan.title,
        from_year=plan.from_year,
        until_year=plan.until_year,
        challenges=len(plan.challenges),
        objectives=sum(1 for _ in plan.objectives()),
        actions=sum(1 for _ in plan.actions()),
    )
