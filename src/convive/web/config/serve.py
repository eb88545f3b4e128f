"""Run the site on one finished audit."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from convive.web.config import warm_up

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")


def prepare(build_path: Path, *, allowed_hosts: Sequence[str] = ()) -> None:
    """Say through the environment which audit to show and which host names to answer to.

    The environment is used because worker processes inherit it.
    """
    hosts = tuple(dict.fromkeys((*LOCAL_HOSTS, *allowed_hosts)))
    os.environ["CONVIVE_BUILD"] = str(build_path)
    os.environ["CONVIVE_ALLOWED_HOSTS"] = ",".join(hosts)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "convive.web.config.settings")


def serve(
    build_path: Path,
    host: str = "127.0.0.1",
    port: int = 8000,
    *,
    allowed_hosts: Sequence[str] = (),
    workers: int = 1,
) -> None:
    """Serve the pages of a build until interrupted; prints nothing.

    Uses granian; where it cannot be imported, the standard library's server, which is good
    enough for one person looking.
    """
    extra = () if host in {"0.0.0.0", "::"} else (host,)
    prepare(build_path, allowed_hosts=(*extra, *allowed_hosts))
    warm_up.ask_for()
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
        log_enabled=False,
        websockets=False,
    ).serve()


def _serve_simply(host: str, port: int) -> None:
    from convive.web.config.local_server import make_local_server  # noqa: PLC0415

    with make_local_server(host, port) as server:
        server.serve_forever()
