"""Reads of runs."""

from __future__ import annotations

from django.db.models import Max, QuerySet

from convive.web.jobs import daily
from convive.web.jobs.models import Run


def list_runs(state: str = "") -> QuerySet[Run]:
    """Return the runs, the newest first; of one state where one is given."""
    found = Run.objects.order_by("-made_at", "-pk")
    return found.filter(state=state) if state else found


def find_run(run_id: int) -> Run | None:
    """Return a run, None where there is none."""
    return Run.objects.filter(pk=run_id).first()


def last_daily_runs() -> dict[str, Run | None]:
    """Return daily function → its newest run, None where it has not run yet."""
    newest = (
        Run.objects.filter(is_daily=True, name__in=daily.names())
        .order_by()
        .values("name")
        .annotate(newest=Max("pk"))
        .values_list("newest", flat=True)
    )
    by_name = {run.name: run for run in Run.objects.filter(pk__in=list(newest))}
    return {name: by_name.get(name) for name in daily.names()}
