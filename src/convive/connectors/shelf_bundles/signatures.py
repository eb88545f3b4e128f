"""Ed25519 signatures over the canonical form (RFC 8032)."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from convive.core.shelf.bundle import (
    KEY_BYTES,
    Publisher,
    Successor,
    bytes_of,
    fingerprint_of,
    succession_message,
)


def has_signed(key: str, message: bytes, signature: str) -> bool:
    """Tell whether the owner of a public key has signed a message."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes_of(key))
        public.verify(bytes_of(signature), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_fingerprint_of(one: Publisher | Successor) -> bool:
    """Tell whether a fingerprint is that of the key beside it."""
    try:
        key = bytes_of(one.key)
    except ValueError:
        return False
    return len(key) == KEY_BYTES and fingerprint_of(key) == one.fingerprint


def is_proven(successor: Successor, old: str) -> bool:
    """Tell whether the owner of a new key takes over from the old one's fingerprint."""
    message = succession_message(old, successor.fingerprint)
    return is_fingerprint_of(successor) and has_signed(successor.key, message, successor.proof)
