"""From a recognised person to a session: second step, policy, known device.

However somebody was recognised (password, link, the town's own sign-in), the way in is this one,
so that no way leads around the second factor.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.contrib.auth import login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from convive.web import access
from convive.web.accounts import throttle
from convive.web.accounts.actions.sessions import forget_session, keep_session
from convive.web.accounts.models import Account
from convive.web.accounts.selectors import has_factor, lacks_factor, must_have_factor
from convive.web.audit_log.actions import record

BACKEND = "django.contrib.auth.backends.ModelBackend"
STEP_SECONDS = 600
"""How long the second step may take."""
FRESH_SECONDS = 900
"""How long after the way in somebody without a password counts as just recognised."""
_STEP = "convive.second_step"
_CAME_BY = "convive.came_by"
_CAME_AT = "convive.came_at"


@dataclass(frozen=True)
class Arrival:
    """Somebody who was recognised: how, and where they wanted to go."""

    account: Account
    by: str
    """``password``, ``link`` or ``town``."""
    way_back: str
    language: str
    is_proven_twice: bool = False
    """Whether a second factor was asked for already, by the town's own sign-in."""


def arrive(request: HttpRequest, arrival: Arrival) -> HttpResponse:
    """Let somebody in, or on to the second step where the account has one."""
    if arrival.is_proven_twice or not has_factor(arrival.account):
        return let_in(request, arrival)
    # A new key: whoever knows the one before must not share in what comes.
    request.session.cycle_key()
    request.session[_STEP] = {
        "account": arrival.account.pk,
        "proof": arrival.account.get_session_auth_hash(),
        "by": arrival.by,
        "way_back": arrival.way_back,
        "at": int(time.time()),
    }
    return HttpResponseRedirect(reverse("second-step", args=(arrival.language,)))


def awaited(request: HttpRequest, language: str) -> Arrival | None:
    """Return who is on the second step, None where nobody is or it took too long."""
    said = request.session.get(_STEP)
    if not said or time.time() - said["at"] > STEP_SECONDS:
        return None
    account = Account.objects.filter(pk=said["account"], is_active=True).first()
    if account is None or account.get_session_auth_hash() != said["proof"]:
        return None
    return Arrival(account, said["by"], said["way_back"], language)


def let_in(request: HttpRequest, arrival: Arrival, *, factor: str = "") -> HttpResponse:
    """Begin a session under a new key.

    Parameters
    ----------
    factor : str
        Kind of the second factor that was proven.
    """
    account = arrival.account
    request.session.pop(_STEP, None)
    with transaction.atomic():
        forget_session(request)
        before = request.session.session_key
        login(request, account, backend=BACKEND)
        if request.session.session_key == before:  # the same person, signed in already
            request.session.cycle_key()
        keep_session(request, account)
        record("accounts.signed_in", actor=account, by=arrival.by, second_factor=factor)
    request.session[_CAME_BY] = arrival.by
    request.session[_CAME_AT] = int(time.time())
    address = arrival.way_back or reverse("work", args=(arrival.language,))
    is_proven = bool(factor) or arrival.is_proven_twice
    request.session[access.HELD] = not is_proven and must_have_factor(account)
    if request.session[access.HELD]:
        address = reverse("second-factor", args=(arrival.language,))
    response = HttpResponseRedirect(address)
    throttle.remember_device(request, response, account)
    return response


def hold_back(request: HttpRequest, account: Account) -> None:
    """Hold an open session back where a second factor is asked for from now on and there is none."""
    if lacks_factor(account):
        request.session[access.HELD] = True


def came_by(request: HttpRequest) -> str:
    """Return how the person of the session was recognised."""
    return str(request.session.get(_CAME_BY, ""))


def is_fresh(request: HttpRequest) -> bool:
    """Tell whether the person came in a moment ago."""
    return time.time() - float(request.session.get(_CAME_AT, 0)) < FRESH_SECONDS


def way_back(request: HttpRequest) -> str:
    """Return where the person wanted to go, if that is an address of this site."""
    wanted = request.GET.get("next", "")
    is_own = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_own and wanted.startswith("/") else ""
