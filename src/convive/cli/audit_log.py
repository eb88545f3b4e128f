"""`convive audit-log`: whether the record of who did what is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.wiring.workspace import open_workspace, verify_audit_log

app = typer.Typer(help="The record of who did what in the workspace.", no_args_is_help=True)


@app.callback()
def _group() -> None:
    """Keep ``verify`` a word of its own."""


@app.command("verify")
def verify(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack.")],
    head: Annotated[
        str, typer.Option(help="A head that was written down earlier; it must still be there.")
    ] = "",
) -> None:
    """Recompute the chain of the log, and name the first entry that does not fit."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    n, head = verify_audit_log(head.strip().lower())
    terminal.say("cli.audit_log.whole", n=n, head=head)
