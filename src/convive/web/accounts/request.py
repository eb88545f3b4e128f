"""The type of a request whose access rule lets only accounts in."""

from __future__ import annotations

from django.http import HttpRequest

from convive.web.accounts.models import Account


class AccountRequest(HttpRequest):
    """For annotations of views behind `access.signed_in`, `role`, `editor` and `reader`."""

    user: Account
