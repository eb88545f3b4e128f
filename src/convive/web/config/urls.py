"""Addresses of the whole site."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("convive.web.staff.urls")),
    path("", include("convive.web.accounts.urls")),
    path("", include("convive.web.audit_log.urls")),
    path("", include("convive.web.jobs.urls")),
    path("", include("convive.web.notices.urls")),
    path("", include("convive.web.rights.urls")),
    path("", include("convive.web.fieldwork.urls")),
    path("", include("convive.web.workspace.urls")),
    path("", include("convive.web.shelf.urls")),
    path("", include("convive.web.opendata.urls")),
    path("", include("convive.web.evaluation.urls")),
    path("", include("convive.web.editorial.urls")),
    path("", include("convive.web.observatory.urls")),
]
handler400 = "convive.web.observatory.views.errors.bad_request"
handler403 = "convive.web.staff.errors.forbidden"
handler404 = "convive.web.observatory.views.errors.not_found"
handler500 = "convive.web.observatory.views.errors.broken"
