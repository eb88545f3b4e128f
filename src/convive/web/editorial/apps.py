"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.accounts.signals import standing_changed
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
        standing_changed.connect(_take_back, dispatch_uid="editorial")


def _take_back(*, account: Any, **_more: Any) -> None:
    """Take back notices about editions that an account may not open any more."""
    from convive.web.editorial.actions.telling import take_back_from  # noqa: PLC0415 - models load later

    take_back_from(account)
