"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.staff import registry


class RightsConfig(AppConfig):
    """Who may use which evidence, for what and until when; what is kept, and what was erased."""

    name = "convive.web.rights"
    label = "rights"

    def ready(self) -> None:
        """Enter the pages that people start from."""
        for name, key, order, is_in_nav in (
            ("evidence", "rights.evidence", 60, True),
            ("agreements", "rights.agreements", 61, False),
            ("retention", "rights.retention", 85, False),
            ("erasure", "rights.erasure", 86, False),
            ("evidence-reads", "rights.reads", 91, False),
        ):
            entry = registry.Entry(
                name, f"{key}.title", f"{key}.card", order=order, is_in_nav=is_in_nav
            )
            registry.register(entry)
