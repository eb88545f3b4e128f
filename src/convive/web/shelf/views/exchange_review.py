"""Review: what another town proposes, beside what stands here; a person decides."""

from __future__ import annotations

from typing import Literal

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.core.shelf import merge
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.shelf.actions.review import accept_proposal, reject_proposal
from convive.web.shelf.forms.exchange import RejectForm
from convive.web.shelf.models import Proposal
from convive.web.shelf.presenters.exchange_pages import present_proposal
from convive.web.shelf.selectors.exchange import plain_proposal
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell

_SIDES: tuple[Literal["kept", "sent"], ...] = ("kept", "sent")


@access.editor(methods=access.FORM)
def proposal(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Show a proposal field by field; sent, it is accepted with what was decided."""
    found = _proposal_or_404(number)
    if request.method == "POST":
        return _accept(request, language, found)
    return _show(request, language, found, RejectForm(language=language))


@access.editor(methods=access.WRITE)
def reject(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Leave a proposal, and say why."""
    found = _proposal_or_404(number)
    form = RejectForm(request.POST, language=language)
    if not form.is_valid():
        return _show(request, language, found, form)
    try:
        reject_proposal(found, form.cleaned_data["answer"], by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "shelf.review.rejected", language)
    return go("shelf-town", language, found.town_id)


def _accept(request: AccountRequest, language: str, found: Proposal) -> HttpResponse:
    decided: dict[str, Literal["kept", "sent"]] = {}
    for name, side in request.POST.items():
        for known in _SIDES:
            if name.startswith("field:") and side == known:
                decided[name.removeprefix("field:")] = known
    try:
        row = accept_proposal(found, decided, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
        return go("shelf-proposal", language, found.pk)
    tell(request, "shelf.review.accepted", language)
    return go("shelf-entry", language, row.town.root, row.name)


def _show(
    request: AccountRequest, language: str, found: Proposal, form: RejectForm
) -> HttpResponse:
    plain: merge.Proposal | None
    try:
        plain = plain_proposal(found) if found.state == Proposal.State.WAITING else None
    except ConflictError:
        plain = None
    shown = present_proposal(found, plain, language)
    trail = [
        (reverse("shelf-exchange", args=(language,)), say("shelf.exchange.title", language)),
        (reverse("shelf-town", args=(language, found.town_id)), found.town.name),
    ]
    return show_shelf(
        request, "exchange/proposal", language=language, nav="shelf-exchange", title=shown["title"].text,
        proposal=found, one=shown, form=form, trail=trail,
    )  # fmt: skip


def _proposal_or_404(number: int) -> Proposal:
    found = Proposal.objects.select_related("town").filter(pk=number).first()
    if found is None:
        raise Http404
    return found
