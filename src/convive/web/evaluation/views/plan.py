"""The plan of an evaluation: read, written with what it would tell, laid down, changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpResponse, QueryDict

from convive.catalogue.texts import say
from convive.core.errors import ConviveError
from convive.core.evaluation.study import Study
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.actions.plans import (
    answer_ethics,
    change_plan,
    lay_down,
    write_draft,
)
from convive.web.evaluation.forms.ethics import EthicsForm
from convive.web.evaluation.forms.plan import ChangeForm, PlanForm
from convive.web.evaluation.models import Evaluation
from convive.web.evaluation.presenters.outlook import present_outlook
from convive.web.evaluation.presenters.plan_page import present_ethics, present_plan
from convive.web.evaluation.selectors.engine import data_until, outlook_for
from convive.web.evaluation.selectors.evaluations import (
    draft_of,
    ethics_of,
    evaluation_of,
    rows_of,
)
from convive.web.evaluation.selectors.prefill import first_draft, shelf_hints
from convive.web.evaluation.views.base import (
    evaluation_or_404,
    show_evaluation,
    trail_of,
    whole_action_or_404,
)
from convive.web.staff.page import go, refuse, tell
from convive.web.workspace.models import Action
from convive.web.workspace.secrecy import ACTING

TAKE = "take"
"""Name of the button that takes the proposed comparison areas over into the form."""


@access.role(*sorted(ACTING))
def plan(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show the plan of an action's evaluation, and what it will be able to tell."""
    action = whole_action_or_404(request, code, part)
    found = evaluation_of(action)
    study = draft_of(found) if found else first_draft(action, language)
    rows = rows_of(found) if found else []
    return show_evaluation(
        request, "plan", language=language, title=say("evaluation_page.title", language), action=action,
        evaluation=found, trail=trail_of(action, language, is_below=False),
        plan=present_plan(study, rows, language), outlook=_outlook(study, language),
        ethics=present_ethics(ethics_of(found), language) if found else None,
        hints=shelf_hints(action, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def write(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Write the plan; what it could tell stands beside the form at once."""
    action = whole_action_or_404(request, code, part)
    found = evaluation_of(action)
    rows = rows_of(found) if found else []
    study = draft_of(found) if found else first_draft(action, language)
    kind = ChangeForm if rows else PlanForm
    form = kind(request.POST or None, study=study, language=language)
    if request.method == "POST" and form.is_valid():
        study = _with_designs(form.planned())
        if request.POST.get("keep"):
            answer = _keep(request, action, found, form, study)
            if answer is not None:
                return answer
        elif TAKE in request.POST:
            form = _with_proposals(request, kind, study, language)
            study = form.planned() if form.is_valid() else study
    return show_evaluation(
        request, "write", language=language, action=action, form=form, trail=trail_of(action, language),
        title=say("evaluation_page.change.title" if rows else "evaluation_page.write.title", language),
        outlook=_outlook(study, language), hints=shelf_hints(action, language),
        is_change=bool(rows), number=_number(request, found, rows),
    )  # fmt: skip


def _keep(
    request: AccountRequest, action: Action, found: Evaluation | None, form: PlanForm, study: Study
) -> HttpResponse | None:
    """Keep what was written; None where the page must be shown again with what is wrong."""
    language, seen = form.page_language, request.POST.get("number", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 9 else -1
    try:
        if isinstance(form, ChangeForm) and found is not None:
            change_plan(
                found, study, form.cleaned_data["reason"], seen=number, by=request.user,
                last_data=data_until(),
            )  # fmt: skip
        else:
            write_draft(action, study, number=number, by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
        return None
    tell(request, "evaluation_page.written", language)
    return go("evaluation", language, action.strategy.code, action.code)


def _with_designs(study: Study) -> Study:
    """Return the plan with the design it asks for first, then all others that are possible."""
    if study.process_only:
        return study
    usable = [one.design for one in outlook_for(study).usable]
    return replace(study, designs=tuple(dict.fromkeys([*study.designs, *usable])))


def _with_proposals(request: AccountRequest, kind: Any, study: Study, language: str) -> PlanForm:
    data: QueryDict = request.POST.copy()
    data.setlist("comparison", list(outlook_for(study).proposed))
    taken: PlanForm = kind(data, study=study, language=language)
    return taken


def _number(request: AccountRequest, found: Evaluation | None, rows: list[Any]) -> Any:
    """Return what the form was filled from; kept while it is shown again."""
    if "number" in request.POST:
        return request.POST["number"]
    return rows[-1].number if rows else found.number if found else 0


def _outlook(study: Study, language: str) -> Any:
    return present_outlook(study, outlook_for(study), language)


@access.editor(methods=access.FORM)
def ethics(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Ask the questions of ethics, and tell what follows from the answers."""
    found = evaluation_or_404(request, code, part)
    form = EthicsForm(request.POST or None, kept=found.ethics, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            answer_ethics(found, form.answers(), form.notes(), by=request.user)
        except ConviveError as error:
            refuse(request, error, language)
        else:
            tell(request, "evaluation_page.ethics_kept", language)
        return go("evaluation", language, code, part)
    return show_evaluation(
        request, "ethics", language=language, title=say("evaluation_page.ethics.title", language), form=form,
        action=found.action, trail=trail_of(found.action, language),
    )  # fmt: skip


@access.editor(methods=access.WRITE)
def freeze(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Lay the plan down with a time stamp."""
    found = evaluation_or_404(request, code, part)
    digest = request.POST.get("digest", "")
    try:
        lay_down(found, digest=digest, last_data=data_until(), by=request.user)
    except ConviveError as error:
        refuse(request, error, language)
    else:
        tell(request, "evaluation_page.laid_down", language)
    return go("evaluation", language, code, part)
