"""Accounts and links."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from convive.web.accounts.actions import invite, make_welcome
from convive.web.accounts.actions.second_factor import add_app
from convive.web.accounts.models import Account, HeldRole, Organisation
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


def make_organisation(name: str = "Town police", **fields: Any) -> Organisation:
    """Make an organisation; its code is made from its name."""
    code = name.lower().replace(" ", "-")
    return Organisation.objects.create(**{"code": code, "name": name, "sector": "police"} | fields)


APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def with_app(account: Account) -> list[str]:
    """Give an account an authenticator app with `APP_SECRET`; return its recovery codes."""
    return add_app(account, APP_SECRET, counter=0)


def app_code(ahead: int = 0, secret: str = APP_SECRET) -> str:
    """Return the code that the app shows now, or so many half minutes ahead."""
    counter = int(time.time()) // 30 + ahead
    return format_hotp_value(hotp_value(secret, counter))


def _with_factor() -> Account:
    account = make_account()
    with_app(account)
    return account


def _invited() -> tuple[Account, str]:
    return invite("guest@example.org", name="Guest", language="en", roles=[Role.READER])


def _welcome() -> dict[str, Any]:
    return {"token": make_welcome() or "none"}


BUILDERS = {
    "person": lambda: {"account_id": make_account().pk},
    "vouch": lambda: {"account_id": make_account().pk},
    "new-link": lambda: {"account_id": make_account().pk},
    "invitation": lambda: {"token": _invited()[1]},
    "welcome": _welcome,
    "organisation": lambda: {"organisation_id": make_organisation().pk},
    "reset-second-factor": lambda: {"account_id": _with_factor().pk},
}
