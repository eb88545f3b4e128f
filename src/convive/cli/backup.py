"""`convive backup` and `convive restore`: everything of a pack in one file, and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.wiring.backup import (
    default_file,
    make_backup,
    passphrase_in,
    restore_backup,
    verify_backup,
)

PassphraseOption = Annotated[
    Path | None,
    typer.Option("--passphrase-file", help="File with the passphrase in its first line."),
]


def backup(
    context: typer.Context,
    pack: Annotated[
        Path | None, typer.Argument(help="Folder of the city pack; with --verify not needed.")
    ] = None,
    file: Annotated[Path | None, typer.Argument(help="File to write; must not be there.")] = None,
    passphrase_file: PassphraseOption = None,
    has_evidence: Annotated[
        bool, typer.Option("--with-evidence/--without-evidence", help="Row-level evidence, too.")
    ] = True,
    to_verify: Annotated[
        Path | None, typer.Option("--verify", help="Only read this backup and compare it.")
    ] = None,
) -> None:
    """Write pack, workspace and evidence into one file; or look whether a backup is whole."""
    terminal: Terminal = context.obj
    passphrase = passphrase_in(passphrase_file)
    if to_verify is not None:
        found = verify_backup(to_verify, passphrase=passphrase)
        target, key = to_verify, "cli.backup.whole"
    elif pack is not None:
        target, key = file or default_file(pack), "cli.backup.done"
        found = make_backup(pack, target, passphrase=passphrase, has_evidence=has_evidence)
    else:
        raise typer.BadParameter("PACK", param_hint="PACK")
    rows = sum(table.n_rows for table in found.tables)
    terminal.say(
        key, file=str(target), megabytes=found.n_bytes / 10**6, files=len(found.members),
        rows=rows, events=found.n_events, made_at=found.made_at, version=found.software,
    )  # fmt: skip
    if not found.has_evidence:
        terminal.say("cli.backup.without_evidence")
    if not passphrase:
        terminal.say("cli.backup.open")


def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The backup.")],
    pack: Annotated[Path, typer.Argument(help="Folder to make; must be empty or not there.")],
    passphrase_file: PassphraseOption = None,
    database_url: Annotated[
        str, typer.Option(help="Database to fill instead of SQLite in the pack.")
    ] = "",
    is_replacing: Annotated[
        bool, typer.Option("--replace", help="Replace a pack, and tables, that are there.")
    ] = False,
) -> None:
    """Make a pack of a backup: all of it, or nothing. Stop the server before."""
    terminal: Terminal = context.obj
    found = restore_backup(
        file, pack, passphrase=passphrase_in(passphrase_file), database_url=database_url,
        is_replacing=is_replacing,
    )  # fmt: skip
    rows = sum(table.n_rows for table in found.tables)
    terminal.say("cli.restore.done", folder=str(pack), rows=rows, events=found.n_events)
