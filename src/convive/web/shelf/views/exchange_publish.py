"""Publishing: choose, switch on, confirm, take back; and the bundle as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.core.errors import ConviveError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.roles import Role
from convive.web.shelf.actions.publishing import (
    CONFIRMERS,
    ask_to_publish,
    bundle_by_hand,
    choose_entries,
    confirm_publishing,
    publish_now,
    publishing_now,
    stop_publishing,
)
from convive.web.shelf.forms.exchange import PublishForm
from convive.web.shelf.models import OwnEntry
from convive.web.shelf.public_shelf import bundle_name
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.staff.page import go, refuse, tell


@access.editor(methods=access.FORM)
def choose(request: AccountRequest, language: str) -> HttpResponse:
    """Choose which entries other towns may read."""
    state = publishing_now()
    form = PublishForm(
        request.POST if request.method == "POST" else None, language=language,
        initial={"entries": OwnEntry.objects.filter(is_published=True), "contact": state.contact},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        choose_entries(form.cleaned_data["entries"], form.cleaned_data["contact"], by=request.user)
        tell(request, "shelf.publish.chosen", language)
        return go("shelf-exchange", language)
    return show_shelf(
        request, "exchange/publish", language=language, nav="shelf-exchange", title=say("shelf.publish.title", language),
        form=form, trail=[(reverse("shelf-exchange", args=(language,)), say("shelf.exchange.title", language))],
    )  # fmt: skip


@access.role(Role.COORDINATOR, methods=access.WRITE)
def switch_on(request: AccountRequest, language: str) -> HttpResponse:
    """Ask for publishing; somebody else confirms it."""
    return _done(request, language, "shelf.publish.asked", lambda: ask_to_publish(by=request.user))


@access.role(*sorted(CONFIRMERS), methods=access.WRITE)
def confirm(request: AccountRequest, language: str) -> HttpResponse:
    """Confirm publishing, and publish."""
    return _done(
        request, language, "shelf.publish.confirmed", lambda: confirm_publishing(by=request.user)
    )


@access.editor(methods=access.WRITE)
def now(request: AccountRequest, language: str) -> HttpResponse:
    """Publish what has changed since the last bundle."""
    return _done(
        request, language, "shelf.publish.done",
        lambda: publish_now(now=timezone.now(), by=request.user),
    )  # fmt: skip


@access.role(*sorted(CONFIRMERS), methods=access.WRITE)
def switch_off(request: AccountRequest, language: str) -> HttpResponse:
    """Publish no more."""
    return _done(request, language, "shelf.publish.off", lambda: stop_publishing(by=request.user))


@access.role(Role.COORDINATOR, methods=access.WRITE)
def download(request: AccountRequest, language: str) -> HttpResponse:
    """Return the newest bundle as a file to hand on."""
    try:
        made = bundle_by_hand(now=timezone.now(), by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
        return go("shelf-exchange", language)
    response = HttpResponse(made.content, content_type="application/json")
    name = bundle_name(made.bundle.sequence)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _done(
    request: AccountRequest, language: str, told: str, act: Callable[[], Any]
) -> HttpResponse:
    try:
        act()
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, told, language)
    return go("shelf-exchange", language)
