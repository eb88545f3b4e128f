"""Questions and answers between towns."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.actions.letters import answer_letter
from convive.web.shelf.forms.exchange import LetterForm
from convive.web.shelf.models import Letter
from convive.web.shelf.presenters.exchange_pages import present_letter
from convive.web.shelf.selectors.exchange import letters
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell
from convive.web.staff.pages import page_of
from convive.web.workspace.clock import today


@access.editor()
def letter_list(request: AccountRequest, language: str) -> HttpResponse:
    """List questions of other towns, and this town's own."""
    page = page_of(request, letters())
    rows = [present_letter(one, language) for one in page.object_list]
    return show_shelf(
        request, "exchange/letters", language=language, nav="shelf-exchange", title=say("shelf.letters.title", language),
        received=[one for one in rows if not one["is_asked_here"]],
        asked=[one for one in rows if one["is_asked_here"]], page=page, trail=_trail(language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def letter(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Show a question with its answer; one of another town is answered here."""
    found: Letter | None = letters().filter(pk=number).first()
    if found is None:
        raise Http404
    form = LetterForm(
        request.POST if request.method == "POST" else None, language=language,
        initial={"text": found.answer},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        try:
            answer_letter(
                found, form.cleaned_data["text"], language=language, today=today(), by=request.user
            )
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "shelf.letter.answered", language)
        return go("shelf-letter", language, number)
    return show_shelf(
        request, "exchange/letter", language=language, nav="shelf-exchange",
        title=say("shelf.letter.title", language, town=found.town.name),
        one=present_letter(found, language), form=form,
        trail=[*_trail(language), (reverse("shelf-letters", args=(language,)), say("shelf.letters.title", language))],
    )  # fmt: skip


def _trail(language: str) -> list[tuple[str, str]]:
    return [(reverse("shelf-exchange", args=(language,)), say("shelf.exchange.title", language))]
