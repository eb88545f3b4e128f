"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class WorkspaceConfig(AppConfig):
    """From finding to decision to delivery: partnership, strategy, meetings, diary."""

    name = "convive.web.workspace"
    label = "workspace"
