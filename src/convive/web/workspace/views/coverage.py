"""Coverage: which points of a framework the plan answers, and which it does not, and why."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import reverse

from convive.catalogue import find
from convive.catalogue.texts import explain, localised, say
from convive.core.errors import ConflictError, ConviveError, NotFoundError
from convive.core.strategy.coverage import Coverage, coverage
from convive.core.strategy.framework import Framework
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import refuse, tell
from convive.web.workspace.actions.coverage import answer_point, decline_point, remove_answer
from convive.web.workspace.forms.sections import ReasonForm
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.coverage_page import (
    choices_for,
    is_for_plans,
    points_of,
    present_coverage,
    present_point,
    present_summary,
    told_references,
)
from convive.web.workspace.selectors.offer import offer_in
from convive.web.workspace.selectors.titles import all_names_of, names_of
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404, to


@access.reader()
def frameworks(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the frameworks that the plan can be held against."""
    strategy = strategy_or_404(request, code)
    offer = offer_in(strategy)
    rows = [
        present_summary(one, coverage(offer, one), language)
        for one in find.frameworks()
        if is_for_plans(one)
    ]
    return show_plan(
        request, "frameworks", strategy, language=language, tab="coverage",
        title=say("plan.coverage_page.title", language), rows=rows,
    )  # fmt: skip


@access.reader()
def framework(request: AccountRequest, language: str, code: str, name: str) -> HttpResponse:
    """Show what is answered, proposed, left aside or missing: topics, and the points of one."""
    strategy, found = strategy_or_404(request, code), _framework_or_404(name)
    met = coverage(offer_in(strategy), found)
    wanted = request.GET.get("status", "")
    asked = wanted if wanted in {one.value for one in Coverage} else ""
    shown = present_coverage(found, met, language)
    topics = {one["id"]: one for one in shown["topics"]}
    opened = topics.get(request.GET.get("topic", ""), shown["topics"][0])
    points = points_of(met, opened["id"], asked)
    names = names_of(strategy, told_references(points))
    return show_plan(
        request, "framework", strategy, language=language, tab="coverage", asked=asked,
        title=localised(found.title, language), trail=[_above(language, code)], shown=shown,
        topic=opened, points=[present_point(one, names, language) for one in points],
        statuses=[one.value for one in Coverage],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def point(request: AccountRequest, language: str, code: str, name: str, point: str) -> HttpResponse:
    """Say by which parts of the plan a point is answered, or why it is not."""
    strategy, found = strategy_or_404(request, code), _framework_or_404(name)
    points = coverage(offer_in(strategy), found).points
    met = next((one for one in points if one.point.id == point), None)
    if met is None:
        raise Http404
    is_declining = "decline" in request.POST
    form = ReasonForm(request.POST if is_declining else None, language=language,
                      initial={"reason": met.why_not})  # fmt: skip
    if request.method == "POST":
        done = _settle(request, language, strategy, (name, point), form)
        if done:
            address = reverse("plan-framework", args=(language, code, name))
            return to(f"{address}?topic={met.topic}#topic")
    names = all_names_of(strategy)
    shown = present_point(met, names, language)
    asked = request.GET.get("q", "").strip()[:80]
    choices, n_more = choices_for(names, (one["ref"] for one in shown["parts"]), asked)
    above = (
        reverse("plan-framework", args=(language, code, name)),
        localised(found.title, language),
    )
    return show_plan(
        request, "point", strategy, language=language, title=shown["short"], point=shown, form=form,
        trail=[_above(language, code), above], source=found.source, framework_id=name,
        choices=choices, n_more=n_more, asked=asked,
    )  # fmt: skip


def _settle(
    request: AccountRequest, language: str, strategy: Strategy, where: tuple[str, str],
    form: ReasonForm,
) -> bool:  # fmt: skip
    """Do what was sent; False where the page must say what is wrong."""
    data: Any = request.POST
    try:
        if "decline" in data:
            if not form.is_valid():
                return False
            reason, seen = form.cleaned_data["reason"], data.get("seen", "")
            decline_point(strategy, where, reason, seen=seen, by=request.user)
        elif "reopen" in data:
            decline_point(strategy, where, "", seen=data.get("seen", ""), by=request.user)
        elif "remove" in data:
            remove_answer(strategy, where, data["remove"], by=request.user)
        else:
            answer_point(strategy, where, data.getlist("ref"), by=request.user)
    except (ConflictError, NotFoundError) as error:
        _say_wrong(request, error, form, language)
        return False
    tell(request, "plan.saved", language)
    return True


def _say_wrong(
    request: AccountRequest, error: ConviveError, form: ReasonForm, language: str
) -> None:
    if form.is_bound:
        form.problem(explain(error, language))
    else:
        refuse(request, error, language)


def _framework_or_404(name: str) -> Framework:
    try:
        return find.framework(name)
    except NotFoundError as error:
        raise Http404 from error


def _above(language: str, code: str) -> tuple[str, str]:
    address = reverse("plan-frameworks", args=(language, code))
    return address, say("plan.coverage_page.title", language)
