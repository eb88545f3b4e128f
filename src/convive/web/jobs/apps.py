"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that is done beside the pages, by a process of its own, and every day."""

    name = "convive.web.jobs"
    label = "jobs"
