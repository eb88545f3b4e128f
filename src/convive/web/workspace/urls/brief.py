"""Addresses of the page for the council."""

from __future__ import annotations

from django.urls import path

from convive.web.workspace.views import brief

_WORK = "<language:language>/work"
_STRATEGY = f"{_WORK}/strategies/<slug:code>/brief"
urlpatterns = [
    path(f"{_STRATEGY}/", brief.brief, name="plan-brief"),
    path(f"{_STRATEGY}.<slug:kind>", brief.brief_file, name="plan-brief-file"),
]
