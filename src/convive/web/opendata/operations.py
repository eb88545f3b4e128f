"""Everything that can be asked, in one list: addresses and documentation are made from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convive.app.tables import RESULT_TABLES
from convive.web.opendata import schemas
from convive.web.opendata.answers import GEOJSON, JSON
from convive.web.opendata.parameters import Parameter, in_path
from convive.web.opendata.values import filters, row_schema
from convive.web.opendata.views import features, figures
from convive.web.opendata.views.figures import LIMIT, OFFSET

API = "/api/v1"
OGC = "/ogc"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is answered at an address."""

    name: str
    path: str
    summary: str
    answer: Mapping[str, Any]
    parameters: Sequence[Parameter] = ()
    kind: str = JSON
    codes: Sequence[int] = field(default=(200, 304, 400, 404, 410, 429, 503))


_LEVEL_PATH = in_path("level", "Level of the area.")
_AREA_PATH = in_path("area_id", "Code of the area.")
_INDICATOR_PATH = in_path("indicator_id", "Code of the indicator.")
_COLLECTION = in_path("collection", "Identifier of the collection: a level of areas.")
_FEATURE = in_path("feature", "Code of the area.")


def operations() -> Iterator[Operation]:
    """Yield every operation."""
    yield from _of_tables()
    yield from _of_figures()
    yield from _of_features()


def _of_tables() -> Iterator[Operation]:
    index = schemas.of({"title": schemas.TEXT, "audit": schemas.AUDIT, "links": schemas.LINKS})
    yield Operation("api", f"{API}/", "Where everything is", index)
    listed = schemas.of({"rows": schemas.rows_of(schemas.TABLE), "audit": schemas.AUDIT})
    yield Operation("api-tables", f"{API}/tables/", "The published tables", listed)
    for spec in RESULT_TABLES:
        yield Operation(
            f"api-table-{spec.name}", f"{API}/tables/{spec.name}/", spec.about,
            schemas.page_of(row_schema(spec)), (LIMIT, OFFSET, *filters(spec)),
        )  # fmt: skip
    plan = schemas.of({"plan": schemas.PLAN, "audit": schemas.AUDIT})
    yield Operation("api-plan", f"{API}/plan/", "The published plan", plan)
    told = schemas.of({"rows": schemas.rows_of(schemas.CORRECTION), "audit": schemas.AUDIT})
    yield Operation(
        "api-corrections", f"{API}/corrections/", "Corrections and withdrawals", told,
        codes=(200, 304, 400, 429, 503),
    )  # fmt: skip
    run = schemas.of({"run": {"type": "object"}, "audit": schemas.AUDIT})
    yield Operation("api-run", f"{API}/run/", "The run record of the audit", run)


def _of_figures() -> Iterator[Operation]:
    yield Operation(
        "api-areas", f"{API}/areas/", "The areas", schemas.page_of(schemas.AREA),
        (figures.LEVEL, LIMIT, OFFSET),
    )  # fmt: skip
    area = schemas.of({
        **schemas.AREA["properties"], "figures": schemas.rows_of(schemas.FIGURE),
        "findings": schemas.rows_of(schemas.FINDING), "audit": schemas.AUDIT,
        "links": schemas.LINKS,
    })  # fmt: skip
    yield Operation(
        "api-area", f"{API}/areas/{{level}}/{{area_id}}/", "One area with its newest figures", area,
        (_LEVEL_PATH, _AREA_PATH, figures.LANG),
    )  # fmt: skip
    yield Operation(
        "api-indicators", f"{API}/indicators/", "The indicators",
        schemas.page_of(schemas.INDICATOR), (figures.FACE, figures.LANG, LIMIT, OFFSET),
    )  # fmt: skip
    figure = schemas.FIGURE["properties"]
    indicator = schemas.of({
        **schemas.INDICATOR["properties"], "level": schemas.TEXT,
        "whole": {"oneOf": [schemas.FIGURE, {"type": "null"}]},
        "areas": schemas.rows_of(schemas.of({"area_id": schemas.TEXT, **figure})),
        "audit": schemas.AUDIT,
    })  # fmt: skip
    yield Operation(
        "api-indicator", f"{API}/indicators/{{indicator_id}}/",
        "One indicator: its newest figure in every area of a level", indicator,
        (_INDICATOR_PATH, figures.LANG, figures.LEVEL),
    )  # fmt: skip
    yield Operation(
        "api-findings", f"{API}/findings/", "What the audit found, in words",
        schemas.page_of(schemas.FINDING),
        (figures.FACE, figures.AREA_ID, figures.LANG, LIMIT, OFFSET),
    )  # fmt: skip


def _of_features() -> Iterator[Operation]:
    yield Operation(
        "ogc", f"{OGC}/", "Landing page of the features", schemas.LANDING, (features.FORMAT,)
    )
    yield Operation(
        "ogc-conformance",
        f"{OGC}/conformance",
        "What is conformed to",
        schemas.CONFORMANCE,
        (features.FORMAT,),
    )
    yield Operation(
        "ogc-collections",
        f"{OGC}/collections",
        "Levels of areas",
        schemas.COLLECTIONS,
        (features.FORMAT,),
    )
    yield Operation(
        "ogc-collection", f"{OGC}/collections/{{collection}}", "One level of areas",
        schemas.COLLECTION, (_COLLECTION, features.FORMAT),
    )  # fmt: skip
    yield Operation(
        "ogc-items", f"{OGC}/collections/{{collection}}/items", "Areas with their newest figures",
        schemas.FEATURES, (_COLLECTION, *features.PARAMETERS), GEOJSON,
    )  # fmt: skip
    yield Operation(
        "ogc-item", f"{OGC}/collections/{{collection}}/items/{{feature}}", "One area",
        schemas.FEATURE, (_COLLECTION, _FEATURE, features.CRS, features.FORMAT), GEOJSON,
    )  # fmt: skip
