"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class RightsConfig(AppConfig):
    """Who may use which evidence, for what and until when; what is kept, and what was erased."""

    name = "convive.web.rights"
    label = "rights"
