"""What a field app must be told to work with a link."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse

from convive.web.fieldwork.models import AccessLink
from convive.web.fieldwork.selectors.field_apps import LINK_KINDS
from convive.web.fieldwork.tokens import token_of
from convive.wiring.openrosa import settings_code


@dataclass(frozen=True)
class Setup:
    """Settings of an app for one link."""

    address: str
    """Server address, to enter by hand."""
    settings: str
    """What the QR code holds."""
    is_open: bool
    """Whether the link still opens anything."""


def setup_of(request: HttpRequest, link: AccessLink) -> Setup:
    """Return the settings for a link, with the address under which this site was asked."""
    path = reverse("odk-forms", kwargs={"token": token_of(link)}).removesuffix("/formList")
    address = request.build_absolute_uri(path)
    return Setup(
        address=address,
        settings=settings_code(address, project=link.campaign.title),
        is_open=link.revoked_at is None and link.kind in LINK_KINDS,
    )
