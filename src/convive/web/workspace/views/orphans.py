"""What hangs loose in a plan."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse

from convive.catalogue.texts import say
from convive.core.strategy.orphans import orphans_of
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.workspace.clock import today
from convive.web.workspace.models import AreaLead, SetAside
from convive.web.workspace.presenters.orphans_page import present_orphans
from convive.web.workspace.selectors.findings import published_findings, step_of
from convive.web.workspace.selectors.loose_ends import threads_in
from convive.web.workspace.selectors.titles import names_of
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404

MOST = 100
"""Of one kind on the page; how many there are is always told."""


@access.editor()
def orphans(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List findings without action, actions without evidence, overdue commitments …."""
    strategy = strategy_or_404(request, code)
    threads = threads_in(strategy, today=today())
    published = published_findings()
    aside = SetAside.objects.filter(strategy=strategy).values_list("finding_id", flat=True)
    leads = AreaLead.objects.filter(strategy=strategy).values_list("level", "area_id")
    found = orphans_of(
        threads, today=today(),
        published=[row["finding_id"] for row in published],
        set_aside={*aside, *(row["finding_id"] for row in published if step_of(row) is not None)},
        led_areas=list(leads) or None,
    )  # fmt: skip
    kinds = {kind: list(some) for kind, some in groupby(found, key=lambda one: one.code)}
    names = names_of(strategy, (one.ref for rows in kinds.values() for one in rows[:MOST]))
    groups = [
        {
            "code": kind, "n": len(rows), "more": max(0, len(rows) - MOST),
            "rows": present_orphans(rows[:MOST], threads.commitments, names, strategy, language),
        }
        for kind, rows in kinds.items()
    ]  # fmt: skip
    return show_plan(
        request, "orphans", strategy, language=language, tab="orphans", groups=groups,
        title=say("plan.orphans.title", language),
    )  # fmt: skip
