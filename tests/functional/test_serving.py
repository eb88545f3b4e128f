"""The real server, started as a process: one page, one document, and it stops."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from convive.store import FolderBuildStore
from factories.build import shared_build

pytestmark = pytest.mark.functional
START = (
    "import sys; from pathlib import Path; from convive.web.config.serve import serve; "
    "serve(Path(sys.argv[1]), port=int(sys.argv[2]))"
)


def free_port() -> int:
    """Return a port that nobody uses right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def read(address: str, process: subprocess.Popen[bytes]) -> tuple[int, str, bytes]:
    """Return status, type and body, as soon as the server answers."""
    for _ in range(600):
        try:
            with urlopen(address, timeout=120) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read()
        except URLError as error:
            if not isinstance(error.reason, ConnectionRefusedError):
                raise
            assert process.poll() is None, "the server ended by itself"
            time.sleep(0.1)
    raise AssertionError("the server never answered")


def test_the_server_gives_a_page_and_the_report_and_stops(tmp_path: Path) -> None:
    pytest.importorskip("granian")
    folder = tmp_path / "build"
    FolderBuildStore().save(shared_build(), folder)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", START, str(folder), str(port)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "convive.web.config.settings"},
    )
    try:
        status, kind, page = read(f"http://127.0.0.1:{port}/en/", process)
        assert (status, kind) == (200, "text/html; charset=utf-8")
        assert shared_build().city.name.encode() in page
        status, kind, report = read(f"http://127.0.0.1:{port}/en/downloads/report.pdf", process)
        assert (status, kind) == (200, "application/pdf")
        assert report.startswith(b"%PDF-")
    finally:
        process.terminate()
        process.wait(timeout=60)
    with pytest.raises(URLError):
        urlopen(f"http://127.0.0.1:{port}/en/", timeout=5)
