"""Memory: what this town tells of its own actions, from draft to shelf."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError, DatasetError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.actions.memory import check_entry, keep_action, withdraw_entry, write_entry
from convive.web.shelf.forms.memory import MemoryForm, initial_of
from convive.web.shelf.models import OwnEntry
from convive.web.shelf.presenters.exchange_pages import present_own, present_own_row
from convive.web.shelf.selectors.memory import tellable_actions, verdicts_for
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.clock import today
from convive.web.workspace.views.plan_base import action_or_404
from convive.wiring.shelf_parts import entry_of_json


@access.editor()
def memory(request: AccountRequest, language: str) -> HttpResponse:
    """List what this town tells, and what it could tell."""
    return show_shelf(
        request, "exchange/memory", language=language, nav="shelf-memory", title=say("shelf.memory.title", language),
        rows=[present_own_row(one, language) for one in OwnEntry.objects.all()],
        actions=list(tellable_actions()),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def keep(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Begin an experience of an action."""
    action = action_or_404(request, code, part)
    try:
        made = keep_action(action, today=today(), by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
        return go("plan-action", language, code, part)
    return go("shelf-own-edit", language, made.pk)


@access.editor()
def own(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Show an experience: the draft, what stands on the shelf, its versions."""
    found = own_or_404(number)
    shown = present_own(found, language)
    return show_shelf(
        request, "exchange/own", language=language, nav="shelf-memory", title=shown["title"].text, own=found, one=shown,
        is_writer=found.written_by_id == request.user.pk, trail=_trail(language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Complete an experience."""
    found = own_or_404(number)
    if found.action is None:
        refuse(request, ConflictError("SHELF_ACTION_GONE"), language)
        return go("shelf-own", language, number)
    entry = entry_of_json(found.draft or found.content)
    form = MemoryForm(
        request.POST if request.method == "POST" else None, language=language,
        initial=initial_of(entry, found.number, language),
        open_verdicts=verdicts_for(found.action, today()),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            write_entry(
                found, form.said(), number=form.cleaned_data["number"], today=today(),
                by=request.user,
            )  # fmt: skip
        except DatasetError as error:
            form.tell_problems(error.problems)
        except ConflictError as error:
            form.refuse([explain(error, language)])
        else:
            tell(request, "shelf.memory.written", language)
            return go("shelf-own", language, number)
    shown = present_own(found, language)
    return show_shelf(
        request, "exchange/own_edit", language=language, nav="shelf-memory", title=say("shelf.memory.edit", language),
        form=form, own=found, one=shown,
        trail=[*_trail(language), (reverse("shelf-own", args=(language, number)), shown["title"].text)],
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def check(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Put a draft on the shelf."""
    found = own_or_404(number)
    try:
        seen = request.POST.get("number", "")
        check_entry(
            found, number=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,
            today=today(), by=request.user,
        )  # fmt: skip
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "shelf.memory.checked", language)
    return go("shelf-own", language, number)


@access.editor(methods=access.WRITE)
def withdraw(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Take an entry off the shelf."""
    withdraw_entry(own_or_404(number), by=request.user)
    tell(request, "shelf.memory.withdrawn", language)
    return go("shelf-own", language, number)


def own_or_404(number: int) -> OwnEntry:
    """Return what this town tells of an action."""
    found = OwnEntry.objects.filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _trail(language: str) -> list[tuple[str, str]]:
    return [(reverse("shelf-memory", args=(language,)), say("shelf.memory.title", language))]
