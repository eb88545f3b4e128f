"""What the pages of one meeting share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse

from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import show
from convive.web.workspace.models import AgendaItem, Meeting
from convive.web.workspace.secrecy import is_editor
from convive.web.workspace.selectors.meetings import find_item, find_meeting

NAV = "meetings"


def meeting_or_404(request: AccountRequest, code: str) -> Meeting:
    """Return a meeting that the person may know of."""
    found = find_meeting(request.user, code)
    if found is None:
        raise Http404
    return found


def item_or_404(meeting: Meeting, item_id: int) -> AgendaItem:
    """Return an item of a meeting."""
    found = find_item(meeting, item_id)
    if found is None:
        raise Http404
    return found


def show_meeting(
    request: AccountRequest, template: str, meeting: Meeting, *, language: str, title: str, **more: Any
) -> HttpResponse:  # fmt: skip
    """Show a page of a meeting."""
    return show(
        request, f"workspace/partnership/{template}.html",
        language=language, title=title, nav=NAV, meeting=meeting,
        is_editor=is_editor(request.user), is_open=is_open(meeting), **more,
    )  # fmt: skip


def is_open(meeting: Meeting) -> bool:
    """Tell whether anything of a meeting may still be changed."""
    return meeting.state not in {Meeting.State.MINUTED, Meeting.State.CANCELLED}
