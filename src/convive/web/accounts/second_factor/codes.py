"""Codes of an authenticator app, and recovery codes; each works once."""

from __future__ import annotations

import hmac

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.mfa.utils import decrypt
from cryptography.fernet import InvalidToken
from django.db import transaction

from convive.web.accounts.models import Account

TOTP_KIND = str(Authenticator.Type.TOTP)
RECOVERY_KIND = str(Authenticator.Type.RECOVERY_CODES)

__all__ = [
    "RECOVERY_KIND", "TOTP", "TOTP_KIND", "counter_of", "generate_totp_secret", "new_recovery_codes",
    "recovery_codes_left", "use_app_code", "use_recovery_code",
]  # fmt: skip


def counter_of(secret: str, code: str) -> int | None:
    """Return for which stretch of time a code stands, None where it is none of now.

    The present stretch is tried first, then the one before and the one after: clocks differ.
    """
    digits = "".join(code.split())
    found = [
        counter
        for counter in yield_hotp_counters_from_time()
        if hmac.compare_digest(
            digits.encode(), format_hotp_value(hotp_value(secret, counter)).encode()
        )
    ]
    return found[-1] if found else None


@transaction.atomic
def use_app_code(account: Account, code: str) -> bool:
    """Use a code of the app up: neither it nor an earlier one works again, on whatever worker."""
    factor = (
        Authenticator.objects.select_for_update().filter(user_id=account.pk, type=TOTP_KIND).first()
    )
    if factor is None:
        return False
    secret = _opened(factor)
    counter = counter_of(secret, code) if secret else None
    if counter is None or counter <= factor.data.get("last_counter", -1):
        return False
    factor.data["last_counter"] = counter
    factor.save(update_fields=["data"])
    factor.record_usage()
    return True


def use_recovery_code(account: Account, code: str) -> bool:
    """Use a recovery code up."""
    factor = Authenticator.objects.filter(user_id=account.pk, type=RECOVERY_KIND).first()
    digits = "".join(sign for sign in code if sign.isdigit())
    is_usable = factor is not None and bool(_opened(factor)) and len(digits) > 0
    return is_usable and RecoveryCodes(factor).validate_code(digits)


def new_recovery_codes(account: Account) -> list[str]:
    """Make new recovery codes; the earlier ones end."""
    Authenticator.objects.filter(user_id=account.pk, type=RECOVERY_KIND).delete()
    codes = RecoveryCodes.activate(account).generate_codes()
    return [f"{code[:4]} {code[4:]}" for code in codes]


def recovery_codes_left(account: Account) -> int:
    """Return how many recovery codes still work."""
    factor = Authenticator.objects.filter(user_id=account.pk, type=RECOVERY_KIND).first()
    is_usable = factor is not None and bool(_opened(factor))
    return len(RecoveryCodes(factor).get_unused_codes()) if is_usable else 0


def _opened(factor: Authenticator) -> str:
    """Return the secret of a factor; empty where it was sealed with another signing key."""
    try:
        return str(decrypt(factor.data.get("secret") or factor.data["seed"]))
    except InvalidToken:
        return ""
