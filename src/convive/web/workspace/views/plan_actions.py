"""Actions: a short first form, the page with its sections, what becomes of them."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.strategy.lights import progress_of
from convive.web import access
from convive.web.accounts.models import Organisation
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, tell
from convive.web.workspace.actions.plan import make_action
from convive.web.workspace.actions.progress import refresh_action
from convive.web.workspace.clock import today
from convive.web.workspace.forms import action_rows, sections
from convive.web.workspace.forms.rows import RowsForm
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.action_page import present_action
from convive.web.workspace.presenters.action_sections import sections_of
from convive.web.workspace.presenters.standings import present_standing
from convive.web.workspace.presenters.targets import present_target_rows
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.secrecy import sees_whole
from convive.web.workspace.selectors.plan import commitments_about, plain_action
from convive.web.workspace.views.plan_base import (
    action_or_404,
    objective_or_404,
    save,
    show_plan,
)
from convive.web.workspace.views.plan_parts import trail_to

SECTIONS: dict[str, type[WrittenForm]] = {
    "basics": sections.BasicsForm,
    "who": sections.WhoForm,
    "whom": sections.WhomForm,
    "where": action_rows.AreasForm,
    "when": sections.WhenForm,
    "budget": action_rows.BudgetForm,
    "milestones": action_rows.MilestonesForm,
    "targets": action_rows.TargetsForm,
    "evidence": sections.EvidenceForm,
    "logic": sections.LogicForm,
    "risks": action_rows.RisksForm,
}
"""Sections of an action in the order of its page; each is a form of its own."""


@access.reader()
def action(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show an action, whole or in outline."""
    found = action_or_404(request, code, part)
    plain = plain_action(found, for_account=request.user)
    names = dict(Organisation.objects.values_list("code", "name"))
    is_whole = sees_whole(request.user, found)
    standing = None
    if is_whole:
        standing = progress_of(plain, today=today(), commitments=commitments_about(found))
    return show_plan(
        request, "action", found.strategy, language=language, title=found.title, thing=found,
        trail=trail_to(found.objective, language), is_whole=is_whole,
        cards=present_action(found, plain, names, language, is_whole=is_whole),
        standing=present_standing(standing, language) if standing else None,
        thread=thread_of(found, request.user, language),
        sections=sections_of(found, request.user, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_action(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Make an action of an objective."""
    above = objective_or_404(request, code, part)
    form = sections.NewActionForm(request.POST or None, language=language)
    if form.is_ready():
        made = make_action(above, form.values(), by=request.user)
        refresh_action(made, today=today())
        tell(request, "plan.action.made", language)
        return go("plan-action", language, code, made.code)
    return show_plan(
        request, "form", above.challenge.strategy, language=language, form=form,
        title=say("plan.action.new", language), explain="plan.action.new.explain",
        button="plan.make", trail=trail_to(above, language),
        cancel=trail_to(above, language)[-1][0],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def action_section(
    request: AccountRequest, language: str, code: str, part: str, section: str
) -> HttpResponse:
    """Change one section of an action."""
    found = action_or_404(request, code, part)
    if section not in SECTIONS:
        raise Http404
    form = SECTIONS[section](request.POST or None, language=language, thing=found)
    if saved := save(request, form, found, language):
        refresh_action(saved, today=today())
        return _back(language, found, section)
    more: dict[str, Any] = {"explain": f"plan.section.{section}.explain", "button": "plan.save"}
    if isinstance(form, action_rows.TargetsForm):
        form.said = present_target_rows(form, language)
    return show_plan(
        request, "rows" if isinstance(form, RowsForm) else "form", found.strategy,
        language=language, title=say(f"plan.section.{section}", language), form=form,
        trail=[*trail_to(found.objective, language), (_address(language, found), found.title)],
        cancel=_address(language, found), **more,
    )  # fmt: skip


@access.editor(methods=access.FORM)
def action_state(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Say what becomes of an action, and why."""
    found = action_or_404(request, code, part)
    form = sections.ActionStateForm(request.POST or None, language=language, thing=found)
    if saved := save(request, form, found, language):
        refresh_action(saved, today=today())
        return _back(language, found, "")
    return show_plan(
        request, "form", found.strategy, language=language, form=form, button="plan.save",
        title=say("plan.action.state", language), explain="plan.action.state.explain",
        trail=[*trail_to(found.objective, language), (_address(language, found), found.title)],
        cancel=_address(language, found),
    )  # fmt: skip


def _address(language: str, found: Action) -> str:
    return reverse("plan-action", args=(language, found.strategy.code, found.code))


def _back(language: str, found: Action, section: str) -> HttpResponse:
    response = go("plan-action", language, found.strategy.code, found.code)
    if section:
        response["Location"] += f"#{section}"
    return response
