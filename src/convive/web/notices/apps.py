"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """What somebody should know: shown in the workspace, sent by e-mail where that is set up."""

    name = "convive.web.notices"
    label = "notices"
