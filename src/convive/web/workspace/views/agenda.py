"""Editing an agenda: items of one's own, notes, minutes planned, order."""

from __future__ import annotations

from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.agenda import add_item, change_item, move_item, remove_item
from convive.web.workspace.forms.meetings import ItemForm, NewItemForm
from convive.web.workspace.presenters.agenda import present_meeting, title_of
from convive.web.workspace.views.meeting_base import item_or_404, meeting_or_404, show_meeting


@access.editor(methods=access.FORM)
def agenda(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Edit an agenda; add an item."""
    found = meeting_or_404(request, code)
    form = NewItemForm(request.POST or None, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            add_item(found, form.values(), by=request.user)
        except ConflictError as error:
            refuse(request, error, language)
        return go("meeting-agenda", language, code)
    return show_meeting(
        request, "agenda", found, language=language, title=say("agenda.edit.title", language),
        shown=present_meeting(found, request.user, language), form=form,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def item(request: AccountRequest, language: str, code: str, item_id: int) -> HttpResponse:
    """Change an item."""
    found = meeting_or_404(request, code)
    one = item_or_404(found, item_id)
    form = ItemForm(request.POST or None, language=language, thing=one)
    if request.method == "POST" and form.is_valid():
        try:
            if change_item(one, lambda row: form.save_into(row, by=request.user)):
                tell(request, "agenda.item.saved", language)
                return go("meeting-agenda", language, code)
        except ConflictError as error:
            refuse(request, error, language)
            return go("meeting-agenda", language, code)
    return show_meeting(
        request,
        "item",
        found,
        language=language,
        title=title_of(one, language),
        form=form,
        item=one,
    )


@access.editor(methods=access.WRITE)
def move(request: AccountRequest, language: str, code: str, item_id: int) -> HttpResponse:
    """Move an item up or down."""
    one = item_or_404(meeting_or_404(request, code), item_id)
    try:
        move_item(one, -1 if request.POST.get("to") == "up" else 1, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    return go("meeting-agenda", language, code)


@access.editor(methods=access.WRITE)
def remove(request: AccountRequest, language: str, code: str, item_id: int) -> HttpResponse:
    """Take an item off the agenda."""
    one = item_or_404(meeting_or_404(request, code), item_id)
    try:
        remove_item(one, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "agenda.item.removed", language, title=title_of(one, language))
    return go("meeting-agenda", language, code)
