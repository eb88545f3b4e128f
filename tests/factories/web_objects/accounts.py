"""Accounts and links."""

from __future__ import annotations

from typing import Any

from convive.web.accounts.actions import invite, make_welcome
from convive.web.accounts.models import Account, HeldRole
from convive.web.roles import Role

PASSWORD = "seven lanterns by the quay"
NO_PASSWORD = "!"


def make_account(*roles: Role, email: str = "", password: str = "", **fields: Any) -> Account:
    """Make an account that may sign in; without a password it is only for `force_login`."""
    number = Account.objects.count() + 1
    account = Account(email=email or f"person{number}@example.org", **fields)
    if password:
        account.set_password(password)
    else:
        account.password = NO_PASSWORD
    account.save()
    HeldRole.objects.bulk_create(HeldRole(account=account, role=role) for role in roles)
    return account


def _invited() -> tuple[Account, str]:
    return invite("guest@example.org", name="Guest", language="en", roles=[Role.READER])


def _welcome() -> dict[str, Any]:
    return {"token": make_welcome() or "none"}


BUILDERS = {
    "person": lambda: {"account_id": make_account().pk},
    "new-link": lambda: {"account_id": make_account().pk},
    "invitation": lambda: {"token": _invited()[1]},
    "welcome": _welcome,
}
