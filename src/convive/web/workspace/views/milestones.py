"""Milestones: reached or put off, from the page of the action."""

from __future__ import annotations

from django.http import Http404, HttpResponse

from convive.catalogue.texts import say
from convive.core.errors import ConflictError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.actions.milestones import postpone, reach
from convive.web.workspace.clock import today
from convive.web.workspace.forms.money import PostponeForm
from convive.web.workspace.models import Action
from convive.web.workspace.secrecy import may_write_diary
from convive.web.workspace.views.diary import WRITERS
from convive.web.workspace.views.plan_base import action_or_404, show_plan
from convive.web.workspace.views.plan_parts import trail_to


@access.role(*WRITERS, methods=access.WRITE)
def reached(
    request: AccountRequest, language: str, code: str, part: str, number: int
) -> HttpResponse:
    """Say that a milestone is reached."""
    action = _mine(request, code, part)
    try:
        reach(action, number, on=today(), by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "milestones.reached", language)
    return _back(language, code, part)


@access.role(*WRITERS, methods=access.FORM)
def put_off(
    request: AccountRequest, language: str, code: str, part: str, number: int
) -> HttpResponse:
    """Put a milestone off, with the reason."""
    action = _mine(request, code, part)
    milestone = action.milestones.filter(pk=number).first()
    form = PostponeForm(request.POST or None, language=language)
    if milestone is None:
        refuse(request, ConflictError("MILESTONE_CHANGED"), language)
        return _back(language, code, part)
    if form.is_bound and form.is_valid():
        day, reason = form.cleaned_data["due"], form.cleaned_data["reason"]
        try:
            postpone(action, number, day, reason=reason, today=today(), by=request.user)
        except ConflictError as error:
            refuse(request, error, language)
        else:
            tell(request, "milestones.put_off", language)
        return _back(language, code, part)
    back = _back(language, code, part)["Location"]
    return show_plan(
        request, "form", action.strategy, language=language, form=form, button="milestones.put_off_now",
        title=f"{say('milestones.put_off_title', language)}: {milestone.title}", cancel=back,
        trail=[*trail_to(action.objective, language), (back, action.title)],
    )  # fmt: skip


def _mine(request: AccountRequest, code: str, part: str) -> Action:
    action = action_or_404(request, code, part)
    if not may_write_diary(request.user, action):
        raise Http404
    return action


def _back(language: str, code: str, part: str) -> HttpResponse:
    response = go("plan-action", language, code, part)
    response["Location"] += "#milestones-now"
    return response
