"""The key by which a town signs what it publishes, and what it published last.

::

    restricted/shelf.key      0600; private keys: the one in use, and the next while it is announced
    shelf/published.json      the newest bundle, as it went out

The private key is in no export. A backup holds it only where the backup is sealed by a passphrase.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from convive.core.errors import ConflictError, StorageError
from convive.core.shelf.bundle import (
    Successor,
    bytes_of,
    fingerprint_of,
    succession_message,
    text_of,
)
from convive.store.restricted.disk import Disk, reason_of

KEY_FILE = "shelf.key"
PUBLISHED_FILE = "published.json"
_FORMAT = "convive-shelf-key/1"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A key that signs; it is never shown."""

    secret: bytes

    @property
    def key(self) -> bytes:
        """Public key, 32 bytes."""
        return self._private().public_key().public_bytes_raw()

    @property
    def fingerprint(self) -> str:
        """By which others know it, 64 hex digits."""
        return fingerprint_of(self.key)

    def sign(self, message: bytes) -> bytes:
        """Return the Ed25519 signature of a message, 64 bytes."""
        return self._private().sign(message)

    def _private(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.secret)


@dataclass(frozen=True, slots=True, repr=False)
class KeyRing:
    """The key in use, the one that follows it while that is announced, and who they were before."""

    current: SigningKey
    following: SigningKey | None = None
    former: tuple[str, ...] = ()
    """Fingerprints, the oldest first."""

    @property
    def own(self) -> frozenset[str]:
        """Every fingerprint that stands or stood for this town."""
        following = {self.following.fingerprint} if self.following else set()
        return frozenset({self.current.fingerprint, *self.former, *following})

    @property
    def successor(self) -> Successor | None:
        """What announces the following key; None where none is on its way."""
        if self.following is None:
            return None
        new = self.following
        message = succession_message(self.current.fingerprint, new.fingerprint)
        return Successor(text_of(new.key), new.fingerprint, text_of(new.sign(message)))


class FolderShelfKeys:
    """The keys of a town in its restricted folder, and its newest bundle beside the pack."""

    def __init__(self, restricted: Path, published: Path, *, disk: Disk | None = None) -> None:
        self._restricted = Path(restricted)
        self._published = Path(published)
        self._disk = disk or Disk()

    def open(self) -> KeyRing:
        """Return the keys; the first time one is made.

        Raises
        ------
        StorageError
            SHELF_KEY_UNREADABLE where the file is damaged: it is never made anew by itself.
            SHELF_KEY_NOT_WRITTEN.
        """
        found = self._read()
        if found is None:
            self._place(KeyRing(_new_key()), is_first=True)
            found = self._read()  # whoever came first: both go on with one key
        if found is None:
            raise StorageError("SHELF_KEY_NOT_WRITTEN", detail=KEY_FILE)
        return found

    def rotate(self) -> KeyRing:
        """Prepare a new key; the next bundle announces it, the ones after are signed by it.

        Raises
        ------
        ConflictError
            SHELF_KEY_ON_ITS_WAY where the last new key was not announced yet.
        StorageError
            As `open`.
        """
        ring = self.open()
        if ring.following is not None:
            raise ConflictError("SHELF_KEY_ON_ITS_WAY")
        changed = replace(ring, following=_new_key())
        self._place(changed)
        return changed

    def published(self) -> bytes | None:
        """Return the newest bundle as it went out; None where there is none yet."""
        try:
            return (self._published / PUBLISHED_FILE).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageError("SHELF_PUBLISHED_UNREADABLE", detail=reason_of(error)) from error

    def keep_published(self, content: bytes) -> None:
        """Keep the newest bundle; a key that it announces is the one in use from now on.

        Raises
        ------
        StorageError
            SHELF_KEY_NOT_WRITTEN.
        """
        with _told():
            self._published.mkdir(parents=True, exist_ok=True)
        self._write(self._published / PUBLISHED_FILE, content)
        ring = self.open()
        if ring.following is not None:
            former = (*ring.former, ring.current.fingerprint)
            self._place(KeyRing(ring.following, None, former))

    def _read(self) -> KeyRing | None:
        try:
            raw = json.loads((self._restricted / KEY_FILE).read_text("ascii"))
            following = raw["following"]
            ring = KeyRing(
                SigningKey(bytes_of(raw["current"])),
                SigningKey(bytes_of(following)) if following else None,
                tuple(map(str, raw["former"])),
            )
            is_whole = raw["format"] == _FORMAT and bool(ring.own)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, LookupError, TypeError, UnsupportedAlgorithm) as error:
            raise StorageError("SHELF_KEY_UNREADABLE", file=KEY_FILE) from error
        if not is_whole:
            raise StorageError("SHELF_KEY_UNREADABLE", file=KEY_FILE)
        return ring

    def _place(self, ring: KeyRing, *, is_first: bool = False) -> None:
        following = text_of(ring.following.secret) if ring.following else None
        raw = {
            "format": _FORMAT, "current": text_of(ring.current.secret), "following": following,
            "former": list(ring.former),
        }  # fmt: skip
        with _told():
            self._disk.make_folder(self._restricted)
            ignore = self._restricted / ".gitignore"
            if not ignore.exists():
                ignore.write_bytes(b"*\n")
        content = json.dumps(raw).encode("ascii")
        self._write(self._restricted / KEY_FILE, content, is_first=is_first)

    def _write(self, target: Path, content: bytes, *, is_first: bool = False) -> None:
        """Write a whole file beside and put it in its place; the first one never over another."""
        disk = self._disk
        beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        with _told():
            try:
                handle = disk.create(beside)
                try:
                    disk.write(handle, content)
                    disk.sync(handle)
                finally:
                    disk.close(handle)
                if is_first:
                    with contextlib.suppress(FileExistsError):
                        os.link(beside, target)
                else:
                    disk.rename(beside, target)
                disk.sync_folder(target.parent)
            finally:
                beside.unlink(missing_ok=True)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    """Turn what the system refuses into StorageError SHELF_KEY_NOT_WRITTEN."""
    try:
        yield
    except OSError as error:
        raise StorageError("SHELF_KEY_NOT_WRITTEN", detail=reason_of(error)) from error


def _new_key() -> SigningKey:
    return SigningKey(secrets.token_bytes(_SECRET_BYTES))
