"""Addresses of plans as files: downloads, and taking over."""

from __future__ import annotations

from django.urls import path

from convive.web.workspace.views import plan_export, plan_import

_WORK = "<language:language>/work"
urlpatterns = [
    path(f"{_WORK}/strategies/<slug:code>/share/", plan_export.share, name="plan-share"),
    path(
        f"{_WORK}/strategies/<slug:code>/plan.<slug:kind>", plan_export.export, name="plan-export"
    ),
    path(f"{_WORK}/plans/import/", plan_import.upload, name="plan-import"),
    path(f"{_WORK}/plans/import/preview/", plan_import.preview, name="plan-import-preview"),
]
