"""Revisions of something that people write: who, when, what; an old version is brought back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch

from convive.catalogue.texts import say
from convive.core.errors import ConflictError, NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.staff.pages import FORMS, page_of
from convive.web.workspace.actions.history import bring_back
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action, Written
from convive.web.workspace.presenters.history import present_revisions, title_of
from convive.web.workspace.presenters.thread import ADDRESSES
from convive.web.workspace.selectors.history import find_written, list_revisions
from convive.web.workspace.views.plan_base import show_plan


@access.editor(methods=access.FORM)
def revisions(request: AccountRequest, language: str, kind: str, number: int) -> HttpResponse:
    """Show every version of a thing with what it changed, and bring one back."""
    thing = find_written(kind, number)
    if thing is None:
        raise Http404
    if request.method == "POST":
        if kind not in BROUGHT_BACK:
            raise Http404
        _bring_back(request, thing, language)
        return go("revisions", language, kind, number)
    page = page_of(request, list_revisions(kind, number), FORMS)
    return show_plan(
        request, "revisions", None, language=language, page=page, kind=kind,
        title=say("plan.history.title", language), name=title_of(thing),
        back=_address(kind, thing, language),
        rows=present_revisions(thing, list(page), language), may_bring_back=kind in BROUGHT_BACK,
    )  # fmt: skip


BROUGHT_BACK = frozenset({"strategy", "challenge", "objective", "action", "stakeholder", "body"})
"""Of these an old version can be brought back; minutes and promises are never turned back."""


def _bring_back(request: AccountRequest, thing: Written, language: str) -> None:
    text = request.POST.get("version", "")
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    try:
        now = bring_back(thing, number, by=request.user)
    except (ConflictError, NotFoundError) as error:
        refuse(request, error, language)
        return
    if isinstance(now, Action):
        refresh_action(now, today=today())
    tell(request, "plan.history.brought_back", language)


def _address(kind: str, thing: Written, language: str) -> str:
    """Return the page of the thing; empty where there is none."""
    try:
        return ADDRESSES[kind](thing, language) if kind in ADDRESSES else ""
    except NoReverseMatch:
        return ""
