"""Open data: what programs can ask for is what is documented, and tells no more than the pages."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from convive.app.tables import RESULT_TABLES
from convive.web.observatory import current
from convive.web.opendata.limits import Buckets
from convive.web.opendata.openapi import document
from convive.web.opendata.operations import Operation, operations
from factories.addresses import FOR_PROGRAMS, PAGES
from factories.build import shared_build

PATHS = {
    "{level}": "neighbourhood", "{area_id}": "n08", "{indicator_id}": "recorded_total_rate",
    "{collection}": "neighbourhood", "{feature}": "n08",
}  # fmt: skip
LISTED = list(operations())
BY_NAME = pytest.mark.parametrize("operation", LISTED, ids=lambda one: one.name)


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    current.hold(shared_build())
    yield
    current.release()


def _address(operation: Operation) -> str:
    found = operation.path
    for part, value in PATHS.items():
        found = found.replace(part, value)
    return found


def _holds(operation: Operation, response: Any) -> None:
    """Check an answer against the document: its code, its kind, its schema."""
    assert response.status_code in operation.codes, response.status_code
    kind = response.headers["Content-Type"]
    wanted = operation.kind if response.status_code == 200 else "application/problem+json"
    assert kind == wanted
    if response.status_code == 200:
        Draft202012Validator(operation.answer).validate(response.json())


@BY_NAME
def test_every_operation_answers_as_documented(client: Client, operation: Operation) -> None:
    response = client.get(_address(operation))
    assert response.status_code == 200
    _holds(operation, response)


def test_every_address_for_programs_is_documented() -> None:
    described = {f"{one.name}" for one in LISTED} | {"api-openapi", "ogc-openapi", "api-table"}
    assert described >= FOR_PROGRAMS


VALUES = (
    st.text(max_size=12)
    | st.integers(-5, 2000).map(str)
    | st.sampled_from(
        ["true", "2025-01-01", "city", "1,2,3,4", "../2024-01-01", "en", "n08", "0,0,90,90", "nan"]
    )
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_asked_the_answer_is_a_documented_one(data: st.DataObject) -> None:
    operation = data.draw(st.sampled_from(LISTED))
    names = [one.name for one in operation.parameters if one.place == "query"] + ["unknown"]
    query = data.draw(st.dictionaries(st.sampled_from(names), VALUES, max_size=3))
    response = Client(headers={"host": "localhost"}).get(_address(operation), query)
    _holds(operation, response)
    if "unknown" in query:
        assert response.status_code == 400


@pytest.mark.parametrize("spec", RESULT_TABLES, ids=lambda one: one.name)
def test_a_table_is_given_whole_page_by_page(client: Client, spec: Any) -> None:
    address, rows = f"/api/v1/tables/{spec.name}/?limit=400", []
    while address:
        page = client.get(address).json()
        rows += page["rows"]
        links = {one["rel"]: one["href"] for one in page["links"]}
        address = links.get("next", "")
    table = shared_build().tables[spec.name]
    assert len(rows) == page["number_matched"] == table.num_rows
    keys = [tuple(str(row[name]) for name in spec.key) for row in rows]
    assert len(set(keys)) == len(keys), "no row comes twice"


def test_what_is_hidden_is_null_with_a_reason_and_never_nought(client: Client) -> None:
    rows = client.get("/api/v1/tables/estimates/?status=suppressed&limit=1000").json()["rows"]
    assert rows, "the demo hides something"
    assert {row["value"] for row in rows} == {None}
    assert {row["n"] for row in rows} == {None}
    assert all(row["reason"] for row in rows)


def test_every_figure_names_period_sources_and_quality(client: Client) -> None:
    figures = client.get(PAGES["api-area"]).json()["figures"]
    assert len(figures) > 5
    for one in figures:
        assert one["period_start"] < one["period_end"]
        assert one["source_ids"]
        assert one["light"] in {"good", "usable", "doubtful"}


def test_texts_come_in_the_language_asked_for(client: Client) -> None:
    english = client.get("/api/v1/findings/?limit=1").json()["rows"][0]["text"]
    german = client.get("/api/v1/findings/?limit=1&lang=de").json()["rows"][0]["text"]
    assert english
    assert german != english


def test_all_that_is_wrong_is_told_at_once(client: Client) -> None:
    response = client.get("/api/v1/findings/?limit=0&lang=xx&colour=red&limit=2")
    assert response.status_code == 400
    wrong = {one["parameter"] for one in response.json()["errors"]}
    assert wrong == {"limit", "lang", "colour"}


def test_unchanged_answers_are_not_sent_again(client: Client) -> None:
    first = client.get(PAGES["ogc-items"])
    again = client.get(PAGES["ogc-items"], headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_pages_of_other_sites_may_read_it(client: Client) -> None:
    response = client.get(PAGES["api"])
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies


def test_who_hammers_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    settings.CONVIVE_API_PER_MINUTE = 3
    answers = [client.get(PAGES["api"], REMOTE_ADDR="192.0.2.7") for _ in range(5)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert client.get(PAGES["api"], REMOTE_ADDR="192.0.2.8").status_code == 200


def test_a_bucket_fills_up_again_and_holds_no_more_than_a_minutes_worth() -> None:
    now = 0.0
    bucket = Buckets(60, clock=lambda: now)
    assert [bucket.take("a") for _ in range(60)] == [0] * 60
    assert bucket.take("a") == 1
    now = 2.0
    assert [bucket.take("a") for _ in range(3)] == [0, 0, 1]
    now = 10_000.0
    assert [bucket.take("a") for _ in range(61)].count(0) == 60
    assert Buckets(0).take("a") == 0


# --- features ------------------------------------------------------------------------------------


def _items(client: Client, query: str = "") -> dict[str, Any]:
    found: dict[str, Any] = client.get(f"/ogc/collections/neighbourhood/items?{query}").json()
    return found


def test_a_box_gives_the_areas_that_it_meets(client: Client) -> None:
    every = _items(client)["features"]
    one = next(found for found in every if found["id"] == "n08")
    points = one["geometry"]["coordinates"][0]
    x, y = (sum(point[i] for point in points) / len(points) for i in (0, 1))
    near = _items(client, f"bbox={x - 1e-5},{y - 1e-5},{x + 1e-5},{y + 1e-5}")
    assert [found["id"] for found in near["features"]] == ["n08"]
    assert _items(client, "bbox=0,0,1,1")["numberMatched"] == 0
    whole = _items(client, "bbox=170,-90,169,90")
    assert whole["numberMatched"] == len(every), "a box may cross the date line"


def test_outlines_are_told_in_the_system_asked_for(client: Client) -> None:
    address = f"{PAGES['ogc-item']}?crs=http://www.opengis.net/def/crs/EPSG/0"
    plain = client.get(PAGES["ogc-item"]).json()["geometry"]["coordinates"][0][0]
    turned = client.get(f"{address}/4326")
    assert turned.headers["Content-Crs"] == "<http://www.opengis.net/def/crs/EPSG/0/4326>"
    assert turned.json()["geometry"]["coordinates"][0][0] == plain[::-1], "latitude comes first"
    north, east = client.get(f"{address}/3035").json()["geometry"]["coordinates"][0][0]
    assert north != east
    box = f"{north - 1},{east - 1},{north + 1},{east + 1}"
    system = "bbox-crs=http://www.opengis.net/def/crs/EPSG/0/3035"
    assert "n08" in [one["id"] for one in _items(client, f"bbox={box}&{system}")["features"]]


def test_pages_lead_to_every_feature_once(client: Client) -> None:
    address, found = f"{PAGES['ogc-items']}?limit=5&parent_id=d2", []
    while address:
        page = client.get(address).json()
        found += [one["id"] for one in page["features"]]
        address = next((one["href"] for one in page["links"] if one["rel"] == "next"), "")
    assert len(found) == len(set(found)) == page["numberMatched"]
    assert found == sorted(found)


def test_time_chooses_areas_with_figures_of_it(client: Client) -> None:
    assert _items(client, "datetime=2025-06-01T00:00:00Z")["numberMatched"] > 0
    assert _items(client, "datetime=1990-01-01/1991-01-01")["numberMatched"] == 0
    assert _items(client, "datetime=2025-01-01/..")["numberMatched"] > 0
    assert client.get(f"{PAGES['ogc-items']}?datetime=../..").status_code == 400


def test_other_programs_read_the_description(client: Client) -> None:
    older = client.get(PAGES["ogc-openapi"])
    assert older.json()["openapi"] == "3.0.3"
    assert '"null"' not in json.dumps(older.json())
    newer = document("http://localhost", title="Town")
    assert newer["openapi"] == "3.1.0"
    assert len(newer["paths"]) == len(LISTED)
