"""What the pages of a survey wave share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from convive.web.fieldwork.models import Campaign
from convive.web.fieldwork.selectors.waves import find_wave
from convive.web.roles import EDITORS
from convive.web.staff.page import show

NAV = "fieldwork-waves"


def wave_or_404(code: str) -> Campaign:
    """Return a wave by its code."""
    found = find_wave(code)
    if found is None:
        raise Http404
    return found


def seen_wave(request: HttpRequest, code: str) -> Campaign:
    """Return a wave by its code; one in preparation exists for those only who prepare it."""
    found = wave_or_404(code)
    if found.state == Campaign.State.DRAFT and not is_editor(request):
        raise Http404
    return found


def is_editor(request: HttpRequest) -> bool:
    """Tell whether somebody may change waves."""
    return bool(EDITORS & getattr(request.user, "roles", frozenset()))


def show_wave(
    request: HttpRequest, template: str, wave: Campaign | None, *, language: str, title: str,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page of a wave, or of the waves."""
    return show(
        request, f"fieldwork/waves/{template}.html",
        language=language, title=title, nav=NAV, wave=wave,
        is_frame=wave is not None and wave.sampling == Campaign.Sampling.FRAME,
        is_editor=is_editor(request), **more,
    )  # fmt: skip
