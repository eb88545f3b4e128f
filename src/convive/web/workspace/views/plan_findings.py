"""From findings to challenges."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import explain, say
from convive.core.errors import ConflictError, NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, tell
from convive.web.staff.pages import TALL, page_of
from convive.web.workspace.actions.findings import (
    add_finding,
    challenge_from_finding,
    set_aside,
    take_back,
)
from convive.web.workspace.forms.filters import FindingFilterForm
from convive.web.workspace.forms.sections import ReasonForm
from convive.web.workspace.models import KeptFinding, Strategy
from convive.web.workspace.presenters.findings_page import present_findings
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.selectors.findings import published_finding
from convive.web.workspace.selectors.parts import find_challenge
from convive.web.workspace.selectors.standing import standing_of_findings
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404


@access.editor()
def findings(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the published findings: in the plan, set aside, waiting."""
    strategy = strategy_or_404(request, code)
    form = FindingFilterForm(request.GET, language=language)
    standing = standing_of_findings(strategy)
    rows = present_findings(standing, form.asked(), language)
    page = page_of(request, [one for one in rows if one["step"] is None], TALL)
    return show_plan(
        request, "findings", strategy, language=language, tab="findings", form=form,
        title=say("plan.findings.title", language), page=page, counts=standing.counts,
        about_data=[one for one in rows if one["step"] is not None],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def finding(request: AccountRequest, language: str, code: str, finding_id: str) -> HttpResponse:
    """Show a finding with what the plan makes of it, and decide what becomes of it."""
    strategy = strategy_or_404(request, code)
    kept = KeptFinding.objects.filter(finding_id=finding_id).order_by("-pk").first()
    row = published_finding(finding_id)
    if row is None and kept is None:
        raise Http404
    form = ReasonForm(request.POST if "aside" in request.POST else None, language=language)
    if request.method == "POST":
        answer = _decided(request, language, strategy, finding_id, form)
        if answer is not None:
            return answer
    standing = standing_of_findings(strategy, only=finding_id)
    return show_plan(
        request, "finding", strategy, language=language, title=say("plan.finding.title", language),
        trail=[(reverse("strategy-findings", args=(language, code)), say("plan.findings.title", language))],
        one=next(iter(present_findings(standing, {}, language)), None),
        thread=thread_of(kept, request.user, language) if kept else None,
        challenges=strategy.challenges.all(), form=form, is_gone=row is None,
    )  # fmt: skip


def _decided(
    request: AccountRequest, language: str, strategy: Strategy, finding_id: str, form: ReasonForm
) -> HttpResponse | None:
    """Do what was chosen; None where the page must say what is wrong."""
    try:
        if "aside" in request.POST:
            return _aside(request, language, strategy, finding_id, form)
        if "back" in request.POST:
            take_back(strategy, finding_id, by=request.user)
            tell(request, "plan.finding.taken_back", language)
            return go("plan-finding", language, strategy.code, finding_id)
        return _into_plan(request, language, strategy, finding_id)
    except NotFoundError as error:
        form.problem(explain(error, language))
    except ConflictError as error:
        form.problem(explain(error, language))
    return None


def _aside(
    request: AccountRequest, language: str, strategy: Strategy, finding_id: str, form: ReasonForm
) -> HttpResponse | None:
    if not form.is_valid():
        return None
    set_aside(strategy, finding_id, form.cleaned_data["reason"], by=request.user)
    tell(request, "plan.finding.aside_noted", language)
    return go("strategy-findings", language, strategy.code)


def _into_plan(
    request: AccountRequest, language: str, strategy: Strategy, finding_id: str
) -> HttpResponse:
    wanted = request.POST.get("challenge", "")
    if wanted:
        there = find_challenge(strategy, wanted)
        if there is None:
            raise Http404
        made = add_finding(there, finding_id, by=request.user)
    else:
        made = challenge_from_finding(strategy, finding_id, language, by=request.user)
    tell(request, "plan.finding.in_challenge", language, challenge=made.title)
    return go("plan-challenge", language, strategy.code, made.code)
