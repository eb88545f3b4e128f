"""What the town says of its own sign-in. Knows no Django: the settings are made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Claims:
    """Which values of a claim of the ID token stand for which of our codes."""

    claim: str = ""
    meanings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Code of a role or an organisation → values of the claim that stand for it."""

    def codes_in(self, said: Mapping[str, object]) -> list[str]:
        """Return our codes that the claims of a token stand for, in the order of the settings."""
        value = said.get(self.claim) if self.claim else None
        found = {value} if isinstance(value, str) else set()
        if isinstance(value, list):
            found = {one for one in value if isinstance(one, str)}
        return [code for code, values in self.meanings.items() if found & set(values)]


@dataclass(frozen=True)
class TownSignIn:
    """An issuer that the town trusts to say who somebody is."""

    issuer: str
    client_id: str
    secret: str = field(repr=False)
    creates_accounts: bool = False
    """Whether somebody whom nobody invited gets an account, as a reader."""
    trusts_emails: bool = False
    """Whether an address counts as verified where the issuer does not say so."""
    roles: Claims = field(default_factory=Claims)
    organisations: Claims = field(default_factory=Claims)

    def may_ask(self, address: str) -> bool:
        """Tell whether an address of the issuer may be asked: by TLS, or on this very machine."""
        parts = urlsplit(address)
        if parts.username or parts.password or not parts.hostname:
            return False
        if parts.scheme == "https":
            return True
        is_local_issuer = urlsplit(self.issuer).hostname in LOCAL
        return parts.scheme == "http" and parts.hostname in LOCAL and is_local_issuer
