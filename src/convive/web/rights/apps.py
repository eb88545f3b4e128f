"""The app as Django knows it."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig

from convive.web.accounts.signals import standing_changed
from convive.web.staff import registry


class RightsConfig(AppConfig):
    """Who may use which evidence, for what and until when; what is kept, and what was erased."""

    name = "convive.web.rights"
    label = "rights"

    def ready(self) -> None:
        """Enter the pages that people start from."""
        for name, key, group, order in (
            ("evidence", "rights.evidence", "evidence", 10),
            ("agreements", "rights.agreements", "evidence", 20),
            ("evidence-reads", "rights.reads", "evidence", 30),
            ("retention", "rights.retention", "office", 30),
            ("erasure", "rights.erasure", "office", 40),
        ):
            registry.register(
                registry.Entry(name, f"{key}.title", f"{key}.card", group, order=order)
            )
        standing_changed.connect(_take_back, dispatch_uid="rights")


def _take_back(*, account: Any, **_more: Any) -> None:
    """Take back notices about agreements that an account may not know of any more."""
    from convive.web.accounts.models import Account  # noqa: PLC0415 - models load later
    from convive.web.notices.actions import withdraw  # noqa: PLC0415 - likewise
    from convive.web.rights.selectors.agreements import agreements_of  # noqa: PLC0415 - likewise

    now = Account.objects.get(pk=account.pk)
    withdraw(now, "agreement", keep=agreements_of(now).values_list("pk", flat=True))
