"""Fetches from other towns' servers and lets nobody lead it anywhere else.

Addresses are looked at twice: as they are written, and, once the connection stands, as the machine
that answered it, before anything is asked. A name that turns to an inner machine after it was
looked up is caught by that.
"""

from __future__ import annotations

import ipaddress
import socket
import threading
import time
from contextlib import suppress
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from convive.app.atom import MEDIA_TYPE
from convive.app.shelf.ports import Fetched
from convive.core.errors import SourceError

PATIENCE_SECONDS = (5.0, 20.0)
"""For the connection, and between two pieces of the answer."""
MOST_SECONDS = 120.0
"""For the whole answer: who sends a byte now and then is not waited for."""
MOST_REDIRECTS = 3
_PIECE = 64 * 1024
_LONGEST_TAG = 200
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_HEADERS = {
    "Accept": f"{MEDIA_TYPE}, application/json",
    "Accept-Encoding": "identity",
    "User-Agent": "Convive",
}
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class HttpsFetcher:
    """See `convive.app.shelf.ports.FeedFetcher`.

    Parameters
    ----------
    allows_private : bool
        Whether machines of an inner network may be asked: for towns that exchange inside one.
    """

    def __init__(self, *, allows_private: bool = False) -> None:
        self._allows_private = allows_private

    def fetch(self, address: str, *, most: int, tag: str = "") -> Fetched:
        """Return what stands at an address."""
        with requests.Session() as session:
            session.trust_env = False  # no stored passwords, no detour
            session.mount("https://", _Adapter(allows_private=self._allows_private))
            session.mount("http://", _Adapter(allows_private=self._allows_private))
            try:
                return self._followed(session, address, most, tag)
            except _PrivateAddressError as error:
                raise SourceError("FEED_PRIVATE_ADDRESS", address=address) from error
            except (requests.RequestException, HTTPError, OSError, ValueError) as error:
                raise SourceError("FEED_NOT_REACHED", address=address) from error

    def _followed(self, session: requests.Session, address: str, most: int, tag: str) -> Fetched:
        at, begun = address, time.monotonic()
        for _ in range(MOST_REDIRECTS + 1):
            self._refuse_unsafe(at, address)
            headers = _HEADERS | ({"If-None-Match": tag} if tag else {})
            with session.get(
                at, headers=headers, timeout=PATIENCE_SECONDS, allow_redirects=False, stream=True
            ) as answer:  # fmt: skip
                if answer.status_code not in _REDIRECTS:
                    return _content(answer, address, most, begun)
                at = urljoin(at, answer.headers.get("Location", ""))
        raise SourceError("FEED_REDIRECTED", address=address)

    def _refuse_unsafe(self, at: str, asked: str) -> None:
        """Refuse an address without https, or that leads to another server than was asked for."""
        found, first = urlsplit(at), urlsplit(asked)
        is_local = self._allows_private and found.hostname in _LOCAL
        is_safe = found.scheme == "https" or (found.scheme == "http" and is_local)
        if not is_safe or not found.hostname or found.username is not None:
            raise SourceError("FEED_NOT_HTTPS", address=asked)
        server, home = ((one.scheme, one.hostname, one.port) for one in (found, first))
        if server != home:
            raise SourceError("FEED_REDIRECTED", address=asked)


def _content(answer: requests.Response, address: str, most: int, begun: float) -> Fetched:
    if answer.status_code == requests.codes.not_modified:
        return Fetched(b"", is_unchanged=True)
    if answer.status_code != requests.codes.ok:
        raise SourceError("FEED_REFUSED", address=address, status=answer.status_code)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise SourceError("FEED_REFUSED", address=address, status=answer.status_code)
    content = bytearray()
    while piece := answer.raw.read1(_PIECE, decode_content=False):
        content += piece
        if len(content) > most:
            raise SourceError("FEED_TOO_LARGE", address=address, megabytes=most // 1024**2)
        if time.monotonic() - begun >= MOST_SECONDS:
            break
    if time.monotonic() - begun >= MOST_SECONDS:  # hung up: what has come need not be all
        raise SourceError("FEED_NOT_REACHED", address=address)
    return Fetched(bytes(content), answer.headers.get("ETag", "")[:_LONGEST_TAG])


class _PrivateAddressError(Exception):
    """A server turned out to be a machine of an inner network."""


class _Timed(HTTPConnection):
    """Hangs up when its time is over, also on a head of the answer that never ends."""

    _hang_up: threading.Timer | None = None

    def connect(self) -> None:
        self._hang_up = threading.Timer(MOST_SECONDS, self._cut)
        self._hang_up.daemon = True
        self._hang_up.start()
        super().connect()

    def close(self) -> None:
        if self._hang_up is not None:
            self._hang_up.cancel()
        super().close()

    def _cut(self) -> None:
        line = self.sock
        if line is not None:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)


class _TimedLocked(_Timed, HTTPSConnection):
    """The same with a lock."""


class _Guarded(_TimedLocked):
    """Looks at who answers before it asks."""

    def _new_conn(self) -> socket.socket:
        connection = super()._new_conn()
        if not is_public(str(connection.getpeername()[0])):
            connection.close()
            raise _PrivateAddressError
        return connection


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Timed


class _LockedPool(HTTPSConnectionPool):
    ConnectionCls = _TimedLocked


class _GuardedPool(HTTPSConnectionPool):
    ConnectionCls = _Guarded


class _Adapter(HTTPAdapter):
    """Waits so long and no longer; asks the public internet alone, unless told otherwise."""

    def __init__(self, *, allows_private: bool) -> None:
        self._allows_private = allows_private
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        pools: PoolManager = self.poolmanager
        locked = _LockedPool if self._allows_private else _GuardedPool
        pools.pool_classes_by_scheme = {"https": locked}
        if self._allows_private:
            pools.pool_classes_by_scheme["http"] = _Pool


def is_public(address: str) -> bool:
    """Tell whether an IP address is of the public internet, also one that stands for another.

    Examples
    --------
    >>> is_public("192.0.32.10"), is_public("10.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    one = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(one, ipaddress.IPv6Address):
        behind = one.ipv4_mapped or one.sixtofour
        if one in _NAT64:
            behind = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if behind is not None:
            return is_public(str(behind))
    return one.is_global and not one.is_multicast
