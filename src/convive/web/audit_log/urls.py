"""Addresses of the audit log."""

from __future__ import annotations

from django.urls import include, path

from convive.web.audit_log import views

_work = [
    path("log/", views.log, name="log"),
    path("log/<slug:kind>/", views.export, name="log-file"),
]
urlpatterns = [path("<language:language>/work/", include(_work))]
