"""What the pages of an evaluation share."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from convive.catalogue.texts import say
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.models import Evaluation
from convive.web.evaluation.selectors.evaluations import evaluation_of
from convive.web.staff.page import show
from convive.web.workspace.models import Action
from convive.web.workspace.secrecy import is_editor, sees_whole
from convive.web.workspace.views.plan_base import action_or_404
from convive.web.workspace.views.plan_parts import trail_to

NAV = "evaluations"


def whole_action_or_404(request: AccountRequest, code: str, part: str) -> Action:
    """Return an action that the person may see whole: then they may read its evaluation."""
    found = action_or_404(request, code, part)
    if not sees_whole(request.user, found):
        raise Http404
    return found


def evaluation_or_404(request: AccountRequest, code: str, part: str) -> Evaluation:
    """Return the evaluation of such an action, where one was begun."""
    found = evaluation_of(whole_action_or_404(request, code, part))
    if found is None:
        raise Http404
    return found


def trail_of(action: Action, language: str, *, is_below: bool = True) -> list[tuple[str, str]]:
    """Return the pages above those of an evaluation; `is_below` its first page."""
    args = (language, action.strategy.code, action.code)
    found = [
        *trail_to(action.objective, language),
        (reverse("plan-action", args=args), action.title),
    ]
    if is_below:
        found.append((reverse("evaluation", args=args), say("evaluation_page.title", language)))
    return found


def show_evaluation(
    request: HttpRequest, template: str, *, language: str, title: str, **more: Any
) -> HttpResponse:
    """Render a page of evaluations."""
    context: dict[str, Any] = {
        "trail": (), "is_editor": is_editor(request.user), "nav": NAV,
    } | more  # fmt: skip
    return show(request, f"evaluation/{template}.html", language=language, title=title, **context)
