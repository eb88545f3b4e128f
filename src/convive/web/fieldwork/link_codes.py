"""Addresses of links, as text and as QR codes."""

from __future__ import annotations

from urllib.parse import quote

import segno
from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from convive.web.fieldwork.models import AccessLink, Campaign
from convive.web.fieldwork.tokens import token_of


def address_of_link(request: HttpRequest, link: AccessLink, language: str) -> str:
    """Return the whole address that a link opens: the phone page, or the form of an assessment."""
    page = "fill" if link.campaign.kind == Campaign.Kind.ASSESSMENT else "walk"
    return request.build_absolute_uri(f"/{language}/{page}/{token_of(link)}/")


def qr_svg(address: str) -> SafeString:
    """Return a QR code as an SVG, dark on light in every theme; its text stands beside it."""
    code = segno.make(address, error="m", micro=False)
    drawn = code.svg_inline(
        scale=4, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None, omitsize=True
    )
    return mark_safe(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))


def mail_address(email: str, subject: str, body: str) -> str:
    """Return a mailto: address that opens a message, ready to send."""
    lines = body.replace("\n", "\r\n")
    return f"mailto:{quote(email, safe='@')}?subject={quote(subject)}&body={quote(lines)}"
