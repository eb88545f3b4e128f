"""Writes about accounts; each is one transaction with its event in the log."""

from convive.web.accounts.actions.people import (
    LINK_DAYS,
    accept_invitation,
    accept_welcome,
    change_account,
    change_password,
    invite,
    make_welcome,
    renew_link,
)

__all__ = [
    "LINK_DAYS",
    "accept_invitation",
    "accept_welcome",
    "change_account",
    "change_password",
    "invite",
    "make_welcome",
    "renew_link",
]
