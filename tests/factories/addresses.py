"""One address of every kind of page of the synthetic build."""

from __future__ import annotations

from convive.app.history import run_digest
from factories.build import shared_build

_VERSION = run_digest(shared_build().run)[:12]
PAGES = {
    "root": "/",
    "look-sheet": "/look.css",
    "look-logo": "/look/logo.svg",
    "front": "/en/",
    "areas": "/en/areas/",
    "area": "/en/areas/neighbourhood/n08/",
    "findings": "/en/findings/",
    "finding": "/en/findings/trend_fall:ribera/",
    "indicators": "/en/indicators/",
    "indicator": "/en/indicators/recorded_total_rate/",
    "map-data": "/en/map/unsafe_dark_share.geojson",
    "methods": "/en/methods/",
    "method": "/en/methods/crude-rate/",
    "sources": "/en/sources/",
    "run": "/en/run/",
    "unknown": "/en/unknown/",
    "downloads": "/en/downloads/",
    "download": "/en/downloads/trends.csv",
    "corrections": "/en/corrections/",
    "about": "/en/about/",
    "accessibility": "/en/accessibility/",
    "public-plan": "/en/plan/",
    "public-plan-action": "/en/plan/a/",
    "fill-thanks": "/en/thank-you/",
    "shelf": "/en/instruments/",
    "instrument": "/en/instruments/safety_audit/",
    "instrument-file": "/en/instruments/safety_audit/xlsx/",
    "shelf-feed": "/shelf/feed.atom",
    "shelf-bundle": "/shelf/bundle-7.json",
    "api-page": "/en/api/",
    "api": "/api/v1/",
    "api-openapi": "/api/openapi.json",
    "api-tables": "/api/v1/tables/",
    "api-table": "/api/v1/tables/trends/",
    "api-plan": "/api/v1/plan/",
    "api-corrections": "/api/v1/corrections/",
    "api-run": "/api/v1/run/",
    "api-areas": "/api/v1/areas/",
    "api-area": "/api/v1/areas/neighbourhood/n08/",
    "api-indicators": "/api/v1/indicators/",
    "api-indicator": "/api/v1/indicators/recorded_total_rate/",
    "api-findings": "/api/v1/findings/",
    "news-atom": "/en/news.atom",
    "news-json": "/en/news.json",
    "area-news": "/en/areas/neighbourhood/n08/news.atom",
    "card": "/en/card/front.png",
    "card-of": "/en/card/area/neighbourhood/n08.png",
    "embed": "/en/embed/indicator/recorded_total_rate/",
    "picture": "/en/picture/finding/trend_fall:ribera.csv",
    "oembed": "/oembed?url=http://localhost/en/indicators/recorded_total_rate/",
    "catalog": "/catalog",
    "catalog-file": "/catalog.ttl",
    "data": "/data/",
    "data-audit": f"/data/{_VERSION}/",
    "data-file": f"/data/{_VERSION}/trends.csv",
    "ogc": "/ogc/",
    "ogc-openapi": "/ogc/openapi.json",
    "ogc-conformance": "/ogc/conformance",
    "ogc-collections": "/ogc/collections",
    "ogc-collection": "/ogc/collections/neighbourhood",
    "ogc-items": "/ogc/collections/neighbourhood/items",
    "ogc-item": "/ogc/collections/neighbourhood/items/n08",
}
"""Name of the address pattern → an address of it."""

FOR_TOWNS = frozenset({"shelf-feed", "shelf-bundle"})
"""Files for other installations, in no language; there only where the shelf is published."""

FOR_PROGRAMS = frozenset(
    name for name in PAGES if name.startswith(("api", "ogc")) and name != "api-page"
)
"""Open data, in no language."""

FOR_HARVESTERS = frozenset({"oembed", "catalog", "catalog-file", "data", "data-audit", "data-file"})
"""The catalogue of open data, files with the audit in their address and news, in no language."""

LOOK = frozenset({"look-sheet", "look-logo"})
"""The town's colours and logo, in no language."""

READ_PAGES = {
    name: address
    for name, address in PAGES.items()
    if name
    not in {
        "root",
        "map-data",
        "download",
        "method",
        "instrument-file",
        *FOR_TOWNS,
        *FOR_PROGRAMS,
        *FOR_HARVESTERS,
        *LOOK,
        "news-atom",
        "news-json",
        "area-news",
        "card",
        "card-of",
        "embed",
        "picture",
    }
}
"""Those that are pages to read, whatever is installed."""
