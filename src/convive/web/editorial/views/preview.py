"""The public site as it will be when an edition has appeared, for those who may look at it."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.urls import reverse
from django.utils import timezone

from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.editorial.confirmers import CONFIRMERS
from convive.web.editorial.models import Edition
from convive.web.editorial.previewing import answer_of_preview, as_published
from convive.web.editorial.selectors.editions import candidate
from convive.web.editorial.selectors.published import state_of_tables


@access.role(*sorted(CONFIRMERS))
def preview(request: AccountRequest, language: str, key: str, rest: str) -> HttpResponseBase:
    """Answer as a public address will."""
    edition = Edition.objects.filter(key=key).first()
    if edition is None:
        raise Http404
    now = timezone.now()
    prefix = reverse("edition-preview-root", args=(language, key))
    try:
        site, versions = as_published(
            state_of_tables(), candidate(edition, now), now, prefix=prefix
        )
    except ConviveError as error:
        raise Http404 from error
    return answer_of_preview(request, site, versions, prefix=prefix, path=f"/{rest}")
