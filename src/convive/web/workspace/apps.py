"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.staff import registry


class WorkspaceConfig(AppConfig):
    """From finding to decision to delivery: partnership, strategy, meetings, diary."""

    name = "convive.web.workspace"
    label = "workspace"

    def ready(self) -> None:
        """Enter the pages that people start from."""
        registry.register(registry.Entry("strategies", "strategy.title", "strategy.card", order=5))
