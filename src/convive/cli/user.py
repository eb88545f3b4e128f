"""`convive user`: accounts of the workspace, for whoever looks after the installation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.wiring.workspace import (
    add_account,
    emergency_path,
    list_accounts,
    open_workspace,
)

app = typer.Typer(help="Accounts of the workspace: add, list, link.", no_args_is_help=True)

PackOption = Annotated[Path, typer.Option(help="Folder of the city pack.")]
AddressOption = Annotated[str, typer.Option(help="Address of the site, for the link.")]
LOCAL_SITE = "http://localhost:8000"


@app.command("add")
def add(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="E-mail address to sign in with.")],
    role: Annotated[list[str], typer.Option(help="Role; may be given several times.")],
    pack: PackOption = Path(),
    name: Annotated[str, typer.Option(help="Name as others see it.")] = "",
    organisation: Annotated[
        str, typer.Option(help="Code of the organisation for which the person acts.")
    ] = "",
    address: AddressOption = LOCAL_SITE,
) -> None:
    """Make an account, and show the link at which its password is set."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    path = add_account(
        email, name=name, roles=role, language=terminal.language, organisation=organisation
    )
    terminal.entry(terminal.text("cli.user.added", email=email, address=address.rstrip("/") + path))


@app.command("link")
def link(
    context: typer.Context,
    email: Annotated[str, typer.Argument(help="E-mail address of the account.")],
    pack: PackOption = Path(),
    without_second_factor: Annotated[
        bool, typer.Option("--without-second-factor", help="Take its second factor away, too.")
    ] = False,
    address: AddressOption = LOCAL_SITE,
) -> None:
    """Show a one-time link that lets an account in when nothing else does."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    path = emergency_path(email, without_second_factor=without_second_factor)
    terminal.entry(terminal.text("cli.user.link", email=email, address=address.rstrip("/") + path))


@app.command("list")
def list_users(context: typer.Context, pack: PackOption = Path()) -> None:
    """Show the accounts: e-mail address, name, roles, state, organisation."""
    terminal: Terminal = context.obj
    open_workspace(pack)
    found = list_accounts()
    if not found:
        terminal.say("cli.user.none")
    for one in found:
        roles = ", ".join(terminal.text(f"role.{role}") for role in one["roles"])
        state = terminal.text("accounts.state.on" if one["is_active"] else "accounts.state.off")
        terminal.entry(
            "\t".join((one["email"], one["name"], roles, state, one["organisation"])).rstrip()
        )
