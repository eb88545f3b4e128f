"""Addresses of pages for somebody who is not looking at one: in notices and calendars."""

from __future__ import annotations

from typing import Any

from django.urls import reverse


def address_of(account: Any, name: str, *args: Any) -> str:
    """Return the path of a page in an account's language."""
    return reverse(name, args=(account.language, *args))
