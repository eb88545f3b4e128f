"""Entries of the diary: the list, one entry with its thread, corrections, files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_by_keys, question_of
from convive.web.workspace.actions.diary import correct_entry
from convive.web.workspace.actions.keyed import new_key
from convive.web.workspace.clock import today
from convive.web.workspace.delivery_files import file_answer
from convive.web.workspace.forms.diary import DiaryForm, EntryFilterForm, values_of
from convive.web.workspace.models import DiaryEntry
from convive.web.workspace.presenters.diary import present_entries, present_entry
from convive.web.workspace.presenters.diary_file import diary_head, diary_rows
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.secrecy import may_correct
from convive.web.workspace.selectors.diary import (
    AskedEntries,
    find_entry,
    list_entries,
    newest_entries,
    who_may_be_told_of,
)
from convive.web.workspace.views.diary import NAV, WRITERS
from convive.web.workspace.views.plan_base import action_or_404

READERS = (*WRITERS, Role.ELECTED, Role.DATA_PROTECTION)


@access.role(*READERS)
def entries(request: AccountRequest, language: str) -> HttpResponse:
    """List what was done, narrowed to an action, an organisation, a period, an obstacle."""
    form = EntryFilterForm(request.GET or None, language=language)
    rows = list_entries(request.user, form.asked() if form.is_bound else AskedEntries())
    page = page_by_keys(request, rows)
    return show(
        request, "workspace/delivery/entries.html",
        language=language, title=say("diary.entries", language), nav=NAV, form=form, page=page,
        rows=present_entries(page, language), question=question_of(request),
    )  # fmt: skip


@access.role(*READERS)
def entries_file(request: AccountRequest, language: str, kind: str) -> Any:
    """Give the entries that the list shows as CSV or workbook."""
    form = EntryFilterForm(request.GET or None, language=language)
    rows = list_entries(request.user, form.asked() if form.is_bound else AskedEntries())
    try:
        return file_answer(kind, "diary", diary_head(language), diary_rows(rows, language))
    except NotFoundError as error:
        raise Http404 from error


@access.role(*READERS)
def entry(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Show an entry, what it corrects or what corrects it, and where it stands on the thread."""
    found = _found(request, number)
    row = present_entry(found, language)
    return show(
        request, "workspace/delivery/entry.html",
        language=language, title=say("diary.one", language), nav=NAV, row=row, entry=found,
        may_correct=not row["is_corrected"] and may_correct(request.user, found),
        thread=thread_of(found, request.user, language),
    )  # fmt: skip


@access.role(*READERS)
def of_action(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Lead from an action to its newest entry, or to its page where there is none."""
    action = action_or_404(request, code, part)
    for newest in newest_entries(action, 1):
        if find_entry(request.user, newest.pk):
            return go("diary-entry", language, newest.pk)
    return go("plan-action", language, code, part)


@access.role(*WRITERS, methods=access.FORM)
def correct(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Write what counts instead of an entry."""
    found = _found(request, number)
    if not may_correct(request.user, found):
        raise Http404
    day = today()
    told_of = who_may_be_told_of(request.user, found.action)
    form = DiaryForm(
        request.POST if request.method == "POST" else None,
        action=found.action, today=day, language=language,
        organisations=list(dict.fromkeys([found.organisation, *told_of])),
        initial=values_of(found) | {"key": new_key()},
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            kept = correct_entry(found, form.told(), key=form.cleaned_data["key"], today=day, by=request.user)  # fmt: skip
        except ConflictError as error:
            refuse(request, error, language)
            return go("diary-entry", language, number)
        tell(request, "diary.corrected", language)
        return go("diary-entry", language, kept.pk)
    return show(
        request, "workspace/delivery/write.html",
        language=language, title=say("diary.correct", language), nav=NAV, action=found.action,
        form=form, corrects=present_entry(found, language),
        back=reverse("diary-entry", args=(language, number)),
        status=400 if form.is_bound else 200,
    )  # fmt: skip


def _found(request: AccountRequest, number: int) -> DiaryEntry:
    found = find_entry(request.user, number)
    if found is None:
        raise Http404
    return found
