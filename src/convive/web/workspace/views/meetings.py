"""Meetings: list, one with its agenda, planning, convening, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import TALL, page_of
from convive.web.workspace.actions.agenda import build_items
from convive.web.workspace.actions.meetings import (
    cancel,
    change_meeting,
    convene,
    finalise,
    plan_meeting,
)
from convive.web.workspace.clock import local, today
from convive.web.workspace.forms.meetings import MeetingForm
from convive.web.workspace.presenters.agenda import present_meeting, rows_of
from convive.web.workspace.secrecy import is_editor
from convive.web.workspace.selectors.bodies import find_body, steering_strategy
from convive.web.workspace.selectors.meetings import (
    attendance_of,
    has_come,
    is_begun,
    list_meetings,
)
from convive.web.workspace.views.meeting_base import NAV, meeting_or_404, show_meeting


@access.reader()
def meetings(request: AccountRequest, language: str) -> HttpResponse:
    """List the meetings to come, and page by page those before."""
    now = timezone.now()
    page = page_of(request, list_meetings(request.user, coming=False, now=now), TALL)
    return show(
        request, "workspace/partnership/meetings.html",
        language=language, title=say("meetings.title", language), nav=NAV,
        coming=rows_of(list_meetings(request.user, coming=True, now=now)[:TALL], language),
        before=rows_of(page, language), page=page, is_editor=is_editor(request.user),
    )  # fmt: skip


@access.reader()
def meeting(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a meeting: agenda with facts, minutes, decisions, commitments."""
    found = meeting_or_404(request, code)
    shown = present_meeting(found, request.user, language)
    return show_meeting(
        request, "meeting", found, language=language, title=found.title, shown=shown,
        there=attendance_of(found),
        has_come=has_come(found, today()), is_begun=is_begun(found),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_meeting(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Plan a meeting of a body on a day of one's own choice."""
    body = find_body(request.user, code)
    if body is None:
        raise Http404
    start = local(timezone.now()) + timedelta(days=14)
    initial = {
        "title": body.name, "day": start.date(), "begins": "10:00", "ends": "12:00",
        "strategy": steering_strategy(),
    }  # fmt: skip
    form = MeetingForm(request.POST or None, language=language, initial=initial)
    if request.method == "POST" and form.is_valid():
        made = plan_meeting(body, form.values(), now=timezone.now(), by=request.user)
        return go("meeting", language, made.code)
    return show(
        request, "workspace/partnership/form.html",
        language=language, title=say("meetings.new.title", language), nav=NAV, form=form,
        back="body", back_to=code, button="meetings.plan", kicker=body.name,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit_meeting(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change date, place, title."""
    found = meeting_or_404(request, code)
    form = MeetingForm(request.POST or None, language=language, thing=found)
    if request.method == "POST" and form.is_valid():
        try:
            if change_meeting(
                found, lambda one: form.save_into(one, by=request.user), by=request.user
            ):
                tell(request, "meetings.changed", language)
                return go("meeting", language, code)
        except ConflictError as error:
            refuse(request, error, language)
            return go("meeting", language, code)
    return show_meeting(
        request, "edit_meeting", found, language=language, title=say("meetings.edit.title", language),
        form=form,
    )  # fmt: skip


def _step(
    request: AccountRequest, language: str, code: str, *, act: Callable[[Any], object], key: str
) -> HttpResponse:
    """Do one step of a meeting's life, or say why not."""
    found = meeting_or_404(request, code)
    try:
        act(found)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, key, language, title=found.title)
    return go("meeting", language, code)


@access.editor(methods=access.WRITE)
def convene_now(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Send out the agenda."""
    return _step(request, language, code, act=lambda one: convene(one, by=request.user), key="meetings.convened")  # fmt: skip


@access.editor(methods=access.WRITE)
def cancel_now(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Cancel a meeting."""
    return _step(request, language, code, act=lambda one: cancel(one, by=request.user), key="meetings.cancelled")  # fmt: skip


@access.editor(methods=access.WRITE)
def finalise_now(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Close the minutes for good."""
    return _step(request, language, code, act=lambda one: finalise(one, today=today(), by=request.user), key="meetings.finalised")  # fmt: skip


@access.editor(methods=access.WRITE)
def rebuild(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Renew the facts of the agenda from the data of today."""
    return _step(
        request, language, code, key="agenda.renewed",
        act=lambda one: build_items(one, now=timezone.now(), by=request.user),
    )  # fmt: skip
