"""The app as Django knows it."""

from __future__ import annotations

from django.apps import AppConfig

from convive.web.staff import registry

_PAGES = (
    ("shelf-find", "shelf.find"), ("shelf-cards", "shelf.cards"),
    ("shelf-memory", "shelf.memory"), ("shelf-exchange", "shelf.exchange"),
)  # fmt: skip
"""Address → key of its texts, in the order of the menu."""


class ShelfConfig(AppConfig):
    """What was tried elsewhere: find, read, fit, adopt; what this town knows, kept and exchanged."""

    name = "convive.web.shelf"
    label = "shelf"

    def ready(self) -> None:
        """Enter the pages that people start from, and what the page of an action tells of it."""
        from convive.web.shelf.presenters.of_action import FROM_SHELF  # noqa: PLC0415 - needs the tables
        from convive.web.shelf.presenters.of_action_memory import MEMORY  # noqa: PLC0415 - likewise
        from convive.web.workspace.presenters.action_sections import SECTIONS  # noqa: PLC0415 - likewise

        for order, (name, key) in enumerate(_PAGES, start=1):
            registry.register(
                registry.Entry(name, f"{key}.title", f"{key}.card", "shelf", order=10 * order)
            )
        SECTIONS.extend(one for one in (FROM_SHELF, MEMORY) if one not in SECTIONS)
