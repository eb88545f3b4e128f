"""Traffic lights: every action with its light and reasons, and what has changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.staff.pages import TALL, page_of, question_of
from convive.web.workspace.clock import local, today
from convive.web.workspace.forms.filters import FilterForm
from convive.web.workspace.models import Strategy
from convive.web.workspace.presenters.lights import present_changes, present_counts, present_rows
from convive.web.workspace.selectors.lights import (
    MOST_CHANGES,
    WITHOUT_MEETING,
    changed_since,
    counts_by_light,
    last_meeting,
    standings_of_page,
)
from convive.web.workspace.selectors.tree import narrowed
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404
from convive.web.workspace.views.plan_begin import show_begin


@access.reader()
def lights(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show how every action stands, in words and shape, with the reasons."""
    strategy = strategy_or_404(request, code)
    form = FilterForm(request.GET or {}, language=language, strategy=strategy)
    asked = form.asked()
    actions = narrowed(strategy, asked)
    rows = actions.select_related("lead", "strategy").order_by("position", "pk")
    page = page_of(request, rows, TALL)
    title = say("lights.title", language)
    if asked.is_any and not page.paginator.count:
        return show_begin(request, strategy, language=language, tab="lights", title=title)
    standings, whole = standings_of_page(list(page), request.user, today())
    return show_plan(
        request, "lights", strategy, language=language, tab="lights", form=form, page=page,
        title=title, is_narrowed=not asked.is_any,
        rows=present_rows(list(page), standings, whole, language),
        counts=present_counts(counts_by_light(actions), language), question=question_of(request),
    )  # fmt: skip


@access.reader()
def changes(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """Show which lights have changed since the last meeting, or since a day."""
    strategy = strategy_or_404(request, code)
    day, meeting = _since(request, strategy)
    found = changed_since(strategy, day, request.user)
    return show_plan(
        request, "light_changes", strategy, language=language, tab="lights", day=day,
        title=say("lights.changes", language), meeting=meeting, n_more=max(0, len(found.shifts) - MOST_CHANGES),
        found=present_changes(found, strategy.currency, language, most=MOST_CHANGES),
    )  # fmt: skip


def _since(request: AccountRequest, strategy: Strategy) -> tuple[date, Any]:
    """Return the day that is asked for, or that of the last meeting."""
    try:
        return date.fromisoformat(request.GET.get("since", "")), None
    except ValueError:
        meeting = last_meeting(strategy, request.user, timezone.now())
        if meeting is None:
            return today() - WITHOUT_MEETING, None
        return local(meeting.starts_at).date(), meeting
