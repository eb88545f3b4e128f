"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.accounts.signals import sign_in_renewed
from convive.web.staff import registry


class NoticesConfig(AppConfig):
    """What somebody should know: shown in the workspace, sent by e-mail where that is set up."""

    name = "convive.web.notices"
    label = "notices"

    def ready(self) -> None:
        """Enter the pages of notices and letters, the count in the head; hear of the accounts."""
        enter = registry.register
        enter(registry.Entry("notices", "notices.title", "notices.card", registry.HEAD))
        enter(registry.Entry("mails", "mails.title", "mails.card", "office", order=50))
        sign_in_renewed.connect(_tell_of_renewal, dispatch_uid="notices")
        registry.register_counter(registry.Counter("notices", "notices.counted", _count))


def _count(account: Any) -> int:
    from convive.web.notices.selectors import count_open  # noqa: PLC0415 - models load later

    return count_open(account)


def _tell_of_renewal(*, account: Any, event: Any, **_more: Any) -> None:
    """Tell somebody whose sign-in somebody else has renewed; in the transaction that does it."""
    from convive.web.notices.actions import tell_of_sign_in  # noqa: PLC0415 - models load later

    tell_of_sign_in(account, event)
