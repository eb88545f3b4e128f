"""Beside an entry: how this town judges it, what it notes about it, what it asks its publisher."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue import find
from convive.catalogue.texts import explain, localised, say
from convive.core.errors import ConflictError, RequestError
from convive.core.shelf.entry import Entry
from convive.core.shelf.grading import GradingScheme
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.actions.grading import grade_entry
from convive.web.shelf.actions.letters import ask_town
from convive.web.shelf.actions.review import note_entry
from convive.web.shelf.forms.exchange import GradeForm, LetterForm, NoteForm
from convive.web.shelf.models import ReceivedEntry
from convive.web.shelf.selectors.exchange import received_at, town_of_ref
from convive.web.shelf.views.entry import entry_or_404
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.clock import today


@access.editor(methods=access.FORM)
def grade(request: AccountRequest, language: str, publisher: str, name: str) -> HttpResponse:
    """Judge an entry by one scheme."""
    entry, schemes = entry_or_404(publisher, name), find.grading_schemes()
    wanted = request.POST.get("scheme") or request.GET.get("scheme") or GradingScheme.EMMIE.value
    if wanted not in set(GradingScheme):
        raise Http404
    scheme = schemes[GradingScheme(wanted)]
    form = GradeForm(
        request.POST if request.method == "POST" else None, scheme=scheme, language=language,
        initial={"on": today(), "by": request.user.acts_for},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            grade_entry(entry.ref, form.gradings(), by=request.user)
        except RequestError as error:
            refuse(request, error, language)
        else:
            tell(request, "shelf.grade.kept", language)
            return go("shelf-entry", language, publisher, name)
    return show_shelf(
        request, "exchange/grade", language=language, title=say("shelf.grade.title", language),
        form=form, about=localised(scheme.about, language), wanted=wanted,
        schemes=[(code.value, localised(one.title, language)) for code, one in schemes.items()],
        entry=entry, trail=_trail(entry, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def ask(request: AccountRequest, language: str, publisher: str, name: str) -> HttpResponse:
    """Ask the publisher of an entry."""
    entry = entry_or_404(publisher, name)
    form = LetterForm(request.POST if request.method == "POST" else None, language=language)
    town = town_of_ref(entry.ref)
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_town(
                entry.ref, form.cleaned_data["text"], language=language, today=today(),
                by=request.user,
            )  # fmt: skip
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "shelf.letter.asked", language)
            return go("shelf-letter", language, made.pk)
    refused = "" if town else explain(ConflictError("SHELF_NO_TOWN_TO_ASK"), language)
    return show_shelf(
        request, "exchange/ask", language=language, title=say("shelf.letter.ask", language),
        form=form, entry=entry, town=town, refused=refused, trail=_trail(entry, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def note(request: AccountRequest, language: str, publisher: str, name: str) -> HttpResponse:
    """Note something about an entry of another town."""
    entry = entry_or_404(publisher, name)
    row: ReceivedEntry | None = received_at(entry.ref)
    if row is None:
        raise Http404
    form = NoteForm(
        request.POST if request.method == "POST" else None, language=language,
        initial={"text": row.note},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        note_entry(row, form.cleaned_data["text"], by=request.user)
        tell(request, "shelf.note.kept", language)
        return go("shelf-entry", language, publisher, name)
    return show_shelf(
        request, "exchange/note", language=language, title=say("shelf.note.title", language),
        form=form, entry=entry, trail=_trail(entry, language),
    )  # fmt: skip


def _trail(entry: Entry, language: str) -> list[tuple[str, str]]:
    address = reverse("shelf-entry", args=(language, entry.origin.publisher, entry.practice.id))
    return [(address, localised(entry.title, language))]
