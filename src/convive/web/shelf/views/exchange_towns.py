"""Other towns: the overview of the exchange, bundles as files, and whom this town listens to."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.app.shelf.ports import MOST_BUNDLE_BYTES
from convive.catalogue.texts import explain, say
from convive.core.collation import collation_key
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.roles import EDITORS, Role
from convive.web.shelf.actions.publishing import CONFIRMERS
from convive.web.shelf.actions.towns import follow_town, leave_town, take_file
from convive.web.shelf.forms.exchange import BundleForm, TownForm
from convive.web.shelf.jobs import ask_for_look
from convive.web.shelf.models import PartnerTown
from convive.web.shelf.presenters.exchange_pages import (
    present_publishing,
    present_town,
    proposal_rows,
)
from convive.web.shelf.selectors.exchange import letters, towns_with_counts, waiting_proposals
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.clock import today
from convive.web.workspace.presenters.plan_problems import present_problems

_SEEN_BY = (*sorted(EDITORS), Role.DATA_PROTECTION)


@access.role(*_SEEN_BY)
def overview(request: AccountRequest, language: str) -> HttpResponse:
    """Show what is published, who is listened to, what waits."""
    roles = request.user.roles
    towns = sorted(towns_with_counts(), key=lambda one: collation_key(one.name))
    return show_shelf(
        request, "exchange/overview", language=language, nav="shelf-exchange",
        title=say("shelf.exchange.title", language),
        publishing=present_publishing(request.user, language),
        is_coordinator=Role.COORDINATOR in roles, may_confirm=bool(roles & CONFIRMERS),
        towns=[present_town(one, language) for one in towns],
        proposals=proposal_rows(waiting_proposals(), language),
        n_unanswered=letters().filter(is_asked_here=False, answer="").count(),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def take(request: AccountRequest, language: str) -> HttpResponse:
    """Read a bundle from a file."""
    form = BundleForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()), language=language
    )
    problems: dict[str, Any] | None = None
    if request.method == "POST" and form.is_valid():
        sent = form.cleaned_data["file"]
        content = sent.read(MOST_BUNDLE_BYTES + 1)
        taken = take_file(content, str(sent.name)[:120], today=today(), by=request.user)
        if taken.town is not None:
            tell(request, "shelf.import.read", language, town=taken.town.name, n=taken.n_proposals)
            return go("shelf-town", language, taken.town.pk)
        problems = present_problems(taken.problems, language)
    return show_shelf(
        request, "exchange/import", language=language, nav="shelf-exchange", title=say("shelf.import.title", language),
        form=form, problems=problems, trail=_trail(language), status=422 if problems else 200,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def follow(request: AccountRequest, language: str) -> HttpResponse:
    """Listen to another town."""
    form = TownForm(request.POST if request.method == "POST" else None, language=language)
    refused = ""
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = follow_town(said["name"], said["fingerprint"], said["feed"], by=request.user)
        except ConflictError as error:
            refused = explain(error, language)
        else:
            tell(request, "shelf.town.followed", language, town=made.name)
            return go("shelf-town", language, made.pk)
    return show_shelf(
        request, "exchange/town_new", language=language, nav="shelf-exchange", title=say("shelf.town.new", language),
        form=form, refused=refused, trail=_trail(language),
    )  # fmt: skip


@access.editor()
def town(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Show a town: its key, its feed and its errors, what it proposes, what was accepted."""
    found = town_or_404(number)
    return show_shelf(
        request, "exchange/town", language=language, nav="shelf-exchange", title=found.name, town=found,
        one=present_town(found, language, is_whole=True),
        proposals=proposal_rows(waiting_proposals().filter(town=found), language),
        trail=_trail(language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def look_now(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Have a town's feed looked at now."""
    found = town_or_404(number)
    try:
        ask_for_look(found, now=timezone.now(), by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "shelf.town.asked", language)
    return go("shelf-town", language, number)


@access.editor(methods=access.WRITE)
def leave(request: AccountRequest, language: str, number: int) -> HttpResponse:
    """Listen to a town no more."""
    leave_town(town_or_404(number), by=request.user)
    tell(request, "shelf.town.left", language)
    return go("shelf-town", language, number)


def town_or_404(number: int) -> PartnerTown:
    """Return a town, one that was left too."""
    found = towns_with_counts().filter(pk=number).first()
    if found is None:
        raise Http404
    return found


def _trail(language: str) -> list[tuple[str, str]]:
    return [(reverse("shelf-exchange", args=(language,)), say("shelf.exchange.title", language))]
