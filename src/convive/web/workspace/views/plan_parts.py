"""Challenges and objectives: pages, new ones, changes, targets."""

from __future__ import annotations

from django.http import HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.core.strategy.lights import standing_of
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.audit import show_finding
from convive.web.staff.page import go, tell
from convive.web.staff.pages import page_of
from convive.web.workspace.actions.plan import make_challenge, make_objective
from convive.web.workspace.clock import today
from convive.web.workspace.forms.action_rows import TargetsForm
from convive.web.workspace.forms.sections import ChallengeForm, ObjectiveForm
from convive.web.workspace.models import Challenge, Objective
from convive.web.workspace.presenters.standings import present_standing
from convive.web.workspace.presenters.targets import present_target_rows, present_targets
from convive.web.workspace.presenters.thread import thread_of
from convive.web.workspace.selectors.plan import plain_objective
from convive.web.workspace.selectors.still_told import row_told
from convive.web.workspace.selectors.tree import Asked, narrowed, with_money
from convive.web.workspace.views.plan_base import (
    challenge_or_404,
    objective_or_404,
    save,
    show_plan,
    strategy_or_404,
)

Trail = list[tuple[str, str]]


def trail_to(thing: Challenge | Objective, language: str, *, with_it: bool = True) -> Trail:
    """Return the pages above and including a part."""
    if isinstance(thing, Challenge):
        own = (
            reverse("plan-challenge", args=(language, thing.strategy.code, thing.code)),
            thing.title,
        )
        return [own] if with_it else []
    code = thing.challenge.strategy.code
    own = (reverse("plan-objective", args=(language, code, thing.code)), thing.title)
    return [*trail_to(thing.challenge, language), *([own] if with_it else [])]


@access.reader()
def challenge(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show a challenge: its findings, its objectives, what came of it."""
    found = challenge_or_404(request, code, part)
    actions = with_money(narrowed(found.strategy, Asked(challenge=part))).order_by("position", "pk")
    return show_plan(
        request, "challenge", found.strategy, language=language, title=found.title, thing=found,
        objectives=found.objectives.prefetch_related("targets"),
        findings=[
            show_finding(row_told(one.finding_id, one.row), language) | {"finding_id": one.finding_id, "kept_at": one.kept_at}
            for one in found.findings.all()
        ],
        page=page_of(request, actions), thread=thread_of(found, request.user, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_challenge(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Make a challenge that comes from no finding (yet)."""
    strategy = strategy_or_404(request, code)
    form = ChallengeForm(request.POST or None, language=language)
    if form.is_ready():
        made = make_challenge(strategy, _without_position(form), by=request.user)
        tell(request, "plan.made", language)
        return go("plan-challenge", language, code, made.code)
    return show_plan(
        request, "form", strategy, language=language, title=say("plan.challenge.new", language),
        form=form, explain="plan.challenge.new.explain", button="plan.make",
        cancel=reverse("strategy", args=(language, code)),
    )  # fmt: skip


def _without_position(form: ChallengeForm) -> dict[str, object]:
    return {name: value for name, value in form.values().items() if name != "position"}


@access.editor(methods=access.FORM)
def edit_challenge(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Change a challenge."""
    found = challenge_or_404(request, code, part)
    form = ChallengeForm(request.POST or None, language=language, thing=found)
    if save(request, form, found, language):
        return go("plan-challenge", language, code, part)
    return show_plan(
        request, "form", found.strategy, language=language, trail=trail_to(found, language),
        title=say("plan.challenge.edit", language), form=form, button="plan.save",
        cancel=trail_to(found, language)[0][0],
    )  # fmt: skip


@access.reader()
def objective(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Show an objective: targets with baseline and now, actions, how it stands."""
    found = objective_or_404(request, code, part)
    strategy = found.challenge.strategy
    plain = plain_objective(found)
    actions = with_money(narrowed(strategy, Asked(objective=part))).order_by("position", "pk")
    return show_plan(
        request, "objective", strategy, language=language, title=found.title, thing=found,
        trail=trail_to(found, language, with_it=False),
        targets=present_targets(plain.targets, language),
        standing=present_standing(standing_of(plain, today=today()), language),
        page=page_of(request, actions), thread=thread_of(found, request.user, language),
    )  # fmt: skip


@access.editor(methods=access.FORM)
def new_objective(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Make an objective of a challenge."""
    above = challenge_or_404(request, code, part)
    form = ObjectiveForm(request.POST or None, language=language, strategy=above.strategy)
    if form.is_ready():
        made = make_objective(above, form.values(), by=request.user)
        tell(request, "plan.made", language)
        return go("plan-objective-targets", language, code, made.code)
    return show_plan(
        request, "form", above.strategy, language=language, trail=trail_to(above, language),
        title=say("plan.objective.new", language), form=form, button="plan.make",
        explain="plan.objective.new.explain", cancel=trail_to(above, language)[-1][0],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def edit_objective(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Change an objective."""
    found = objective_or_404(request, code, part)
    strategy = found.challenge.strategy
    form = ObjectiveForm(request.POST or None, language=language, thing=found, strategy=strategy)
    if save(request, form, found, language):
        return go("plan-objective", language, code, part)
    return show_plan(
        request, "form", strategy, language=language, trail=trail_to(found, language),
        title=say("plan.objective.edit", language), form=form, button="plan.save",
        cancel=trail_to(found, language)[-1][0],
    )  # fmt: skip


@access.editor(methods=access.FORM)
def objective_targets(request: AccountRequest, language: str, code: str, part: str) -> HttpResponse:
    """Set the targets of an objective."""
    found = objective_or_404(request, code, part)
    form = TargetsForm(request.POST or None, language=language, thing=found)
    if save(request, form, found, language):
        return go("plan-objective", language, code, part)
    form.said = present_target_rows(form, language)
    return show_plan(
        request, "rows", found.challenge.strategy, language=language, form=form,
        title=say("plan.section.targets", language), trail=trail_to(found, language),
        explain="plan.section.targets.explain", cancel=trail_to(found, language)[-1][0],
    )  # fmt: skip
