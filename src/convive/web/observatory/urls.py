"""Addresses of the observatory: the language is the first part of every one."""

from __future__ import annotations

from django.urls import path

from convive.web import language  # noqa: F401 - registers the converter of the addresses
from convive.web.observatory.views import (
    areas,
    corrections,
    documents,
    evidence,
    findings,
    front,
    indicators,
    look,
    pages,
)

urlpatterns = [
    path("", front.choose_language, name="root"),
    path("look.css", look.stylesheet, name="look-sheet"),
    path("look/logo.<str:kind>", look.logo, name="look-logo"),
    path("<language:language>/", front.front, name="front"),
    path("<language:language>/areas/", areas.area_list, name="areas"),
    path("<language:language>/areas/<str:level>/<path:area_id>/", areas.area_page, name="area"),
    path("<language:language>/findings/", findings.finding_list, name="findings"),
    path("<language:language>/findings/<path:finding_id>/", findings.finding_page, name="finding"),
    path("<language:language>/indicators/", indicators.indicator_list, name="indicators"),
    path("<language:language>/indicators/<str:indicator_id>/", indicators.indicator_page, name="indicator"),
    path("<language:language>/map/<str:indicator_id>.geojson", indicators.map_data, name="map-data"),
    path("<language:language>/methods/", pages.method_list, name="methods"),
    path("<language:language>/methods/<slug:method_id>/", pages.method_page, name="method"),
    path("<language:language>/sources/", evidence.sources, name="sources"),
    path("<language:language>/run/", evidence.run_record, name="run"),
    path("<language:language>/unknown/", evidence.unknown, name="unknown"),
    path("<language:language>/downloads/", documents.downloads, name="downloads"),
    path("<language:language>/downloads/<str:file>", documents.download, name="download"),
    path("<language:language>/corrections/", corrections.corrections, name="corrections"),
    path("<language:language>/about/", pages.about, name="about"),
    path("<language:language>/accessibility/", pages.accessibility, name="accessibility"),
]  # fmt: skip
