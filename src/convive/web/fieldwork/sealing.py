"""Seals what must not be read in the database: only the installation's key opens it.

SHAKE-256 under a key and a number used once gives the stream; HMAC-SHA-256 over the result
refuses anything that was changed (encrypt-then-MAC). What is sealed is filled up to one of a few
lengths, so that the length does not tell which answer it was.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from typing import Any

from django.utils.crypto import salted_hmac

from convive.core.errors import StorageError

_STEP = 4096
"""Lengths are multiples of this many bytes; most questionnaires fit in one."""
_NONCE, _TAG = 24, 32


def seal(content: dict[str, Any]) -> bytes:
    """Return content as sealed bytes."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    plain = text + b" " * (-len(text) % _STEP)
    nonce = os.urandom(_NONCE)
    body = nonce + _mixed(plain, nonce)
    return body + _tag(body)


def unseal(sealed: bytes) -> dict[str, Any]:
    """Return the content of sealed bytes.

    Raises
    ------
    StorageError
        SEAL_BROKEN: changed, or sealed with another key.
    """
    body, tag = bytes(sealed[:-_TAG]), bytes(sealed[-_TAG:])
    if len(body) < _NONCE or not hmac.compare_digest(tag, _tag(body)):
        raise StorageError("SEAL_BROKEN")
    found: dict[str, Any] = json.loads(_mixed(body[_NONCE:], body[:_NONCE]))
    return found


def receipt_of(form_id: object) -> str:
    """Return what is kept to know that a form was sent, without its id."""
    return salted_hmac("convive.fieldwork.receipt", str(form_id), algorithm="sha256").hexdigest()


def _mixed(text: bytes, nonce: bytes) -> bytes:
    key = salted_hmac("convive.fieldwork.seal", "stream", algorithm="sha256").digest()
    stream = hashlib.shake_256(key + nonce).digest(len(text))
    whole = int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")
    return whole.to_bytes(len(text), "big")


def _tag(body: bytes) -> bytes:
    key = salted_hmac("convive.fieldwork.seal", "tag", algorithm="sha256").digest()
    return hmac.digest(key, body, "sha256")
