"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules

from convive.web.staff import registry


class JobsConfig(AppConfig):
    """Work that is done beside the pages, by a process of its own, and every day."""

    name = "convive.web.jobs"
    label = "jobs"

    def ready(self) -> None:
        """Find the tasks and daily functions of every app, and enter the page of the runs."""
        autodiscover_modules("jobs")
        registry.register(registry.Entry("jobs", "jobs.title", "jobs.card", "office", order=60))
