"""One address of every kind of page of the synthetic build."""

from __future__ import annotations

PAGES = {
    "root": "/",
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
    "about": "/en/about/",
    "accessibility": "/en/accessibility/",
    "public-plan": "/en/plan/",
    "public-plan-action": "/en/plan/a/",
    "fill-thanks": "/en/thank-you/",
    "shelf": "/en/instruments/",
    "instrument": "/en/instruments/safety_audit/",
    "instrument-file": "/en/instruments/safety_audit/xlsx/",
}
"""Name of the address pattern → an address of it."""

READ_PAGES = {
    name: address
    for name, address in PAGES.items()
    if name not in {"root", "map-data", "download", "method", "instrument-file"}
}
"""Those that are pages to read, whatever is installed."""
