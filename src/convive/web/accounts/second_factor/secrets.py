"""Secrets of second factors are kept sealed: a copy of the database alone gives none away."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SecretsAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals with a key derived from the signing key, which is not in the database."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode("ascii")).decode()


def _box() -> Fernet:
    derived = HKDF(SHA256(), 32, salt=None, info=b"convive.accounts.second-factor").derive(
        settings.SECRET_KEY.encode()
    )
    return Fernet(base64.urlsafe_b64encode(derived))
