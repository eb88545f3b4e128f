"""The town's own sign-in: setting out to the issuer, coming back from it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConviveError, RequestError
from convive.web import access
from convive.web.accounts.actions.outside import LABEL, recognise
from convive.web.accounts.arrival import Arrival, arrive, way_back
from convive.web.accounts.oidc.issuer import Issuer, discover, exchange, fetch_keys
from convive.web.accounts.oidc.token import read_token
from convive.web.accounts.oidc.town import TownSignIn
from convive.web.audit_log.actions import record
from convive.web.staff.page import show

STATE_SECONDS = 600
BACK_LANGUAGE = "en"
"""The issuer knows one address to come back to; the person's own language waits in the session."""
LOGGED = frozenset({"OIDC_TOKEN", "OIDC_EMAIL", "OIDC_UNKNOWN", "OIDC_OTHER", "OIDC_OFF"})
"""What only somebody whom the issuer has sent can bring about: anybody else cannot fill the log."""
_STATE = "convive.town_sign_in"


@access.anybody(access.READ)
def set_out(request: HttpRequest, language: str) -> HttpResponse:
    """Send somebody on to the issuer. A link and no form: the content policy lets forms stay here."""
    town: TownSignIn | None = settings.CONVIVE_TOWN_SIGN_IN
    if town is None:
        return _refused(request, language, RequestError("OIDC_NONE"))
    try:
        issuer = discover(town)
    except ConviveError as error:
        return _refused(request, language, error)
    verifier = secrets.token_urlsafe(48)
    kept = {
        "state": secrets.token_urlsafe(32), "nonce": secrets.token_urlsafe(32),
        "verifier": verifier, "issuer": town.issuer, "language": language,
        "way_back": way_back(request), "at": int(time.time()),
    }  # fmt: skip
    request.session[_STATE] = kept
    challenge = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code", "client_id": town.client_id, "scope": "openid email profile",
        "redirect_uri": _back(request), "state": kept["state"], "nonce": kept["nonce"],
        "code_challenge": base64.urlsafe_b64encode(challenge).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }  # fmt: skip
    joint = "&" if "?" in issuer.authorisation else "?"
    return HttpResponseRedirect(issuer.authorisation + joint + urlencode(asked))


@access.anybody(access.READ)
def come_back(request: HttpRequest, language: str) -> HttpResponse:
    """Let in whom the issuer vouches for; where anything does not hold, nothing is kept."""
    kept = request.session.pop(_STATE, None) or {}
    if kept:
        request.session.save()  # used up before the issuer is asked: it works once
    language = str(kept.get("language", language))
    town: TownSignIn | None = settings.CONVIVE_TOWN_SIGN_IN
    try:
        if town is None:
            raise RequestError("OIDC_NONE")
        issuer = discover(town)
        code = _code(request, kept, town, issuer)
        token = exchange(town, issuer, code=code, verifier=kept["verifier"], back=_back(request))
        keys = fetch_keys(town, issuer)
        identity = read_token(token, keys, town, nonce=kept["nonce"])
        account = recognise(identity, town, language=language)
    except ConviveError as error:
        return _refused(request, language, error)
    arrival = Arrival(
        account, "town", kept["way_back"], language, is_proven_twice=identity.is_proven_twice
    )
    return arrive(request, arrival)


def _code(request: HttpRequest, kept: dict[str, Any], town: TownSignIn, issuer: Issuer) -> str:
    """Return the code that the issuer sent, if it belongs to what this browser set out with.

    Raises
    ------
    RequestError
        OIDC_STATE where it does not or took too long, OIDC_REFUSED where the issuer said no.
    """
    said = request.GET
    is_own = hmac.compare_digest(
        said.get("state", "").encode(), str(kept.get("state", "")).encode()
    )
    if not kept or not is_own or time.time() - kept["at"] > STATE_SECONDS:
        raise RequestError("OIDC_STATE")
    named = said.get("iss")
    if kept["issuer"] != town.issuer or (named or town.issuer) != town.issuer:
        raise RequestError("OIDC_STATE")
    if issuer.names_itself and not named:
        raise RequestError("OIDC_STATE")
    if "error" in said or not said.get("code"):
        raise RequestError("OIDC_REFUSED")
    return said["code"]


def _back(request: HttpRequest) -> str:
    return request.build_absolute_uri(reverse("town-return", args=(BACK_LANGUAGE,)))


def _refused(request: HttpRequest, language: str, error: ConviveError) -> HttpResponse:
    """Say what did not hold; in the log where the issuer has sent somebody."""
    if error.code in LOGGED:
        with transaction.atomic():
            record("accounts.town_sign_in_refused", label=LABEL, code=error.code)
    return show(
        request, "accounts/town_refused.html",
        language=language, title=say("accounts.town.refused", language), status=400,
        sentence=explain(error, language),
    )  # fmt: skip
