"""Addresses of the public pages of the plan, and of publishing them."""

from __future__ import annotations

from django.urls import path

from convive.web.workspace.views import public_plan, publish

_STRATEGY = "<language:language>/work/strategies/<slug:code>"
urlpatterns = [
    path(f"{_STRATEGY}/publish/", publish.publish, name="plan-publish"),
    path(f"{_STRATEGY}/publish/preview/", publish.preview, name="plan-publish-preview"),
    path(f"{_STRATEGY}/withdraw/", publish.withdraw, name="plan-withdraw"),
    path("<language:language>/plan/", public_plan.plan, name="public-plan"),
    path("<language:language>/plan/<slug:part>/", public_plan.action, name="public-plan-action"),
]
