"""What letters say: how much there is to look at, and where; nothing about anybody or anything."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formatdate

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Count
from django.template.loader import render_to_string
from django.urls import reverse

from convive.catalogue.texts import has_text, say
from convive.web.accounts.models import Account
from convive.web.notices.models import Mail
from convive.web.notices.smtp import Server
from convive.web.staff.page import site_name


@dataclass(frozen=True)
class Letter:
    """A letter in words.

    Parameters
    ----------
    subject : str
        Its one line.
    opening : str
        What is said first.
    lines : tuple of str
        What there is, one sentence each.
    address : str
        Where to go; empty where nobody said where the site is.
    closing : str
        What is said last.
    """

    subject: str
    opening: str
    lines: tuple[str, ...]
    address: str
    closing: str


def digest(mail: Mail) -> Letter | None:
    """Return the letter of the day, None where everything has been read meanwhile."""
    account = mail.account
    counted = (
        mail.notices.filter(read_at=None)
        .order_by("code").values("code").annotate(n=Count("pk")).values_list("code", "n")
    )  # fmt: skip
    known = {code: n for code, n in counted if has_text(f"notice.{code}.count")}
    others = sum(n for code, n in counted if code not in known)
    language = account.language
    lines = [say(f"notice.{code}.count", language, n=n) for code, n in known.items()]
    if others:
        lines.append(say("mails.digest.others", language, n=others))
    if not lines:
        return None
    total = sum(known.values()) + others
    return Letter(
        say("mails.digest.subject", language, n=total), say("mails.digest.opening", language),
        tuple(lines), _address(reverse("notices", args=(language,))), say("mails.digest.closing", language),
    )  # fmt: skip


def sign_in(mail: Mail) -> Letter:
    """Return the letter to somebody whose sign-in somebody else has renewed, read or not."""
    language = mail.account.language
    codes = mail.notices.order_by("pk").values_list("code", flat=True)
    return Letter(
        say("mails.sign_in.subject", language), say("mails.sign_in.opening", language),
        tuple(say(f"notice.{code}", language) for code in codes),
        _address(reverse("own-account", args=(language,))), say("mails.sign_in.closing", language),
    )  # fmt: skip


def link(account: Account, address: str, days: int) -> Letter:
    """Return the letter with a one-time link to set a password."""
    language = account.language
    return Letter(
        say("mails.link.subject", language), say("mails.link.opening", language),
        (say("mails.link.once", language, days=days),), address,
        say("mails.link.closing", language),
    )  # fmt: skip


def as_bytes(letter: Letter, account: Account, server: Server, mail: Mail) -> bytes:
    """Return a letter as it goes over the line: text and HTML, no picture, nothing from elsewhere."""
    name = " ".join(site_name().split()) or "Convive"
    parts = {"letter": letter, "name": name, "language": account.language}
    text = "\n\n".join(
        part for part in (letter.opening, "\n".join(letter.lines), letter.address, letter.closing)
        if part
    )  # fmt: skip
    message = EmailMultiAlternatives(
        f"{name}: {letter.subject}", text + "\n", server.sender, [account.email],
        headers={
            "Message-ID": f"<convive.{mail.pk}.{mail.made_at.timestamp():.0f}@{server.sender.partition('@')[2]}>",
            "Date": formatdate(mail.changed_at.timestamp()),
            "Auto-Submitted": "auto-generated",
        },
    )  # fmt: skip
    message.attach_alternative(render_to_string("notices/letter.html", parts), "text/html")
    whole: bytes = message.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
    return whole


def _address(path: str) -> str:
    return settings.CONVIVE_ADDRESS + path if settings.CONVIVE_ADDRESS else ""
