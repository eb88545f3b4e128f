"""Addresses of the phone page; everything lies below one folder, which is its worker's reach."""

from __future__ import annotations

from django.urls import path

from convive.web.fieldwork.views import walk, walk_sending

_BASE = "<language:language>/walk/<str:token>/"

urlpatterns = [
    path(_BASE, walk.page, name="walk"),
    path(f"{_BASE}manifest.webmanifest", walk.manifest, name="walk-manifest"),
    path(f"{_BASE}worker.js", walk.worker, name="walk-worker"),
    path(f"{_BASE}state/", walk_sending.state, name="walk-state"),
    path(f"{_BASE}forms/<str:form_id>/", walk_sending.form, name="walk-form"),
    path(f"{_BASE}forms/<str:form_id>/photos/<str:name>/", walk_sending.photo, name="walk-photo"),
]
