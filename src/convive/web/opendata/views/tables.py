"""What the JSON interface tells of the published tables, the plan and the run record."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.app.corrections import correction_as_json, newest_first
from convive.app.tables import RESULT_TABLES, TableSpec
from convive.web.observatory.current import Site
from convive.web.observatory.views.page import outlasts
from convive.web.opendata.answers import (
    HTML,
    OPENAPI,
    Given,
    absolute,
    as_json,
    link,
    open_data,
    page_links,
)
from convive.web.opendata.parameters import Parameter
from convive.web.opendata.values import chosen, filters, shown_columns, told_rows
from convive.web.opendata.views.figures import LIMIT, OFFSET, audit_of
from convive.web.workspace.published_plan import published
from convive.web.workspace.selectors.still_told import without_withdrawn

SPECS = {spec.name: spec for spec in RESULT_TABLES}


@open_data()
def index(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Say where everything is."""
    parts = {
        "tables": "api-tables", "areas": "api-areas", "indicators": "api-indicators",
        "findings": "api-findings", "plan": "api-plan", "corrections": "api-corrections",
        "run": "api-run",
    }  # fmt: skip
    links = [link("self", request.build_absolute_uri())]
    links += [
        link("item", absolute(request, reverse(name)), title=title) for title, name in parts.items()
    ]
    links += [
        link("service-desc", absolute(request, reverse("api-openapi")), OPENAPI),
        link("service-doc", absolute(request, reverse("api-page", args=("en",))), HTML),
        link("related", absolute(request, reverse("ogc")), title="OGC API Features"),
    ]
    return as_json({"title": site.build.city.name, "audit": audit_of(site), "links": links})


@open_data()
def tables(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """List the published tables with their columns."""
    rows = [
        _described(request, site, spec) for spec in RESULT_TABLES if spec.name in site.build.tables
    ]
    return as_json({"rows": rows, "audit": audit_of(site)})


def _parameters(path: Mapping[str, str]) -> tuple[Parameter, ...]:
    """Return the parameters of a table: the page, and its own columns."""
    spec = SPECS.get(path["table"])
    if spec is None:
        raise Http404
    return (LIMIT, OFFSET, *filters(spec))


@open_data(_parameters)
def table(request: HttpRequest, site: Site, given: Given, table: str) -> HttpResponse:
    """Give a page of the rows of a table, chosen by its columns."""
    if table not in site.build.tables:
        raise Http404
    limit, offset = given["limit"], given["offset"]
    own = {one.name for one in filters(SPECS[table])}
    wanted = {name: value for name, value in given.items() if value is not None and name in own}
    found = chosen(site.build.tables[table], wanted)
    part = told_rows(SPECS[table], found.slice(offset, limit))
    return as_json({
        "number_matched": found.num_rows, "number_returned": len(part), "rows": part,
        "audit": audit_of(site),
        "links": page_links(request, limit=limit, offset=offset, matched=found.num_rows),
    })  # fmt: skip


@open_data()
def plan(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Give the plan as it is published, without what was withdrawn since."""
    found = published()
    told = without_withdrawn(found) if found else None
    return as_json({"plan": told, "audit": audit_of(site)})


@open_data()
@outlasts
def corrections(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Tell what was wrong in what is published here, the newest first, in every language kept."""
    rows = [
        correction_as_json(one)
        | {"page": absolute(request, reverse("corrections", args=("en",))) + f"#{one.id}"}
        for one in newest_first(site.build.corrections)
    ]
    return as_json({"rows": rows, "audit": audit_of(site)})


@open_data()
def run(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Give the run record: seed, definitions, parameters, digests of what was read."""
    return as_json({"run": site.build.run, "audit": audit_of(site)})


def _described(request: HttpRequest, site: Site, spec: TableSpec) -> dict[str, object]:
    return {
        "name": spec.name, "about": spec.about, "rows": site.build.tables[spec.name].num_rows,
        "key": list(spec.key),
        "columns": [
            {"name": one.name, "type": str(one.kind), "about": one.about, "nullable": one.nullable}
            for one in shown_columns(spec)
        ],
        "href": absolute(request, reverse("api-table", args=(spec.name,))),
    }  # fmt: skip
