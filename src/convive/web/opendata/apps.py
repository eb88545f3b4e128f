"""The app of open data."""

from __future__ import annotations

from django.apps import AppConfig


class OpenDataConfig(AppConfig):
    """Open data."""

    name = "convive.web.opendata"
    label = "opendata"
