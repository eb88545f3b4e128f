"""Programs of others read the features: the library behind QGIS, over a real connection."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pyogrio
import pytest

from factories.build import shared_build

SERVER = """
import sys
from convive.web.config.local_server import make_local_server
from convive.web.observatory import current
from factories.build import shared_build
server = make_local_server("127.0.0.1", 0)
current.hold(shared_build())
print(server.server_port, flush=True)
server.serve_forever()
"""
"""A process of its own: the reading library lets no other thread of ours run."""


@pytest.fixture
def address() -> Iterator[str]:
    paths = {"PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | paths) as server:
        assert server.stdout is not None
        port = int(server.stdout.readline())
        yield f"http://127.0.0.1:{port}/ogc/"
        server.kill()


@pytest.mark.skipif("OAPIF" not in pyogrio.list_drivers(), reason="GDAL without OGC API Features")
def test_gdal_reads_every_level_page_by_page(address: str) -> None:
    layers = [name for name, _ in pyogrio.list_layers(f"OAPIF:{address}")]
    build = shared_build()
    assert layers == [level.id for level in build.city.levels]
    for level in layers:
        wanted = {
            row["area_id"] for row in build.tables["areas"].to_pylist() if row["level"] == level
        }
        read = pyogrio.read_dataframe(f"OAPIF:{address}", layer=level, PAGE_SIZE="5")
        assert set(read["area_id"]) == wanted
        assert len(read) == len(wanted)
        assert read.geometry.is_valid.all()
        assert read.crs.name.startswith("WGS 84")
