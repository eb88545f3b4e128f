"""Run the site on one finished audit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from convive.web.config import administration, warm_up, work

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
EVERYWHERE = ("0.0.0.0", "::")
THREADS = 32
"""Of a worker. Each holds a connection to the database and perhaps a photo in memory; more wait in
the line of the socket, which costs nothing. PostgreSQL takes 100 connections by default."""


def prepare(
    build_path: Path,
    *,
    allowed_hosts: Sequence[str] = (),
    host: str = "",
    workspace: Path | None = None,
) -> None:
    """Say through the environment which audit to show, on which hosts, with which workspace.

    The environment is used because worker processes inherit it, and is complete before the
    settings are read. The workspace is opened and its tables are brought up to date, once.
    """
    own = (host,) if host and host not in EVERYWHERE else ()
    hosts = tuple(dict.fromkeys((*LOCAL_HOSTS, *own, *allowed_hosts)))
    os.environ["CONVIVE_BUILD"] = str(build_path)
    os.environ["CONVIVE_ALLOWED_HOSTS"] = ",".join(hosts)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")
    if workspace is not None:
        administration.open_site(workspace)
        administration.sweep()


def serve(
    build_path: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    allowed_hosts: Sequence[str] = (),
    workers: int = 1,
    has_worker: bool = False,
) -> None:
    """Serve the pages of a build until interrupted; prints nothing.

    A workspace is there if `prepare` has opened one; `has_worker` keeps a worker for its jobs
    beside the pages. Uses granian; where it cannot be imported,
    the standard library's server, which is good enough for one person looking.
    """
    prepare(build_path, host=host, allowed_hosts=allowed_hosts)
    if not os.environ.get("CONVIVE_WORKSPACE") and not os.environ.get("DATABASE_URL"):
        os.environ["CONVIVE_NO_WORKSPACE"] = "1"
    with work.beside() if has_worker else nullcontext():
        warm_up.ask_for()
        _serve_pages(host, port, workers)


def _serve_pages(host: str, port: int, workers: int) -> None:
    try:
        from granian import Granian  # noqa: PLC0415 - optional at run time
        from granian.constants import Interfaces  # noqa: PLC0415
    except ImportError:
        _serve_simply(host, port)
        return
    Granian(
        "convive.web.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
    ).serve()


def _serve_simply(host: str, port: int) -> None:
    from convive.web.config.local_server import make_local_server  # noqa: PLC0415

    with make_local_server(host, port) as server:
        server.serve_forever()
