"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.accounts.signals import second_factor_reset
from convive.web.staff import registry


class NoticesConfig(AppConfig):
    """What somebody should know: shown in the workspace, sent by e-mail where that is set up."""

    name = "convive.web.notices"
    label = "notices"

    def ready(self) -> None:
        """Enter the pages of notices and letters, the count in the head; hear of the accounts."""
        enter = registry.register
        enter(registry.Entry("notices", "notices.title", "notices.card", order=5, is_in_nav=False))
        enter(registry.Entry("mails", "mails.title", "mails.card", order=86, is_in_nav=False))
        second_factor_reset.connect(_tell_of_reset, dispatch_uid="notices")
        registry.register_counter(registry.Counter("notices", "notices.counted", _count))


def _count(account: Any) -> int:
    from convive.web.notices.selectors import count_open  # noqa: PLC0415 - models load later

    return count_open(account)


def _tell_of_reset(*, account: Any, event: Any, **_more: Any) -> None:
    """Tell somebody whose second factor was taken away; in the transaction that takes it."""
    from django.urls import reverse  # noqa: PLC0415 - addresses and models load later

    from convive.web.notices.actions import notify  # noqa: PLC0415

    notify(
        account, "second_factor_reset", key=f"second-factor-reset:{event.pk}",
        thing=("account", account.pk), address=reverse("second-factor", args=(account.language,)),
    )  # fmt: skip
