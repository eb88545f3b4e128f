"""Slowing down of guessing, in a way that keeps nobody out of the own account.

Counting by account alone would let anybody who knows an address keep its owner out; counting by
where somebody calls from alone would let a swarm of machines guess without end. So a failure counts

- for the pair of account and place (where somebody calls from). After a few the pair waits, longer
  after each further one. The owner at another place does not notice.
- for the place: it may be a whole town hall, but not guess over many accounts.
- for the account over all strange places: a swarm gets so many guesses a day, together.

A device on which the owner has signed in before carries a signed cookie and is a place of its own:
it waits for its own failures, never for those of strangers or of the town hall. An owner on a new
device while a swarm is guessing waits, or asks the coordinator for a link.

An attempt is written down *before* the password is looked at and counted afterwards: attempts at
once, over several workers, each see all that came before. One that is refused is struck out again,
else asking would prolong the wait. Whether the account exists makes no difference.
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from convive.web.accounts.models import Account, Attempt, plain_email

FREE = 8
"""Failures of a pair before it waits."""
WAITS = (1, 2, 4, 8, 15)
"""Minutes that a pair waits after each further failure; the last stays."""
WINDOW = timedelta(minutes=15)
DAY = timedelta(days=1)
MOST = {"address": (40, WINDOW), "account": (100, DAY)}
"""Failures of a place over all accounts, and of an account over all strange places."""
DEVICE_COOKIE = "convive_device"
DEVICE_DAYS = 180
_SALT = "convive.accounts.device"


@dataclass(frozen=True)
class Try:
    """An attempt that was counted: whether it may be made, else how long it must wait."""

    wait_minutes: int
    kept: tuple[int, ...]
    """Rows that count it."""
    pair: str
    """Key of account and place."""

    @property
    def is_free(self) -> bool:
        """Whether the password may be looked at."""
        return not self.wait_minutes


def try_in(email: str, address: str, *, device: str = "") -> Try:
    """Count an attempt to sign in.

    Parameters
    ----------
    address : str
        As `address_of`.
    device : str
        As `device_of`; empty for a strange one.
    """
    email = plain_email(email)
    if device:
        return _counted({"pair": f"{email} device {device}"})
    return _counted({"pair": f"{email} {address}", "address": address, "account": email})


def try_own(account: Account, what: str) -> Try:
    """Count an attempt of somebody who is past the password already, or in: by account alone."""
    return _counted({"pair": f"own {what} {account.pk}"})


def forget(tried: Try) -> None:
    """Forget the failures of a pair that has succeeded; those of strangers stay counted."""
    Attempt.objects.filter(key=tried.pair).delete()
    Attempt.objects.filter(pk__in=tried.kept).delete()


def device_of(request: HttpRequest, email: str) -> str:
    """Return which known device of an account this is, empty for a strange one."""
    said = request.COOKIES.get(DEVICE_COOKIE, "")[:2000]
    try:
        known = signing.loads(said, salt=_SALT, max_age=timedelta(days=DEVICE_DAYS))
    except signing.BadSignature:
        return ""
    device = known.get(_hash("owner", plain_email(email)))
    return device if isinstance(device, str) else ""


def remember_device(request: HttpRequest, response: HttpResponse, account: Account) -> None:
    """Let the browser carry that this account has signed in here; up to four of a shared one."""
    said = request.COOKIES.get(DEVICE_COOKIE, "")[:2000]
    try:
        known = signing.loads(said, salt=_SALT, max_age=timedelta(days=DEVICE_DAYS))
    except signing.BadSignature:
        known = {}
    owner = _hash("owner", account.email)
    device = known.pop(owner, None) or secrets.token_urlsafe(9)
    known = dict([*known.items(), (owner, device)][-4:])
    response.set_cookie(
        DEVICE_COOKIE, signing.dumps(known, salt=_SALT), max_age=timedelta(days=DEVICE_DAYS),
        httponly=True, samesite="Lax", secure=bool(settings.SESSION_COOKIE_SECURE),
    )  # fmt: skip


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


def _counted(said: dict[str, str]) -> Try:
    """Write an attempt down under each of its keys, then ask of each how long it must wait."""
    now = timezone.now()
    Attempt.objects.filter(at__lt=now - DAY).delete()
    keys = {kind: _hash(kind, text) for kind, text in said.items()}
    kept = tuple(Attempt.objects.create(key=key, at=now).pk for key in keys.values())
    wait = max(_wait_of(kind, key, kept, now) for kind, key in keys.items())
    minutes = -(-int(wait.total_seconds()) // 60)
    if minutes:
        Attempt.objects.filter(pk__in=kept).delete()
    return Try(minutes, () if minutes else kept, keys["pair"])


def _wait_of(kind: str, key: str, kept: tuple[int, ...], now: datetime) -> timedelta:
    """Return how long the attempts of a key must still wait, judged by all but this one."""
    others = Attempt.objects.filter(key=key).exclude(pk__in=kept)
    if kind == "pair":
        found = others.filter(at__gte=now - DAY)
        number, last = found.count(), found.aggregate(last=Max("at"))["last"]
        if number < FREE or last is None:
            return timedelta(0)
        minutes = WAITS[min(number - FREE, len(WAITS) - 1)]
        ends: datetime = last + timedelta(minutes=minutes)
        return max(ends - now, timedelta(0))
    most, span = MOST[kind]
    latest = list(
        others.filter(at__gte=now - span).order_by("-at").values_list("at", flat=True)[:most]
    )
    oldest: datetime = latest[-1] if len(latest) >= most else now - span
    return oldest + span - now


def _hash(kind: str, text: str) -> str:
    """Return the key under which something is counted: a keyed hash, nobody is named."""
    return salted_hmac(f"convive.attempt.{kind}", text, algorithm="sha256").hexdigest()
