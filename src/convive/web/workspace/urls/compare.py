"""Addresses of two plans side by side."""

from __future__ import annotations

from django.urls import path

from convive.web.workspace.views import compare

_PLANS = "<language:language>/work/plans/compare"
urlpatterns = [
    path(f"{_PLANS}/", compare.compare_plans, name="plan-compare"),
    path(f"{_PLANS}/file/", compare.compare_file, name="plan-compare-file"),
    path(f"{_PLANS}/paper.<slug:kind>", compare.compare_paper, name="plan-compare-paper"),
]
