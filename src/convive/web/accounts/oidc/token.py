"""The ID token: who the issuer says that somebody is, believed only after every check."""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from convive.core.errors import RequestError
from convive.web.accounts.models import plain_email
from convive.web.accounts.oidc.town import TownSignIn

ALGORITHMS = {
    "RSA": ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512"),
    "EC": ("ES256", "ES384", "ES512"),
    "OKP": ("EdDSA",),
}
"""By kind of key. Never one that signs with a shared secret: a public key is no secret."""
LEEWAY_SECONDS = 60
LONGEST_SUBJECT = 191
_TWICE = "mfa"
"""Value of the claim ``amr`` (RFC 8176) that says that a second factor was asked for."""


@dataclass(frozen=True)
class Identity:
    """Somebody as the issuer knows them."""

    subject: str
    email: str
    is_email_verified: bool
    name: str
    is_proven_twice: bool
    claims: Mapping[str, Any]


def read_token(
    token: str, keys: Sequence[Mapping[str, Any]], town: TownSignIn, *, nonce: str
) -> Identity:
    """Check an ID token and return whom it speaks of.

    Raises
    ------
    RequestError
        OIDC_TOKEN where signature, issuer, audience, time or nonce do not hold.
    """
    try:
        key, algorithms = _key_for(jwt.get_unverified_header(token), keys)
        said = jwt.decode(
            token, key=key, algorithms=algorithms, audience=town.client_id, issuer=town.issuer,
            leeway=LEEWAY_SECONDS,
            options={"require": ["exp", "iat", "iss", "aud", "sub"], "strict_aud": False},
        )  # fmt: skip
    except (jwt.PyJWTError, ValueError, TypeError, KeyError) as error:
        raise RequestError("OIDC_TOKEN") from error
    several = isinstance(said["aud"], list) and len(said["aud"]) > 1
    if said.get("azp", town.client_id if not several else "") != town.client_id:
        raise RequestError("OIDC_TOKEN")
    if not hmac.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode()):
        raise RequestError("OIDC_TOKEN")
    if not said["sub"] or len(said["sub"]) > LONGEST_SUBJECT:
        raise RequestError("OIDC_TOKEN")
    return _identity(said, town)


def _key_for(
    header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]
) -> tuple[Any, tuple[str, ...]]:
    """Return the key that the header names, with the algorithms that such a key is for."""
    fit = [one for one in keys if one.get("use", "sig") == "sig" and one.get("kty") in ALGORITHMS]
    if "kid" in header:
        fit = [one for one in fit if one.get("kid") == header["kid"]]
    if len(fit) != 1:
        raise ValueError("no key, or more than one")
    algorithms = ALGORITHMS[fit[0]["kty"]]
    if fit[0].get("alg"):
        algorithms = tuple(one for one in algorithms if one == fit[0]["alg"])
    if header.get("alg") not in algorithms:
        raise ValueError("another algorithm than the key is for")
    return jwt.PyJWK(dict(fit[0]), algorithm=header["alg"]).key, algorithms


def _identity(said: Mapping[str, Any], town: TownSignIn) -> Identity:
    email = said.get("email")
    methods = said.get("amr")
    return Identity(
        subject=str(said["sub"]),
        email=plain_email(email) if isinstance(email, str) else "",
        is_email_verified=said.get("email_verified") is True
        or (town.trusts_emails and "email_verified" not in said),
        name=str(said.get("name", ""))[:120],
        is_proven_twice=isinstance(methods, list) and _TWICE in methods,
        claims=said,
    )
