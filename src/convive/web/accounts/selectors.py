"""Reads about accounts."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from convive.web.accounts.models import Account, Invitation, token_hash


def list_accounts() -> QuerySet[Account]:
    """Return every account with its roles, by name."""
    return Account.objects.prefetch_related("held_roles").order_by("name", "email")


def find_account(account_id: int) -> Account | None:
    """Return an account, None where there is none."""
    return Account.objects.filter(pk=account_id).first()


def has_account(email: str) -> bool:
    """Tell whether an e-mail address has an account already."""
    return Account.objects.filter(email=email).exists()


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link that can still be used, None otherwise."""
    return (
        Invitation.objects.select_related("account")
        .filter(token_hash=token_hash(token), used_at=None, expires_at__gt=timezone.now())
        .first()
    )
