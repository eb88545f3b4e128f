"""Commitments: who has promised what by when, and what became of it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.http import urlencode

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_of
from convive.web.workspace.actions.commitments import drop, reopen, report_done
from convive.web.workspace.clock import today
from convive.web.workspace.forms.meetings import NoteForm, ReasonForm
from convive.web.workspace.models import Commitment
from convive.web.workspace.presenters.links import action_address
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.secrecy import (
    actions_of,
    is_editor,
    knows_of_action,
    organisation_of,
)
from convive.web.workspace.selectors.bodies import organisations_by_name
from convive.web.workspace.selectors.commitments import SHOWN, find_commitment, list_commitments
from convive.web.workspace.selectors.meetings import find_decision, find_meeting

NAV = "commitments"


@access.reader()
def commitments(request: AccountRequest, language: str) -> HttpResponse:
    """List commitments; at first those of one's own organisation, for editors all open ones."""
    wanted = request.GET.get("show", "")
    usual = "open" if is_editor(request.user) else "mine"
    wanted = wanted if wanted in SHOWN else usual
    owner = request.GET.get("by", "")
    rows = list_commitments(request.user, show=wanted, today=today(), owner=owner)
    page = page_of(request, rows)
    return show(
        request, "workspace/partnership/commitments.html",
        language=language, title=say("commitments.title", language), nav=NAV,
        page=page, rows=[_row(request, one, language) for one in page], wanted=wanted, owner=owner,
        choices=SHOWN, organisations=organisations_by_name(), is_editor=is_editor(request.user),
        question=urlencode({"show": wanted, "by": owner}),
    )  # fmt: skip


@access.reader()
def commitment(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a commitment with where it comes from."""
    found = _commitment(request, code)
    return show(
        request, "workspace/partnership/commitment.html",
        language=language, title=say("commitments.one", language), nav=NAV,
        row=_row(request, found, language), one=found, form=NoteForm(language=language),
        reason=ReasonForm(language=language), **_origin(request, found),
        is_editor=is_editor(request.user), thread=thread_of(found, request.user, language),
    )  # fmt: skip


@access.reader(methods=access.WRITE)
def done(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Report a commitment done."""
    found = _own(request, code)
    form = NoteForm(request.POST, language=language)
    try:
        note = form.cleaned_data["note"] if form.is_valid() else ""
        report_done(found, note, on=today(), by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "commitments.reported", language)
    return go("commitments", language)


@access.editor(methods=access.WRITE)
def drop_one(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Drop a commitment, with the reason."""
    found = _commitment(request, code)
    form = ReasonForm(request.POST, language=language)
    if not form.is_valid():
        return show(
            request, "workspace/partnership/commitment.html",
            language=language, title=say("commitments.one", language), nav=NAV, one=found,
            row=_row(request, found, language), form=form, reason=form, is_editor=True,
            status=400, **_origin(request, found),
        )  # fmt: skip
    try:
        drop(found, form.cleaned_data["reason"], by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "commitments.dropped", language)
    return go("commitment", language, code)


@access.editor(methods=access.WRITE)
def reopen_one(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Take back what was reported."""
    reopen(_commitment(request, code), by=request.user)
    tell(request, "commitments.reopened", language)
    return go("commitment", language, code)


@access.reader()
def decision(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a decision: where it was taken, what it is about, what came of it."""
    found = find_decision(request.user, code)
    if found is None:
        raise Http404
    actions = [
        {"action": one, "address": action_address(language, one)}
        for one in actions_of(request.user).filter(decisions=found).select_related("strategy")
    ]
    rows = found.commitments.select_related("owner", "meeting", "action__strategy")
    return show(
        request, "workspace/partnership/decision.html",
        language=language, title=say("decisions.one", language), nav="meetings", one=found,
        actions=actions, thread=thread_of(found, request.user, language),
        rows=[_row(request, one, language) for one in rows],
    )  # fmt: skip


def _commitment(request: AccountRequest, code: str) -> Commitment:
    found = find_commitment(request.user, code)
    if found is None:
        raise Http404
    return found


def _own(request: AccountRequest, code: str) -> Commitment:
    """Return a commitment that one may report on: editors any, others those of their organisation."""
    found = _commitment(request, code)
    if not (is_editor(request.user) or found.owner_id == organisation_of(request.user)):
        raise Http404
    return found


def _origin(request: AccountRequest, one: Commitment) -> dict[str, Any]:
    """Return meeting and decision that it comes from, as far as the person may know of them."""
    meeting = find_meeting(request.user, one.meeting.code) if one.meeting else None
    decision = find_decision(request.user, one.decision.code) if one.decision else None
    return {"meeting": meeting, "decision": decision}


def _row(request: AccountRequest, one: Commitment, language: str) -> dict[str, object]:
    day = today()
    state = "done" if one.done_on else "dropped" if one.is_dropped else "open"
    if state == "open" and one.due < day:
        state = "overdue"
    action = one.action if knows_of_action(request.user, one.action) else None
    return {
        "commitment": one, "action": action, "state": state, "tone": {"overdue": "warn", "done": "ok"}.get(state, ""),
        "days": abs((day - one.due).days), "is_open": state in {"open", "overdue"},
        "may_report": is_editor(request.user) or one.owner_id == organisation_of(request.user),
        "action_address": action_address(language, action),
    }  # fmt: skip
