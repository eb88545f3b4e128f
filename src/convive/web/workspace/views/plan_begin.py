"""What the pages of a plan show as long as there is nothing to tell: how it goes on."""

from __future__ import annotations

from django.http import HttpResponse

from convive.web.accounts.request import AccountRequest
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.first_steps import steps_of_plan
from convive.web.workspace.views.plan_base import show_plan


def show_begin(
    request: AccountRequest, strategy: Strategy, *, language: str, tab: str, title: str
) -> HttpResponse:
    """Show the next steps instead of a page that would be all zeros."""
    return show_plan(
        request, "begin", strategy, language=language, tab=tab, title=title,
        begin=steps_of_plan(strategy, request.user, language),
    )  # fmt: skip
