"""The shelf of instruments, open to everybody."""

from __future__ import annotations

from django.urls import path

from convive.web.fieldwork.views import shelf, shelf_files

urlpatterns = [
    path("<language:language>/instruments/", shelf.shelf, name="shelf"),
    path(
        "<language:language>/instruments/<str:instrument_id>/", shelf.instrument, name="instrument"
    ),
    path(
        "<language:language>/instruments/<str:instrument_id>/<str:kind>/",
        shelf_files.instrument_file,
        name="instrument-file",
    ),
]
