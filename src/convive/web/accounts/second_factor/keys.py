"""Security keys and passkeys (WebAuthn), as a second factor.

The origin must be the very one that the request came to, not only a name below it.
"""

from __future__ import annotations

import json
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import WebAuthn, get_credentials
from django.http import HttpRequest
from fido2.server import Fido2Server
from fido2.webauthn import (
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from convive.web.accounts.models import Account

KEY_KIND = str(Authenticator.Type.WEBAUTHN)
LONGEST_ANSWER = 100_000
_STATE = "convive.key_state"


def begin_adding(request: HttpRequest, account: Account) -> str:
    """Return what the browser is asked to make a key for, as JSON; the session remembers it."""
    who = PublicKeyCredentialUserEntity(
        id=f"convive-{account.pk}".encode(), name=account.email, display_name=str(account)
    )
    options, state = _server(request).register_begin(
        user=who,
        credentials=get_credentials(account),
        resident_key_requirement=ResidentKeyRequirement.DISCOURAGED,
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    request.session[_STATE] = state
    return json.dumps(dict(options)["publicKey"])


def finish_adding(request: HttpRequest, answer: str) -> dict[str, Any] | None:
    """Return the new key as it is kept, None where the answer does not hold."""
    state, said = request.session.pop(_STATE, None), _read(answer)
    if state is None or said is None:
        return None
    try:
        _server(request).register_complete(state, RegistrationResponse.from_dict(said))
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return said


def add(account: Account, name: str, said: dict[str, Any]) -> Authenticator:
    """Keep a key under the name that its owner gives it."""
    found: Authenticator = WebAuthn.add(account, name, said).instance
    return found


def begin_proving(request: HttpRequest, account: Account) -> str:
    """Return what a key of the account is asked to sign, as JSON; empty where it has none."""
    credentials = get_credentials(account)
    if not credentials:
        return ""
    options, state = _server(request).authenticate_begin(
        credentials=credentials, user_verification=UserVerificationRequirement.PREFERRED
    )
    request.session[_STATE] = state
    return json.dumps(dict(options)["publicKey"])


def prove(request: HttpRequest, account: Account, answer: str) -> bool:
    """Tell whether a key of the account has signed what it was asked to, this once."""
    state, said = request.session.pop(_STATE, None), _read(answer)
    if state is None or said is None:
        return False
    try:
        used = _server(request).authenticate_complete(
            state, get_credentials(account), AuthenticationResponse.from_dict(said)
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return False
    for factor in Authenticator.objects.filter(user_id=account.pk, type=KEY_KIND):
        known = WebAuthn(factor).authenticator_data.credential_data
        if known and known.credential_id == used.credential_id:
            factor.record_usage()
            return True
    return False


def _server(request: HttpRequest) -> Fido2Server:
    host = request.get_host()
    origin = f"{request.scheme}://{host}"
    party = PublicKeyCredentialRpEntity(id=host.rpartition(":")[0] or host, name="Convive")
    return Fido2Server(party, verify_origin=lambda said: said == origin)


def _read(answer: str) -> dict[str, Any] | None:
    if len(answer) > LONGEST_ANSWER:
        return None
    try:
        said = json.loads(answer)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
