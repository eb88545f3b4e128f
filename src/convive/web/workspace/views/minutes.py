"""Minutes while a meeting runs: one form for everything, kept as one writes, by several at once."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError, ConviveError, NotFoundError, RequestError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.minutes import Written, set_attendance, write_minutes
from convive.web.workspace.actions.revise import EditClashError
from convive.web.workspace.actions.sheet import keep_sheet
from convive.web.workspace.forms.sheet import Sheet, read_there
from convive.web.workspace.models import Meeting
from convive.web.workspace.presenters.sheet import present_sheet
from convive.web.workspace.views.meeting_base import is_open, meeting_or_404, show_meeting


@access.editor(methods=access.FORM)
def minutes(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Write the minutes; whatever is wrong in one place, the rest is kept."""
    found = meeting_or_404(request, code)
    if not is_open(found):
        return go("meeting", language, code)
    sheet = Sheet(request.POST or None, meeting=found, language=language)
    if request.method == "POST":
        try:
            is_kept = keep_sheet(found, sheet, by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
            return go("meeting", language, code)
        if is_kept:
            tell(request, "minutes.saved", language)
            response = go("meeting-minutes", language, code)
            response["Location"] += sheet.anchor
            return response
    return _show(request, found, sheet, language)


@access.editor(methods=access.WRITE)
def save(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Keep one thing as it is written: the minutes of an item, or who is there; answers as JSON."""
    found = meeting_or_404(request, code)
    try:
        return _saved(request, found, language)
    except EditClashError as error:
        clash = error.clashes["minutes"]
        answer = {"kept": clash.kept, "why": say("minutes.clash", language)}
        return JsonResponse(answer, status=409)
    except RequestError as error:
        return JsonResponse({"why": explain(error, language)}, status=422)
    except (ConflictError, NotFoundError) as error:
        return JsonResponse({"why": explain(error, language)}, status=410)


def _saved(request: AccountRequest, meeting: Meeting, language: str) -> JsonResponse:
    sent = request.POST
    if "organisation" in sent:
        set_attendance(meeting, read_there(sent), by=request.user)
        return JsonResponse({"said": say("minutes.kept", language)})
    item_id = sent.get("item", "")
    if not (item_id.isascii() and item_id.isdigit()):
        return JsonResponse({}, status=400)
    written = Written(
        int(item_id[:12]), sent.get("text", "")[:20000], 0, sent.get("base", "")[:20000]
    )
    item = write_minutes(meeting, written, by=request.user)
    return JsonResponse({"text": item.minutes, "version": item.version, "said": say("minutes.kept", language)})  # fmt: skip


def _show(request: AccountRequest, meeting: Meeting, sheet: Sheet, language: str) -> HttpResponse:
    context: dict[str, Any] = present_sheet(meeting, sheet, request.user, language)
    return show_meeting(
        request, "minutes", meeting, language=language, title=say("minutes.title", language),
        form=sheet, **context,
    )  # fmt: skip
