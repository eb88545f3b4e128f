"""`convive work` and `convive jobs`: what is done beside the pages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.wiring.workspace import list_runs, open_workspace
from convive.wiring.workspace import work as work_on

PackArgument = Annotated[Path, typer.Argument(help="Folder of the city pack.")]


def work(
    context: typer.Context,
    pack: PackArgument,
    is_once: Annotated[
        bool, typer.Option("--once", help="Do what is due, and end; for a timer of the system.")
    ] = False,
) -> None:
    """Do the jobs of the workspace; stop it with Ctrl+C. `convive serve` does so by itself."""
    terminal: Terminal = context.obj
    if not is_once:
        terminal.say("cli.work.running")
    n = work_on(pack, is_once=is_once)
    if is_once:
        terminal.say("cli.work.done", n=n)


def jobs(
    context: typer.Context,
    pack: PackArgument,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
) -> None:
    """Show what was done beside the pages: when, name, key, state, attempts, error."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    found = list_runs(limit)
    if not found:
        terminal.say("cli.jobs.none")
    for one in found:
        state = terminal.text(f"jobs.state.{one['state']}")
        at = f"{one['finished_at'] or one['made_at']:%Y-%m-%d %H:%M:%S}"
        told = (at, one["name"], one["key"], state, str(one["attempts"]), one["error_code"])
        terminal.entry("\t".join(told))
