"""Strategies: list, a new one, changes, what becomes of them; the page of the plan and its list."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import go, tell
from convive.web.staff.pages import CHALLENGES, page_of, question_of
from convive.web.workspace.actions.plan import change_strategy_state, make_strategy
from convive.web.workspace.actions.revise import EditClashError
from convive.web.workspace.clock import today
from convive.web.workspace.forms.filters import FilterForm
from convive.web.workspace.forms.sections import StrategyForm, StrategyStateForm
from convive.web.workspace.presenters.first_steps import steps_of_plan
from convive.web.workspace.presenters.plan_page import present_totals
from convive.web.workspace.selectors.parts import list_strategies
from convive.web.workspace.selectors.tree import (
    Asked,
    narrowed,
    sums_of,
    tree_of,
    with_money,
)
from convive.web.workspace.views.plan_base import save, show_plan, strategy_or_404
from convive.web.workspace.views.plan_begin import show_begin


@access.reader()
def strategies(request: AccountRequest, language: str) -> HttpResponse:
    """List the strategies."""
    return show_plan(
        request, "list", None, language=language, title=say("strategy.title", language),
        rows=list_strategies(request.user),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_strategy(request: AccountRequest, language: str) -> HttpResponse:
    """Make a strategy."""
    year = today().year
    initial = {"from_year": year, "until_year": year + 3, "currency": "EUR"}
    form = StrategyForm(request.POST or None, language=language, initial=initial)
    if form.is_ready():
        made = make_strategy(form.values(), by=request.user)
        tell(request, "plan.made", language)
        return go("strategy", language, made.code)
    return show_plan(
        request, "form", None, language=language, title=say("strategy.new", language), form=form,
        explain="strategy.new.explain", button="plan.make",
        cancel=reverse("strategies", args=(language,)),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit_strategy(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Change title, years, currency or text."""
    found = strategy_or_404(request, code)
    form = StrategyForm(request.POST or None, language=language, thing=found)
    if save(request, form, found, language):
        return go("strategy", language, code)
    return show_plan(
        request, "form", found, language=language, title=say("strategy.edit", language), form=form,
        button="plan.save", cancel=reverse("strategy", args=(language, code)),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def strategy_state(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Adopt or close a strategy, or take it back, with the reason."""
    found = strategy_or_404(request, code)
    form = StrategyStateForm(request.POST or None, language=language, thing=found)
    if form.is_ready():
        data = form.cleaned_data
        try:
            change_strategy_state(
                found, data["state"], version=data["version"], today=today(), by=request.user,
                note=data["note"],
            )  # fmt: skip
        except EditClashError as error:
            form.show(error)
        else:
            tell(request, "plan.saved", language)
            return go("strategy", language, code)
    return show_plan(
        request, "form", found, language=language, title=say("strategy.state", language),
        form=form, explain="strategy.state.explain", button="plan.save",
        cancel=reverse("strategy", args=(language, code)),
    )  # fmt: skip


@access.reader()
def strategy(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show the plan: challenges, objectives, the first actions of each; narrowed as asked."""
    found = strategy_or_404(request, code)
    form, asked = _asked(request, found, language)
    sums, opened = sums_of(found, asked), request.GET.get("open", "")
    limbs = tree_of(found, asked, sums, opened=opened)
    is_empty = asked.is_any and not sums.n
    return show_plan(
        request, "plan", found, language=language, title=found.title, tab="plan", form=form,
        page=page_of(request, limbs, CHALLENGES), is_narrowed=not asked.is_any,
        totals=present_totals(sums, found, language), question=question_of(request, "open"), opened=opened,
        is_empty=is_empty,
        begin=steps_of_plan(found, request.user, language) if is_empty else None,
    )  # fmt: skip


@access.reader()
def strategy_print(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show the whole plan on one long page, to print."""
    found = strategy_or_404(request, code)
    form, asked = _asked(request, found, language)
    sums = sums_of(found, asked)
    return show_plan(
        request, "print", found, language=language, title=found.title, form=form,
        limbs=tree_of(found, asked, sums, first=100_000), today=today(),
        totals=present_totals(sums, found, language),
    )  # fmt: skip


@access.reader()
def strategy_actions(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List the actions, page by page, narrowed as asked."""
    found = strategy_or_404(request, code)
    form, asked = _asked(request, found, language)
    page = page_of(request, with_money(narrowed(found, asked)).order_by("position", "pk"))
    title = say("plan.actions.title", language)
    if asked.is_any and not page.paginator.count:
        return show_begin(request, found, language=language, tab="actions", title=title)
    return show_plan(
        request, "actions", found, language=language, title=title,
        tab="actions", form=form, page=page, question=question_of(request),
    )  # fmt: skip


def _asked(request: AccountRequest, found: Any, language: str) -> tuple[FilterForm, Asked]:
    form = FilterForm(request.GET, language=language, strategy=found)
    return form, form.asked()
