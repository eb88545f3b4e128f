"""What is asked of the issuer: its discovery document, its keys, a token for a code.

Only addresses of the issuer that the town has set up are asked, by TLS, without redirects, with a
short patience and a limit of size. Signatures are checked even though the token comes straight from
the issuer: the check costs one request and holds also where TLS is ended by something in between.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

from convive.core.errors import SourceError
from convive.web.accounts.oidc.town import TownSignIn

PATIENCE_SECONDS = 8
MOST_BYTES = 512 * 1024
REMEMBERED_SECONDS = 300
_WELL_KNOWN = "/.well-known/openid-configuration"

_lock = threading.Lock()
_remembered: dict[str, tuple[float, Issuer]] = {}


@dataclass(frozen=True)
class Issuer:
    """Addresses of the issuer, as it tells them itself."""

    authorisation: str
    token: str
    keys: str
    names_itself: bool
    """Whether it adds its name to the way back (RFC 9207)."""
    takes_basic: bool
    """Whether the secret goes into a header; else into the body."""


def discover(town: TownSignIn) -> Issuer:
    """Return the issuer's addresses, remembered for five minutes.

    Raises
    ------
    SourceError
        OIDC_NOT_REACHED; OIDC_NOT_THE_ISSUER where the document speaks of another one.
    """
    with _lock:
        at, found = _remembered.get(town.issuer, (0.0, None))
    if found is not None and time.monotonic() - at < REMEMBERED_SECONDS:
        return found
    said = _get(town, town.issuer.rstrip("/") + _WELL_KNOWN)
    if said.get("issuer") != town.issuer:
        raise SourceError("OIDC_NOT_THE_ISSUER")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    issuer = Issuer(
        authorisation=_address(town, said, "authorization_endpoint"),
        token=_address(town, said, "token_endpoint"),
        keys=_address(town, said, "jwks_uri"),
        names_itself=said.get("authorization_response_iss_parameter_supported") is True,
        takes_basic="client_secret_post" not in methods,
    )
    with _lock:
        _remembered[town.issuer] = (time.monotonic(), issuer)
    return issuer


def fetch_keys(town: TownSignIn, issuer: Issuer) -> list[dict[str, Any]]:
    """Return the keys by which the issuer signs, as they stand in its document now."""
    found = _get(town, issuer.keys).get("keys")
    if not isinstance(found, list):
        raise SourceError("OIDC_NOT_REACHED")
    return [one for one in found if isinstance(one, dict)]


def exchange(town: TownSignIn, issuer: Issuer, *, code: str, verifier: str, back: str) -> str:
    """Return the ID token for a code, which the issuer gives once.

    Raises
    ------
    SourceError
        OIDC_NOT_REACHED, OIDC_REFUSED.
    """
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back,
        "code_verifier": verifier,
    }  # fmt: skip
    basic = (town.client_id, town.secret) if issuer.takes_basic else None
    if basic is None:
        form |= {"client_id": town.client_id, "client_secret": town.secret}
    said = _asked(town, "POST", issuer.token, data=form, auth=basic)
    token = said.get("id_token")
    if not isinstance(token, str):
        raise SourceError("OIDC_REFUSED")
    return token


def _get(town: TownSignIn, address: str) -> dict[str, Any]:
    return _asked(town, "GET", address)


def _asked(town: TownSignIn, method: str, address: str, **more: Any) -> dict[str, Any]:
    """Ask an address of the issuer and read the JSON of its answer."""
    if not town.may_ask(address):
        raise SourceError("OIDC_NOT_THE_ISSUER")
    try:
        with requests.request(
            method, address, timeout=PATIENCE_SECONDS, allow_redirects=False, stream=True,
            headers={"Accept": "application/json"}, **more,
        ) as response:  # fmt: skip
            body = response.raw.read(MOST_BYTES + 1, decode_content=True)
            status = response.status_code
    except (requests.RequestException, OSError) as error:
        raise SourceError("OIDC_NOT_REACHED") from error
    if status != 200 or len(body) > MOST_BYTES:
        raise SourceError("OIDC_REFUSED" if 400 <= status < 500 else "OIDC_NOT_REACHED")
    try:
        said = json.loads(body)
    except ValueError as error:
        raise SourceError("OIDC_NOT_REACHED") from error
    if not isinstance(said, dict):
        raise SourceError("OIDC_NOT_REACHED")
    return said


def _address(town: TownSignIn, said: Mapping[str, Any], key: str) -> str:
    found = said.get(key)
    if not isinstance(found, str) or not town.may_ask(found):
        raise SourceError("OIDC_NOT_THE_ISSUER")
    return found
