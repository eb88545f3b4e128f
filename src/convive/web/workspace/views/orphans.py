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
from convive.web.workspace.selectors.findings import published_findings
from convive.web.workspace.selectors.plan import plan_of
from convive.web.workspace.views.plan_base import show_plan, strategy_or_404

MOST = 100
"""Of one kind on the page; how many there are is always told."""


@access.editor()
def orphans(request: AccountRequest, language: str, code: str) -> HttpResponse:
    """List findings without action, actions without evidence, overdue commitments …."""
    strategy = strategy_or_404(request, code)
    plan = plan_of(strategy)
    leads = AreaLead.objects.filter(strategy=strategy).values_list("level", "area_id")
    found = orphans_of(
        plan, today=today(),
        published=[row["finding_id"] for row in published_findings()],
        set_aside=SetAside.objects.filter(strategy=strategy).values_list("finding_id", flat=True),
        led_areas=list(leads) or None,
    )  # fmt: skip
    groups = []
    for kind, some in groupby(found, key=lambda one: one.code):
        rows = list(some)
        groups.append({
            "code": kind, "n": len(rows), "rows": present_orphans(rows[:MOST], plan, strategy, language),
            "more": max(0, len(rows) - MOST),
        })  # fmt: skip
    return show_plan(
        request, "orphans", strategy, language=language, tab="orphans", groups=groups,
        title=say("plan.orphans.title", language),
    )  # fmt: skip
