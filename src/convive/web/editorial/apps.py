"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.observatory import current
from convive.web.staff import registry


class EditorialConfig(AppConfig):
    """Editions and corrections: what the public sees, and from when."""

    name = "convive.web.editorial"
    label = "editorial"

    def ready(self) -> None:
        """Enter the pages, and say from now on which audit the public sees."""
        from convive.web.editorial import choosing  # noqa: PLC0415 - needs the settings

        registry.register(
            registry.Entry("editions", "editions.title", "editions.card", "office", order=12)
        )
        registry.register(
            registry.Entry(
                "editorial-corrections", "editorial.corrections.title",
                "editorial.corrections.card", "office", order=13,
            )
        )  # fmt: skip
        current.choose_with(choosing.choose, choosing.versions)
