"""The OpenAPI documents, and the page for people."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import get_script_prefix, reverse

from convive.app.tables import RESULT_TABLES
from convive.catalogue.texts import say
from convive.web.observatory.current import Site
from convive.web.observatory.views.page import outlasts, public_page, show
from convive.web.opendata.answers import OPENAPI, Given, absolute, as_json, open_data
from convive.web.opendata.openapi import document
from convive.web.opendata.operations import operations


@open_data()
@outlasts
def openapi(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Give the description of everything, for programs."""
    base = absolute(request, get_script_prefix()).rstrip("/")
    return as_json(document(base, title=site.build.city.name))


@open_data()
@outlasts
def openapi_of_features(request: HttpRequest, site: Site, given: Given) -> HttpResponse:  # noqa: ARG001
    """Give the description of the features in the words of OpenAPI 3.0, as their standard asks."""
    base = absolute(request, get_script_prefix()).rstrip("/")
    found = document(base, title=site.build.city.name, version="3.0.3", part="/ogc")
    return as_json(found, content_type=OPENAPI)


@public_page
@outlasts
def page(request: HttpRequest, site: Site, language: str) -> HttpResponse:
    """Tell people what can be asked."""
    rows = [
        {
            "path": one.path, "summary": one.summary,
            "parameters": [p.name for p in one.parameters if p.place == "query"],
        }
        for one in operations()
        if not one.name.startswith("api-table-")
    ]  # fmt: skip
    tables = [spec.name for spec in RESULT_TABLES if spec.name in site.build.tables]
    return show(
        request, site, "api",
        language=language, nav="sources", title=say("opendata.title", language),
        tables=tables,
        api=[row for row in rows if str(row["path"]).startswith("/api")],
        per_minute=settings.CONVIVE_API_PER_MINUTE, ogc_address=absolute(request, reverse("ogc")),
        ogc=[row for row in rows if str(row["path"]).startswith("/ogc")],
    )  # fmt: skip
