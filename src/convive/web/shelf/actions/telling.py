"""Tells editors what came in from other towns."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from convive.web.accounts.models import Account
from convive.web.notices.actions import Thing, notify
from convive.web.roles import EDITORS


def tell_editors(
    code: str, key: str, page: tuple[str, tuple[Any, ...]], *, thing: Thing, **params: Any
) -> None:
    """Leave a notice with every editor, once a key.

    Parameters
    ----------
    page : tuple
        Name of the address where one acts, and its arguments after the language.
    """
    name, arguments = page
    roles = [one.value for one in EDITORS]
    found = Account.objects.filter(is_active=True, held_roles__role__in=roles).distinct()
    for account in found:
        language = account.language or "en"
        notify(
            account, code, key=f"shelf:{key}:{account.pk}", thing=thing,
            address=reverse(name, args=(language, *arguments)), **params,
        )  # fmt: skip
