"""Addresses of the whole site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [path("", include("convive.web.observatory.urls"))]
handler400 = "convive.web.observatory.views.errors.bad_request"
handler404 = "convive.web.observatory.views.errors.not_found"
handler500 = "convive.web.observatory.views.errors.broken"
