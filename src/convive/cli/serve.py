"""`convive serve`: open the observatory on a finished audit."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Annotated

import typer

from convive.cli.terminal import Terminal
from convive.core.errors import RequestError
from convive.wiring import locate_build, open_build
from convive.wiring.workspace import (
    prepare_site,
    serve_build,
    welcome_path,
    workspace_folder,
)


def serve(
    context: typer.Context,
    pack: Annotated[Path, typer.Argument(help="Folder of the city pack, or of a build.")],
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 8000,
    host: Annotated[
        str, typer.Option(help="Address to listen on; 0.0.0.0 for the whole network.")
    ] = "127.0.0.1",
    workers: Annotated[
        int, typer.Option(min=1, max=64, help="Processes that serve pages; one a core.")
    ] = 1,
    has_worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help="Do the jobs of the workspace beside it.")
    ] = True,
) -> None:
    """Open the observatory; stop it with Ctrl+C."""
    terminal: Terminal = context.obj
    build = locate_build(pack)
    city = open_build(build).city
    _refuse_taken(host, port)
    address = f"http://{'localhost' if host in {'127.0.0.1', '0.0.0.0'} else host}:{port}/"
    workspace = workspace_folder(pack)
    if workspace is not None:
        prepare_site(build, host=host, workspace=workspace)
        _tell_workspace(terminal, address)
    terminal.say("cli.serve.running", city=city.name, address=address)
    serve_build(
        build, host=host, port=port, workers=workers,
        has_worker=has_worker and workspace is not None,
    )  # fmt: skip


def _tell_workspace(terminal: Terminal, address: str) -> None:
    """Say where the workspace is; as long as it has no account, where the first one is made."""
    path = welcome_path(terminal.language)
    key = "cli.serve.welcome" if path else "cli.serve.sign_in"
    shown = path or f"/{terminal.language}/work/"
    terminal.entry(terminal.text(key, address=address.rstrip("/") + shown))


def _refuse_taken(host: str, port: int) -> None:
    """Say at once that the port is taken, instead of a server's stack trace later."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise RequestError("SERVE_PORT_TAKEN", port=port, host=host) from error
