"""Tokens of addresses that let people in without an account.

A token is worked out from the id of its link with the installation's key: it can be printed
again, on a sheet or as a QR code, and the database alone opens nothing.
"""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

from django.utils.crypto import salted_hmac

from convive.web.fieldwork.models import AccessLink, Invitation

_BYTES = 20
"""160 bits: 32 letters and figures, none of which needs a capital in an address."""


def token_of(link: AccessLink | Invitation) -> str:
    """Return the token of a link or invitation."""
    return token_for(type(link).__name__, link.pk)


def token_for(kind: str, identifier: UUID) -> str:
    """Return the token of the id of a kind of link, before its row is made."""
    digest = salted_hmac(f"convive.fieldwork.{kind}", str(identifier), algorithm="sha256").digest()
    return base64.b32encode(digest[:_BYTES]).decode().lower()


def token_hash(token: str) -> str:
    """Return what is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def find_link(token: str) -> AccessLink | None:
    """Return the link of a token; None where there is none or it was taken back."""
    return (
        AccessLink.objects.select_related("campaign__form", "rater")
        .filter(token_hash=token_hash(token), revoked_at=None)
        .first()
    )


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of a token; None where there is none."""
    return (
        Invitation.objects.select_related("campaign__form")
        .filter(token_hash=token_hash(token))
        .first()
    )
