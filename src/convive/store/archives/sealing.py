"""A file that only a passphrase opens: AES-GCM over pieces, so that it never lies in memory whole.

The key comes from the passphrase by scrypt. Every piece has a nonce of its own, made of a random
beginning, its number, and whether it is the last: pieces cannot be swapped, and a file that was
cut off is noticed.
"""

from __future__ import annotations

import io
import os
import struct
from typing import Any, BinaryIO, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from convive.core.errors import RequestError, StorageError

MAGIC = b"CONVIVE SEALED 1\n"
PIECE = 2**20
_TAG = 16
_SALT, _START = 16, 7


class SealingWriter(io.RawIOBase):
    """Seals what is written to it; `close` writes the last piece and leaves the file open."""

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        salt, self._start = os.urandom(_SALT), os.urandom(_START)
        self._head = MAGIC + salt + self._start
        self._cipher = AESGCM(_key(passphrase, salt))
        self._file, self._number, self._rest = file, 0, bytearray()
        file.write(self._head)

    def writable(self) -> bool:
        """Tell that it is written to."""
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Take bytes; whole pieces go out sealed, the last one stays for `close`."""
        self._rest += content
        while len(self._rest) > PIECE:
            self._put(bytes(self._rest[:PIECE]), is_last=False)
            del self._rest[:PIECE]
        return len(content)

    def close(self) -> None:
        """Seal the last piece."""
        if not self.closed:
            self._put(bytes(self._rest), is_last=True)
        super().close()

    def _put(self, piece: bytes, *, is_last: bool) -> None:
        nonce = _nonce(self._start, self._number, is_last=is_last)
        self._file.write(self._cipher.encrypt(nonce, piece, self._head))
        self._number += 1


class SealedReader(io.RawIOBase):
    """Opens a sealed file, piece by piece.

    Raises
    ------
    StorageError
        BACKUP_PASSPHRASE_WRONG where the first piece does not open, BACKUP_DAMAGED for a later one.
    """

    def __init__(self, file: BinaryIO, passphrase: str) -> None:
        self._head = file.read(len(MAGIC) + _SALT + _START)
        salt = self._head[len(MAGIC) : len(MAGIC) + _SALT]
        self._start = self._head[len(MAGIC) + _SALT :]
        if len(self._start) != _START:
            raise StorageError("BACKUP_DAMAGED", part="0")
        self._cipher = AESGCM(_key(passphrase, salt))
        self._file, self._number, self._ready = file, 0, b""
        self._next = file.read(PIECE + _TAG)

    def readable(self) -> bool:
        """Tell that it is read from."""
        return True

    def readinto(self, target: bytearray) -> int:  # type: ignore[override]
        """Give bytes of the piece at hand."""
        if not self._ready and self._next:
            self._ready = self._opened()
        n = min(len(target), len(self._ready))
        target[:n], self._ready = self._ready[:n], self._ready[n:]
        return n

    def _opened(self) -> bytes:
        piece, self._next = self._next, self._file.read(PIECE + _TAG)
        nonce = _nonce(self._start, self._number, is_last=not self._next)
        try:
            found = self._cipher.decrypt(nonce, piece, self._head)
        except InvalidTag as error:
            if self._number == 0:
                raise StorageError("BACKUP_PASSPHRASE_WRONG") from error
            raise StorageError("BACKUP_DAMAGED", part=str(self._number)) from error
        self._number += 1
        return found


def opened(file: BinaryIO, passphrase: str) -> BinaryIO:
    """Return what a file holds, its seal broken where it has one.

    Raises
    ------
    RequestError
        BACKUP_PASSPHRASE_MISSING.
    """
    is_sealed = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    if not is_sealed:
        return file
    if not passphrase:
        raise RequestError("BACKUP_PASSPHRASE_MISSING")
    return cast(BinaryIO, io.BufferedReader(cast(Any, SealedReader(file, passphrase)), PIECE))


def _key(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**16, r=8, p=1).derive(passphrase.encode())


def _nonce(start: bytes, number: int, *, is_last: bool) -> bytes:
    return start + struct.pack(">IB", number, is_last)
