"""Numbers of people that residents were told: now, and before."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from convive.web.workspace.models import ToldCount
from convive.web.workspace.published_plan import published, told_counts


def counts_told() -> dict[tuple[str, str], dict[int, date]]:
    """Return action and group → number that was told → the day on which it was told first.

    What is published now counts too: after a restore the tables may be older than the page.
    """
    found: dict[tuple[str, str], dict[int, date]] = defaultdict(dict)
    if shown := published():
        for cell, (n, on) in told_counts(shown).items():
            found[cell][n] = on
    for one in ToldCount.objects.order_by("-on"):
        found[one.action, one.group][one.n] = one.on
    return dict(found)
