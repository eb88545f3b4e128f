"""A small OpenID Connect issuer, a process of its own; its key is made when it starts.

It says yes to everybody and checks what an issuer checks: client, secret, address to come back to,
PKCE, each code once. What it says of the person, and what it does wrong, is told to it at
``/control``. Run as ``python oidc_issuer.py``: it prints its address.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "convive", "a secret between the two"
NOBODY = {"claims": {}, "drop": [], "fault": "", "document": {}}


def make_key() -> tuple[Any, dict[str, Any]]:
    """Return a new private key and its public half as the issuer tells it."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    return key, public | {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256"}


@contextmanager
def running_issuer() -> Iterator[str]:
    """Run an issuer beside the tests; its address."""
    with subprocess.Popen([sys.executable, __file__], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        yield process.stdout.readline().strip()
        process.terminate()


class Issuer(BaseHTTPRequestHandler):
    """Answers one request."""

    key, public = make_key()
    other_key, _ = make_key()
    told: dict[str, Any] = NOBODY
    codes: ClassVar[dict[str, dict[str, str]]] = {}
    address = ""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._say(self._document())
        elif parts.path == "/keys":
            self._say({"keys": [self.public]})
        elif parts.path == "/authorise":
            self._authorise(asked)
        elif parts.path == "/moved":
            self._redirect(f"{self.address}/keys")
        else:
            self._say({"error": "not_found"}, 404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if self.path == "/control":
            type(self).told = NOBODY | json.loads(body)
            self._say({})
        elif self.path == "/token":
            self._token({key: values[0] for key, values in parse_qs(body).items()})

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorise",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_basic"],
            "authorization_response_iss_parameter_supported": True,
        } | self.told["document"]

    def _authorise(self, asked: dict[str, str]) -> None:
        right = {"client_id": CLIENT, "response_type": "code", "code_challenge_method": "S256"}
        if any(asked.get(key) != value for key, value in right.items()) or not asked.get("nonce"):
            self._say({"error": "invalid_request"}, 400)
            return
        answer = {"state": asked["state"], "iss": self.address}
        if self.told["fault"] == "says no":
            answer["error"] = "access_denied"
        else:
            answer["code"] = secrets.token_urlsafe(16)
            self.codes[answer["code"]] = asked
        self._redirect(f"{asked['redirect_uri']}?{urlencode(answer)}")

    def _token(self, form: dict[str, str]) -> None:
        asked = self.codes.pop(form.get("code", ""), None)
        packed = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        is_right = (
            asked is not None
            and self.headers["Authorization"] == f"Basic {packed}"
            and asked["code_challenge"] == challenge
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if not is_right or asked is None:
            self._say({"error": "invalid_grant"}, 400)
            return
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "sub": "person-1", "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "email": "ana@example.org", "email_verified": True,
        } | self.told["claims"]  # fmt: skip
        for key in self.told["drop"]:
            del claims[key]
        self._say({"access_token": "x", "token_type": "Bearer", "id_token": self._sign(claims)})

    def _sign(self, claims: dict[str, Any]) -> str:
        head = {"kid": self.public["kid"]}
        fault = self.told["fault"]
        if fault == "unsigned":
            return jwt.encode(claims, "", algorithm="none", headers=head)
        if fault == "signed with the public key":
            # As an attacker would: the public half taken for a shared secret.
            packed = [
                base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
                for part in ({"alg": "HS256", "typ": "JWT"} | head, claims)
            ]
            import hmac

            said = b".".join(packed)
            mark = hmac.new(self.public["n"].encode(), said, hashlib.sha256).digest()
            return (said + b"." + base64.urlsafe_b64encode(mark).rstrip(b"=")).decode()
        if fault == "unknown key":
            head = {"kid": "another"}
        key = self.other_key if fault == "another key" else self.key
        return jwt.encode(claims, key, algorithm="RS256", headers=head)

    def _redirect(self, address: str) -> None:
        self.send_response(302)
        self.send_header("Location", address)
        self.end_headers()

    def _say(self, said: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - name set by the base
        """Say nothing."""


if __name__ == "__main__":
    with ThreadingHTTPServer(("127.0.0.1", 0), Issuer) as server:
        Issuer.address = f"http://127.0.0.1:{server.server_port}"
        print(Issuer.address, flush=True)  # noqa: T201 - to whoever started it
        server.serve_forever()
