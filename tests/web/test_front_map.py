"""The front page's map where the analysis level has no boundaries, and faces from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from django.test import Client

from convive.app.ports import Build
from convive.web.observatory import current
from factories.build import make_build


def without_outlines(build: Build) -> Build:
    """Return the build with boundaries at the coarser levels only."""
    areas = build.tables["areas"]
    at = areas.schema.get_field_index("geometry")
    geometry = pc.if_else(
        areas["is_analysis"], pa.scalar(None, areas["geometry"].type), areas["geometry"]
    )
    changed = areas.set_column(at, areas.schema.field(at), geometry)
    return replace(build, tables={**build.tables, "areas": changed})


@pytest.fixture
def released() -> Iterator[None]:
    yield
    current.release()


@pytest.mark.usefixtures("released")
def test_the_map_falls_back_to_the_finest_level_with_outlines() -> None:
    build = make_build()
    current.hold(build)
    assert "?level=" not in _map(Client().get("/en/").content.decode())
    current.hold(without_outlines(build))
    assert f"?level={build.city.levels[0].id}" in _map(Client().get("/en/").content.decode())


def _map(page: str) -> str:
    return page[page.index('class="map-frame"') :][:400]
