"""The catalogue for data portals, and addresses that name the audit."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.reports.dcat.graph import Literal, rendered
from convive.web.observatory import current
from factories.build import make_build, shared_build

SHAPES = Path(__file__).resolve().parents[1] / "factories" / "catalogue_shapes.ttl"
OFFICIAL = ("shapes.ttl", "range.ttl")
NOT_TOLD = {
    "dct:license", "dcat:contactPoint", "dct:type", "dcat:keyword", "dcat:themeTaxonomy",
    "dcat:centroid", "dct:issued", "dcat:theme", "dcatap:availability", "dct:description",
    "dct:conformsTo",
}  # fmt: skip
"""Recommended somewhere by DCAT-AP and not told there, above all the town's licence and address."""
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DCAT = "http://www.w3.org/ns/dcat#"


@pytest.fixture(autouse=True)
def _site(site: current.Site) -> None:
    assert site


def graph_of(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(client.get("/catalog.jsonld").content)["@graph"]
    return found


def of_class(client: Client, kind: str) -> list[dict[str, Any]]:
    return [one for one in graph_of(client) if DCAT + kind in one["@type"]]


def test_every_published_table_is_a_dataset_whose_files_are_there(client: Client) -> None:
    datasets = of_class(client, "Dataset")
    build = shared_build()
    filled = {name for name, table in build.tables.items() if table.num_rows}
    assert {one["@id"].rpartition("#")[2] for one in datasets} == filled
    files = of_class(client, "Distribution")
    assert len(files) >= len(datasets)
    for one in files:
        for address in (one["@id"], one["dcat:downloadURL"][0]["@id"]):
            path = address.removeprefix("http://localhost")
            assert client.get(path).status_code == 200, path


def test_titles_are_in_every_language_of_the_town(client: Client) -> None:
    languages = set(shared_build().city.languages)
    for one in [*of_class(client, "Dataset"), *of_class(client, "Catalog")]:
        assert {title["@language"] for title in one["dct:title"]} == languages


@pytest.mark.parametrize(
    ("accepted", "kind"),
    [
        ("text/turtle", "ttl"), ("application/ld+json", "jsonld"), ("application/rdf+xml", "rdf"),
        ("*/*", "ttl"), ("text/html,application/rdf+xml;q=0.9", "rdf"), ("image/png", "ttl"),
    ],
)  # fmt: skip
def test_the_form_is_as_asked(client: Client, accepted: str, kind: str) -> None:
    response = client.get("/catalog", headers={"accept": accepted})
    assert (response.status_code, response.headers["Location"]) == (302, f"/catalog.{kind}")
    assert response.headers["Vary"] == "Accept"


def test_xml_and_json_say_the_same(client: Client) -> None:
    root = ElementTree.fromstring(client.get("/catalog.rdf").content)
    from_xml = {(node.get(f"{RDF}about"), len(node)) for node in root.findall(f"{RDF}Description")}
    from_json = {
        (one["@id"], sum(len(told) for name, told in one.items() if name != "@id"))
        for one in graph_of(client)
    }
    assert from_xml == from_json


def test_other_forms_are_not_there(client: Client) -> None:
    assert client.get("/catalog.csv").status_code == 404


@given(st.text(), st.sampled_from(["ttl", "jsonld", "rdf"]))
@settings(max_examples=150)
def test_no_text_breaks_out_of_its_literal(text: str, kind: str) -> None:
    text = text.encode("utf-8", "ignore").decode()
    content = rendered([("urn:a", "dct:title", Literal(text, "en"))], kind).decode()
    if kind == "ttl":
        told = re.search(r'dct:title (".*")@en \.\n$', content, re.S)
        assert told
        assert "\n" not in told[1]
        assert json.loads(told[1]) == text
    elif kind == "jsonld":
        assert json.loads(content)["@graph"][0]["dct:title"][0]["@value"] == text
    else:
        assert len(ElementTree.fromstring(content)[0]) == 1


# --- checkers of others, where they are installed ---------------------------------------------------


def checked(client: Client, folder: Path, shapes: Path) -> subprocess.CompletedProcess[str]:
    places = f"{os.environ.get('CONVIVE_CHECKERS', '')}:{os.environ['PATH']}"
    command = shutil.which("pyshacl", path=places)
    if command is None:
        pytest.skip("pyshacl is not installed")
    data = folder / "catalog.ttl"
    data.write_bytes(client.get("/catalog.ttl").content)
    return subprocess.run(
        [command, "-s", str(shapes), "-f", "human", str(data)],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip


def test_our_own_shapes_are_kept(client: Client, tmp_path: Path) -> None:
    done = checked(client, tmp_path, SHAPES)
    assert "Conforms: True" in done.stdout, done.stdout + done.stderr


def test_our_own_shapes_would_find_a_dataset_without_files(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from convive.reports.dcat import catalogue

    monkeypatch.setattr(catalogue._Maker, "_files", lambda *_: iter(()))
    assert "Conforms: False" in checked(client, tmp_path, SHAPES).stdout


@pytest.mark.parametrize("name", OFFICIAL)
def test_shapes_of_dcat_ap_are_kept(client: Client, tmp_path: Path, name: str) -> None:
    folder = os.environ.get("CONVIVE_DCAT_SHAPES")
    if not folder:
        pytest.skip("CONVIVE_DCAT_SHAPES names no folder with the shapes of DCAT-AP 3.0.1")
    done = checked(client, tmp_path, Path(folder) / name)
    assert "Conforms: True" in done.stdout, done.stdout + done.stderr


def test_what_is_recommended_and_not_told_is_known(client: Client, tmp_path: Path) -> None:
    folder = os.environ.get("CONVIVE_DCAT_SHAPES")
    if not folder:
        pytest.skip("CONVIVE_DCAT_SHAPES names no folder with the shapes of DCAT-AP 3.0.1")
    told = checked(client, tmp_path, Path(folder) / "shapes_recommended.ttl").stdout
    assert "sh:Violation" not in told
    assert set(re.findall(r"Result Path: (\S+)", told)) <= NOT_TOLD


# --- addresses that name the audit -----------------------------------------------------------------


def test_files_under_the_name_of_the_audit_are_the_downloads(client: Client) -> None:
    listed = client.get("/data/").json()
    address = listed["links"][0]["href"].removeprefix("http://localhost")
    files = {one["name"]: one["href"] for one in client.get(address).json()["files"]}
    assert {"areas.parquet", "trends.csv", "trends.csv-metadata.json"} <= set(files)
    response = client.get(files["trends.csv"].removeprefix("http://localhost"))
    assert response.content == client.get("/en/downloads/trends.csv").content
    assert 'filename="trends.csv"' in response.headers["Content-Disposition"]
    assert "trends.csv-metadata.json" in response.headers["Link"]


def test_a_replaced_audit_is_gone_and_points_to_the_newest(client: Client) -> None:
    earlier = {"digest": "a" * 64, "built_at": "2025-01-01T00:00:00+00:00"}
    current.hold(dataclasses.replace(make_build(), history=(earlier,)))
    newest = current.current_site().version
    for address in (f"/data/{'a' * 12}/", f"/data/{'a' * 12}/trends.csv"):
        response = client.get(address)
        assert response.status_code == 410
        assert f"/data/{newest}/" in response.headers["Link"]
        assert f"/data/{newest}/" in response.json()["detail"]


def test_an_audit_that_never_was_is_not_found(client: Client) -> None:
    assert client.get(f"/data/{'b' * 12}/").status_code == 404
    version = current.current_site().version
    assert client.get(f"/data/{version}/incidents.csv").status_code == 404
