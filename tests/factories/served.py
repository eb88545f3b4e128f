"""The site as a process of its own on a given database: to be spoken to, and to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from factories import forked

GRANIAN = (
    "import sys; from pathlib import Path; from convive.web.config.serve import serve; "
    "serve(Path(sys.argv[1]) / 'no-build', port=int(sys.argv[2]))"
)
SLOW = """
import sys, time
from pathlib import Path
folder, port, seconds = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
from convive.web.config.local_server import make_local_server
server = make_local_server("127.0.0.1", port)
from convive.web.fieldwork.actions import photos
from factories.field_app import QuickCleaner

def step():
    with (folder / "steps").open("a") as file:
        file.write("x")
    time.sleep(seconds)

class SlowCleaner(QuickCleaner):
    def clean(self, data, *asked):
        step()
        return super().clean(data)

photos.photo_cleaner = SlowCleaner
write = photos._write
def slow_write(submission, data):
    path = write(submission, data)
    step()  # between the file and the row that knows it
    return path
photos._write = slow_write
server.serve_forever()
"""
"""The simple server, which says when it cleans a photo and when it has written one, and waits: so
it can be killed at each step."""


def url_of(settings: Mapping[str, Any]) -> str:
    """Return DATABASE_URL for the settings of a database."""
    if settings["ENGINE"].endswith("sqlite3"):
        return f"sqlite:///{settings['NAME']}"
    user = settings.get("USER", "") or "root"
    secret = f":{quote(settings['PASSWORD'])}" if settings.get("PASSWORD") else ""
    host = f"{settings.get('HOST') or '127.0.0.1'}:{settings.get('PORT') or 5432}"
    return f"postgresql://{user}{secret}@{host}/{settings['NAME']}"


class Served:
    """One process; `kill` leaves it no time for anything."""

    def __init__(self, process: subprocess.Popen[bytes] | forked.Forked, port: int) -> None:
        self.process, self.port = process, port
        self.address = f"http://127.0.0.1:{port}"

    def kill(self) -> None:
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(script: str, folder: Path, settings: Mapping[str, Any], *more: str) -> Served:
    """Start a server and wait until it answers."""
    port = free_port()
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "convive.web.config.settings",
        "DATABASE_URL": url_of(settings),
        "CONVIVE_MEDIA": str(folder / "media"),
        "CONVIVE_SECRET_KEY": "only for this test",
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
    }
    command = ["-c", script, str(folder), str(port), *more]
    process: subprocess.Popen[bytes] | forked.Forked
    if script == SLOW:
        process = forked.start(command, env=environment, own_session=True)
    else:  # starts processes of its own, which must begin as the town's do
        process = subprocess.Popen(
            [sys.executable, *command], env=environment, start_new_session=True
        )
    for _ in range(600):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Served(process, port)
        assert process.poll() is None, "the server ended by itself"
        time.sleep(0.1)
    raise AssertionError("the server never answered")


@contextmanager
def serving(
    folder: Path, settings: Mapping[str, Any], *more: str, script: str = GRANIAN
) -> Iterator[Served]:
    """Give a running server."""
    served = start(script, folder, settings, *more)
    try:
        yield served
    finally:
        served.kill()
