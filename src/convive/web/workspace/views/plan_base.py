"""What the pages of a plan share."""

from __future__ import annotations

from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect

from convive.web.accounts.request import AccountRequest
from convive.web.staff.page import show, tell
from convive.web.workspace.forms.written import WrittenForm
from convive.web.workspace.models import Action, Challenge, Objective, Strategy, Written
from convive.web.workspace.secrecy import is_editor, sees_plans_whole
from convive.web.workspace.selectors import parts

NAV = "strategies"
T = TypeVar("T")


def strategy_or_404(request: AccountRequest, code: str) -> Strategy:
    """Return a strategy that the person may know of."""
    return _found(parts.find_strategy(request.user, code))


def challenge_or_404(request: AccountRequest, code: str, part: str) -> Challenge:
    """Return a challenge that the person may know of."""
    return _found(parts.find_challenge(strategy_or_404(request, code), part))


def objective_or_404(request: AccountRequest, code: str, part: str) -> Objective:
    """Return an objective that the person may know of."""
    return _found(parts.find_objective(strategy_or_404(request, code), part))


def action_or_404(request: AccountRequest, code: str, part: str) -> Action:
    """Return an action that the person may know of."""
    return _found(parts.find_action(request.user, strategy_or_404(request, code), part))


def _found(thing: T | None) -> T:
    if thing is None:
        raise Http404
    return thing


def show_plan(
    request: HttpRequest, template: str, strategy: Strategy | None, *, language: str, title: str,
    **more: Any,
) -> HttpResponse:  # fmt: skip
    """Render a page of the plan; `trail` are the pages above it, (address, text)."""
    context = {"trail": (), "tab": ""} | more
    return show(
        request, f"workspace/plan/{template}.html", language=language, title=title, nav=NAV,
        strategy=strategy, is_editor=is_editor(request.user),
        is_for_whole=sees_plans_whole(request.user), **context,
    )  # fmt: skip


def save(request: AccountRequest, form: WrittenForm, thing: Written, language: str) -> Any:
    """Keep what was sent; None where there is nothing to keep (yet), which the page then tells."""
    if not form.is_ready():
        return None
    note = str(form.cleaned_data.get("note", ""))
    saved = form.save_into(thing, by=request.user, note=note)
    if saved is not None:
        tell(request, "plan.saved", language)
    return saved


def to(address: str) -> HttpResponse:
    """Send on to an address of the site."""
    return HttpResponseRedirect(address)
