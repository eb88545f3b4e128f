"""Handing one letter to a mail server, step by step: what failed decides whether it may be repeated."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, unquote, urlsplit

from convive.core.errors import RequestError

SECONDS = 20
"""How long the server may think about one step."""
_PORTS = {"smtp": 25, "smtps": 465}


class Delivery(StrEnum):
    """What came of handing a letter over."""

    SENT = "sent"
    NOT_TAKEN = "not_taken"
    """Nothing went out: it may be tried again."""
    REFUSED = "refused"
    """The server will not take it, however often."""
    UNKNOWN = "unknown"
    """The line broke while it went out."""


@dataclass(frozen=True)
class Server:
    """A mail server, and who letters come from."""

    host: str
    port: int
    user: str
    password: str
    sender: str
    has_tls: bool
    """TLS from the first byte."""
    starts_tls: bool


def parse(url: str) -> Server:
    """Read the address of a mail server.

    Raises
    ------
    RequestError
        MAIL_SETTING_NOT_VALID.
    """
    try:
        parts = urlsplit(url)
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError) as error:
        raise RequestError("MAIL_SETTING_NOT_VALID") from error
    user = unquote(parts.username or "")
    sender = asked.get("from") or (user if "@" in user else f"convive@{parts.hostname}")
    if not parts.hostname or set(asked) - {"starttls", "from"} or set(sender) & set("\r\n<>, "):
        raise RequestError("MAIL_SETTING_NOT_VALID")
    return Server(
        parts.hostname, port, user, unquote(parts.password or ""), sender,
        has_tls=parts.scheme == "smtps", starts_tls=asked.get("starttls") == "1",
    )  # fmt: skip


def deliver(server: Server, recipient: str, letter: bytes) -> Delivery:
    """Hand a letter over; never raises for what the server or the line does."""
    try:
        line = _connected(server)
    except (smtplib.SMTPException, OSError):
        return Delivery.NOT_TAKEN
    try:
        return _hand_over(line, server.sender, recipient, letter)
    finally:
        with suppress(smtplib.SMTPException, OSError):
            line.quit()


def _connected(server: Server) -> smtplib.SMTP:
    safe = ssl.create_default_context()
    line: smtplib.SMTP
    if server.has_tls:
        line = smtplib.SMTP_SSL(server.host, server.port, timeout=SECONDS, context=safe)
    else:
        line = smtplib.SMTP(server.host, server.port, timeout=SECONDS)
    try:
        if server.starts_tls:
            line.starttls(context=safe)
        if server.user:
            line.login(server.user, server.password)
    except BaseException:
        line.close()
        raise
    return line


def _hand_over(line: smtplib.SMTP, sender: str, recipient: str, letter: bytes) -> Delivery:
    try:
        line.ehlo_or_helo_if_needed()
        for code, _ in (line.mail(sender), line.rcpt(recipient)):
            if code not in {250, 251}:
                return _refusal(code)
    except (smtplib.SMTPException, OSError, UnicodeError):
        return Delivery.NOT_TAKEN
    try:
        code, _ = line.data(letter)
    except smtplib.SMTPDataError as error:  # it would not even begin
        return _refusal(error.smtp_code)
    except (smtplib.SMTPException, OSError):
        return Delivery.UNKNOWN
    return Delivery.SENT if code == 250 else _refusal(code)


def _refusal(code: int) -> Delivery:
    """Return what a refusal means: 5xx is for good."""
    return Delivery.REFUSED if code >= 500 else Delivery.NOT_TAKEN
