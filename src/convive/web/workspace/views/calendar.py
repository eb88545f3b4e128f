"""Calendars: the secret address of one's own, and one meeting as a file."""

from __future__ import annotations

import hashlib

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, show, tell
from convive.web.workspace.actions.calendar_keys import end_key, renew_key
from convive.web.workspace.presenters.calendars import calendar_of, calendar_of_meeting
from convive.web.workspace.selectors.calendars import account_of, key_of
from convive.web.workspace.views.meeting_base import meeting_or_404
from convive.wiring.calendars import calendar_file

_TYPE = "text/calendar; charset=utf-8"


@access.reader(methods=access.FORM)
def calendar(request: AccountRequest, language: str) -> HttpResponse:
    """Show what a calendar of one's own is; make, renew or end its address, shown once."""
    link = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        end_key(request.user)
        tell(request, "calendar.ended", language)
        return go("calendar", language)
    if request.method == "POST":
        path = reverse("calendar-feed", args=(language, renew_key(request.user)))
        link = request.build_absolute_uri(path)
    return show(
        request, "workspace/partnership/calendar.html",
        language=language, title=say("calendar.title", language), nav="meetings", link=link,
        key=key_of(request.user),
    )  # fmt: skip


@access.link_holder(methods=access.READ)
def feed(request: HttpRequest, language: str, token: str) -> HttpResponse:
    """Answer a calendar programme; what has not changed is not sent again."""
    account = account_of(token)
    if account is None:
        raise Http404
    site = request.build_absolute_uri("/").rstrip("/")
    with_tasks = request.GET.get("tasks") == "1"
    return _answer(request, calendar_file(calendar_of(account, site, language, with_tasks=with_tasks)))  # fmt: skip


@access.reader()
def meeting_file(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Give one meeting as a file."""
    found = meeting_or_404(request, code)
    site = request.build_absolute_uri("/").rstrip("/")
    answer = _answer(request, calendar_file(calendar_of_meeting(found, site, language)))
    answer.headers["Content-Disposition"] = f'attachment; filename="{found.code}.ics"'
    return answer


def _answer(request: HttpRequest, content: bytes) -> HttpResponse:
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}  # fmt: skip
    if tag in known:
        return HttpResponse(status=304, headers={"ETag": tag})
    return HttpResponse(content, content_type=_TYPE, headers={"ETag": tag})
