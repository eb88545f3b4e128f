"""What pages say of figures that were shared out, and of several denominators."""

from __future__ import annotations

from dataclasses import replace

import pyarrow as pa
import pytest
from django.test import Client

from convive.app.ports import Build
from convive.catalogue.texts import languages, say
from convive.web.observatory import current
from factories.build import make_build

INDICATOR = "recorded_total_rate"


def marked(build: Build) -> Build:
    """Return the build with every area figure of 2025 shared out."""
    table = build.tables["estimates"]
    rows = table.to_pylist()
    for row in rows:
        if row["level"] == "neighbourhood" and row["status"] == "shown":
            row |= {"comparability": "not_comparable", "bound_low": 1.5, "bound_high": 90.5}
    changed = pa.Table.from_pylist(rows, schema=table.schema)
    return replace(build, tables={**build.tables, "estimates": changed})


@pytest.fixture
def shared_site() -> object:
    current.hold(marked(make_build()))
    yield
    current.release()


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.usefixtures("shared_site")
@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("address", ["areas/neighbourhood/n01/", f"indicators/{INDICATOR}/"])
def test_a_shared_out_figure_says_so_wherever_it_stands(
    client: Client, language: str, address: str
) -> None:
    text = text_of(client, f"/{language}/{address}")
    assert say("comparability.not_comparable", language) in text.replace("&#x27;", "'")
    assert ("90.5" in text) or ("90,5" in text)


@pytest.mark.usefixtures("site")
def test_an_indicator_tells_how_the_picture_changes(client: Client) -> None:
    text = text_of(client, f"/en/indicators/{INDICATOR}/")
    assert "divided by people present on a workday it is not" in text.lower()
    assert "3.0 times" in text


@pytest.mark.usefixtures("site")
def test_a_figure_that_is_certain_says_nothing(client: Client) -> None:
    assert "older areas" not in text_of(client, "/en/areas/neighbourhood/n01/")
