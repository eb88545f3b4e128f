"""A threaded server of the standard library: fallback, and what the browser tests use."""

from __future__ import annotations

from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server


class _QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name set by the base
        """Say nothing: addresses of visitors are not written down."""


class _ThreadedServer(ThreadingMixIn, WSGIServer):
    daemon_threads = True


def make_local_server(host: str, port: int) -> WSGIServer:
    """Return a server bound to the address (port 0: any free one), not yet serving."""
    from convive.web.config.wsgi import application  # noqa: PLC0415 - settings must be set first

    return make_server(
        host, port, application, server_class=_ThreadedServer, handler_class=_QuietHandler
    )
