"""What the templates of the accounts show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from allauth.mfa.models import Authenticator


def factor_rows(factors: Iterable[Authenticator]) -> list[dict[str, Any]]:
    """Return second factors as the page lists them."""
    return [
        {
            "id": one.pk,
            "kind": one.type,
            "name": one.data.get("name", ""),
            "added_at": one.created_at,
            "used_at": one.last_used_at,
        }
        for one in factors
    ]
