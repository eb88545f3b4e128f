"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.staff import registry


class NoticesConfig(AppConfig):
    """What somebody should know: shown in the workspace, sent by e-mail where that is set up."""

    name = "convive.web.notices"
    label = "notices"

    def ready(self) -> None:
        """Enter the pages of notices and letters, and the count in the head."""
        enter = registry.register
        enter(registry.Entry("notices", "notices.title", "notices.card", order=5, is_in_nav=False))
        enter(registry.Entry("mails", "mails.title", "mails.card", order=86, is_in_nav=False))
        registry.register_counter(registry.Counter("notices", "notices.counted", _count))


def _count(account: Any) -> int:
    from convive.web.notices.selectors import count_open  # noqa: PLC0415 - models load later

    return count_open(account)
