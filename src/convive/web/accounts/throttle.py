"""Slowing down of guessing: failed attempts are counted by account and by address.

An attempt is written down *before* the password is looked at, in a transaction of its own, and
counted afterwards. So many attempts at once, over several workers, cannot slip past the limit:
each sees itself and all that came before. Whether the account exists makes no difference.
"""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from convive.web.accounts.models import Attempt, plain_email

WINDOW = timedelta(minutes=15)
LIMITS = {"account": 8, "address": 40}
"""Failed attempts within the window; an address may be that of a whole town hall."""


def try_in(email: str, address: str) -> bool:
    """Count an attempt and tell whether it may be made."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - WINDOW).delete()
    is_free = True
    for kind, key in _keys(email, address).items():
        Attempt.objects.create(key=key, at=now)
        since = Attempt.objects.filter(key=key, at__gte=now - WINDOW).count()
        is_free = is_free and since <= LIMITS[kind]
    return is_free


def forget(email: str, address: str) -> None:
    """Forget the failures of an account whose owner has signed in, and this one attempt."""
    keys = _keys(email, address)
    Attempt.objects.filter(key=keys["account"]).delete()
    own = Attempt.objects.filter(key=keys["address"]).order_by("-pk").first()
    if own:
        own.delete()


def address_of(request: HttpRequest) -> str:
    """Return the address that a visitor comes from; an IPv6 visitor counts with the network."""
    seen = str(request.META.get("REMOTE_ADDR", ""))
    if settings.CONVIVE_BEHIND_PROXY:
        # The last entry is the proxy's own; earlier ones are what the visitor claims.
        seen = request.headers.get("X-Forwarded-For", seen).split(",")[-1].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return "unknown"
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _keys(email: str, address: str) -> dict[str, str]:
    """Return the keys under which an attempt is counted: hashes, nobody is named."""
    said = {"account": plain_email(email), "address": address}
    return {
        kind: salted_hmac(f"convive.attempt.{kind}", text, algorithm="sha256").hexdigest()
        for kind, text in said.items()
    }
