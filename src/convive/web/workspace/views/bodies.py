"""Bodies of the partnership: list, one with its members and meetings, the next meeting by one click."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, show, tell
from convive.web.workspace.actions.bodies import make_body, set_seats
from convive.web.workspace.actions.meetings import plan_next
from convive.web.workspace.forms.partners import NO_SEAT, BodyForm, SeatsForm
from convive.web.workspace.models import Body
from convive.web.workspace.presenters.agenda import rows_of
from convive.web.workspace.secrecy import is_editor, meetings_of
from convive.web.workspace.selectors.bodies import (
    find_body,
    list_bodies,
    members_of,
    organisations_by_name,
    proposed_seats,
)
from convive.web.workspace.selectors.meetings import coming_meeting

NAV = "bodies"
_LATEST = 12


@access.reader()
def bodies(request: AccountRequest, language: str) -> HttpResponse:
    """List the bodies that one may know of."""
    return show(
        request, "workspace/partnership/bodies.html",
        language=language, title=say("bodies.title", language), nav=NAV,
        bodies=list_bodies(request.user), is_editor=is_editor(request.user),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_body(request: AccountRequest, language: str) -> HttpResponse:
    """Make a body; every organisation is proposed as a member."""
    organisations = organisations_by_name()
    form = BodyForm(
        request.POST or None, language=language,
        initial={"kind": Body.Kind.BOARD, "every_months": 1, "is_active": True},
    )  # fmt: skip
    seats = SeatsForm(
        request.POST or None, language=language, organisations=organisations,
        held=proposed_seats(organisations),
    )  # fmt: skip
    if request.method == "POST" and all([form.is_valid(), seats.is_valid()]):
        made = make_body(form.values(), seats.seats(), by=request.user)
        tell(request, "bodies.made", language, name=made.name)
        return go("body", language, made.code)
    return show(
        request, "workspace/partnership/new_body.html",
        language=language, title=say("bodies.new.title", language), nav=NAV, form=form, seats=seats,
    )  # fmt: skip


@access.reader()
def body(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show a body: members, rhythm, meetings."""
    found = _body(request, code)
    known = meetings_of(request.user).filter(body=found).distinct().order_by("-starts_at")
    return show(
        request, "workspace/partnership/body.html",
        language=language, title=found.name, nav=NAV, body=found, is_editor=is_editor(request.user),
        members=members_of(found),
        meetings=rows_of(known[:_LATEST], language),
        coming=coming_meeting(found, timezone.now()) if is_editor(request.user) else None,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit_body(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change a body."""
    found = _body(request, code)
    form = BodyForm(request.POST or None, language=language, thing=found)
    if request.method == "POST" and form.is_valid() and form.save_into(found, by=request.user):
        tell(request, "bodies.saved", language)
        return go("body", language, code)
    return show(
        request, "workspace/partnership/form.html",
        language=language, title=found.name, nav=NAV, form=form, back="body", back_to=code,
        button="partners.save",
    )  # fmt: skip


@access.editor(methods=access.FORM)
def seats(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Choose the members."""
    found = _body(request, code)
    held = dict(found.members.values_list("organisation_id", "seat"))
    form = SeatsForm(
        request.POST or None, language=language, organisations=organisations_by_name(), held=held
    )
    if request.method == "POST" and form.is_valid():
        set_seats(found, form.seats(), by=request.user)
        tell(request, "bodies.saved", language)
        return go("body", language, code)
    return show(
        request, "workspace/partnership/seats.html",
        language=language, title=say("bodies.seats.title", language), nav=NAV, form=form, body=found,
        no_seat=NO_SEAT,
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def meet(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Make the next meeting of a body by one click."""
    meeting, is_new = plan_next(_body(request, code), now=timezone.now(), by=request.user)
    tell(request, "meetings.planned" if is_new else "meetings.planned_already", language, title=meeting.title)  # fmt: skip
    return go("meeting", language, meeting.code)


def _body(request: AccountRequest, code: str) -> Body:
    found = find_body(request.user, code)
    if found is None:
        raise Http404
    return found
