"""Addresses of open data, of feeds, and of what other pages and messages show of ours."""

from __future__ import annotations

from django.urls import path

from convive.web.opendata import documents
from convive.web.opendata.views import (
    cards,
    catalogue,
    embeds,
    features,
    feeds,
    figures,
    oembed,
    tables,
)

_AREA = "<language:language>/areas/<str:level>/<path:area_id>"
_ITEMS = "ogc/collections/<str:collection>/items"
urlpatterns = [
    path("<language:language>/api/", documents.page, name="api-page"),
    path("api/openapi.json", documents.openapi, name="api-openapi"),
    path("api/v1/", tables.index, name="api"),
    path("api/v1/tables/", tables.tables, name="api-tables"),
    path("api/v1/tables/<str:table>/", tables.table, name="api-table"),
    path("api/v1/plan/", tables.plan, name="api-plan"),
    path("api/v1/corrections/", tables.corrections, name="api-corrections"),
    path("api/v1/run/", tables.run, name="api-run"),
    path("api/v1/areas/", figures.areas, name="api-areas"),
    path("api/v1/areas/<str:level>/<path:area_id>/", figures.area, name="api-area"),
    path("api/v1/indicators/", figures.indicators, name="api-indicators"),
    path("api/v1/indicators/<str:indicator_id>/", figures.indicator, name="api-indicator"),
    path("api/v1/findings/", figures.findings, name="api-findings"),
    path("ogc/", features.landing, name="ogc"),
    path("ogc/openapi.json", documents.openapi_of_features, name="ogc-openapi"),
    path("ogc/conformance", features.conformance, name="ogc-conformance"),
    path("ogc/collections", features.collections, name="ogc-collections"),
    path("ogc/collections/<str:collection>", features.collection, name="ogc-collection"),
    path(_ITEMS, features.items, name="ogc-items"),
    path(f"{_ITEMS}/<path:feature>", features.item, name="ogc-item"),
    path("<language:language>/news.atom", feeds.atom, name="news-atom"),
    path("<language:language>/news.json", feeds.json_feed, name="news-json"),
    path(f"{_AREA}/news.atom", feeds.area_atom, name="area-news"),
    path("<language:language>/card/<str:kind>.png", cards.card, name="card"),
    path("<language:language>/card/<str:kind>/<path:name>.png", cards.card, name="card-of"),
    path("<language:language>/embed/<str:kind>/<path:name>/", embeds.embed, name="embed"),
    path("<language:language>/picture/<str:kind>/<path:name>.<str:ending>", embeds.keep, name="picture"),
    path("oembed", oembed.oembed, name="oembed"),
    path("catalog", catalogue.negotiated, name="catalog"),
    path("catalog.<str:kind>", catalogue.catalogue, name="catalog-file"),
    path("data/", catalogue.audits, name="data"),
    path("data/<str:version>/", catalogue.audit, name="data-audit"),
    path("data/<str:version>/<str:file>", catalogue.file, name="data-file"),
]  # fmt: skip
