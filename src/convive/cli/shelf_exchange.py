"""`convive shelf export`, `check` and `key`: entries to other towns, and from them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.catalogue.texts import format_date, localised
from convive.cli.problems import show
from convive.cli.terminal import Terminal
from convive.core.errors import DatasetError
from convive.core.shelf.bundle import spoken
from convive.wiring.shelf_exchange import check_bundle, export_bundle, signing_keys

PackArgument = Annotated[Path, typer.Argument(help="Folder of the city pack.")]


def export(
    context: typer.Context,
    pack: PackArgument,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="File to write; must not be there.")
    ],
    plan: Annotated[
        Path | None,
        typer.Option(help="Plan file; without it the plans in the pack's folder strategy."),
    ] = None,
    contact: Annotated[
        str, typer.Option(help="Mailbox of the office that answers questions.")
    ] = "",
) -> None:
    """Write what the town has begun, finished or stopped as a signed bundle for other towns."""
    terminal: Terminal = context.obj
    made = export_bundle(pack, output, plan=plan, contact=contact)
    bundle = made.bundle
    key = "cli.shelf.exported" if made.is_new else "cli.shelf.nothing_new"
    terminal.say(
        key, file=str(output), entries=len(bundle.entries), withdrawn=len(bundle.withdrawals),
        sequence=str(bundle.sequence),
    )  # fmt: skip
    for one in bundle.entries:
        title = localised(one.practice.title, terminal.language)
        terminal.say("cli.shelf.entry", title=title, version=one.practice.version)
    if bundle.successor is not None:
        terminal.say("cli.shelf.key_announced", fingerprint=spoken(bundle.successor.fingerprint))


def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Bundle of another town.")],
) -> int:
    """Tell who signed a bundle, what is in it, and everything that is wrong with it."""
    terminal: Terminal = context.obj
    reading = check_bundle(file)
    if reading.problems:
        show(reading.problems, terminal)
        terminal.out.print()
    bundle = reading.bundle
    if bundle is None:
        terminal.say("cli.shelf.refused", file=file.name)
        return DatasetError.exit_code
    terminal.say(
        "cli.shelf.read", file=file.name, name=bundle.publisher.name,
        day=format_date(bundle.made_on, terminal.language), entries=len(bundle.entries),
        withdrawn=len(bundle.withdrawals), questions=len(bundle.questions),
        answers=len(bundle.answers),
    )  # fmt: skip
    terminal.say("cli.shelf.signed_by", fingerprint=spoken(bundle.publisher.fingerprint))
    for one in bundle.entries:
        title = localised(one.practice.title, terminal.language)
        terminal.say("cli.shelf.entry", title=title, version=one.practice.version)
    return DatasetError.exit_code if reading.problems else 0


def key(
    context: typer.Context,
    pack: PackArgument,
    is_new: Annotated[
        bool, typer.Option("--new", help="Prepare a new key; the next bundle announces it.")
    ] = False,
) -> None:
    """Show by which fingerprint other towns know this one; made on first use."""
    terminal: Terminal = context.obj
    name, ring = signing_keys(pack, is_new=is_new)
    terminal.say("cli.shelf.key", name=name, fingerprint=spoken(ring.current.fingerprint))
    if ring.following is not None:
        terminal.say("cli.shelf.key_next", fingerprint=spoken(ring.following.fingerprint))


def register(app: typer.Typer) -> None:
    """Add the commands of the exchange to `convive shelf`."""
    app.command("export")(export)
    app.command("check")(check)
    app.command("key")(key)
