"""The address by which an authenticator app takes a secret over, in the code that it scans."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def app_address(secret: str, *, account: str, issuer: str) -> str:
    """Return the ``otpauth:`` address of a secret, as authenticator apps read it."""
    who = issuer.strip()
    label = quote(f"{who}:{account}", safe="@:")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': who}, quote_via=quote)}"
