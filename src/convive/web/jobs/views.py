"""The page of the runs, for coordinator and data protection officer."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse

from convive.catalogue.texts import format_number, has_text, say
from convive.core.errors import ConflictError, NotFoundError
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.jobs.actions import run_now, try_again
from convive.web.jobs.models import Run
from convive.web.jobs.selectors import find_run, last_daily_runs, list_runs
from convive.web.roles import Role
from convive.web.staff.page import go, refuse, show, tell
from convive.web.staff.pages import page_of


@access.role(Role.COORDINATOR, Role.DATA_PROTECTION)
def runs(request: AccountRequest, language: str) -> HttpResponse:
    """Show what is done every day, and every run, the newest first."""
    asked = request.GET.get("state", "")
    state = asked if asked in Run.State.values else ""
    page = page_of(request, list_runs(state))
    return show(
        request, "jobs/runs.html",
        language=language, title=say("jobs.title", language), nav="jobs",
        page=page, rows=[_row(run, language) for run in page.object_list],
        question=f"state={state}" if state else "",
        states=[{"code": one, "is_current": one == state} for one in ("", *Run.State.values)],
        daily=[
            {"name": name, "words": _words(name, language), "run": run, "key": uuid.uuid4()}
            for name, run in last_daily_runs().items()
        ],
    )  # fmt: skip


@access.role(Role.COORDINATOR, Role.DATA_PROTECTION, methods=access.WRITE)
def now(request: AccountRequest, language: str) -> HttpResponse:
    """Have a daily function done again now."""
    key = request.POST.get("key", "")[:36]
    if not key:
        return HttpResponse(status=400)
    try:
        run = run_now(request.POST.get("name", ""), key=key, by=request.user)
    except NotFoundError as error:
        raise Http404 from error
    tell(request, "jobs.asked", language, name=_words(run.name, language))
    return go("jobs", language)


@access.role(Role.COORDINATOR, Role.DATA_PROTECTION, methods=access.WRITE)
def again(request: AccountRequest, language: str, run_id: int) -> HttpResponse:
    """Have a failed run tried again."""
    run = find_run(run_id)
    if run is None:
        raise Http404
    try:
        try_again(run, by=request.user)
    except ConflictError as error:
        refuse(request, error, language)
    else:
        tell(request, "jobs.asked", language, name=_words(run.name, language))
    return go("jobs", language)


def _row(run: Run, language: str) -> dict[str, Any]:
    return {
        "run": run,
        "words": _words(run.name, language),
        "outcome": [
            (say(f"jobs.outcome.{name}", language) if has_text(f"jobs.outcome.{name}") else name,
             _told(value, language))
            for name, value in run.outcome.items()
        ],
    }  # fmt: skip


def _words(name: str, language: str) -> str:
    """Return what a run is called; a task by its function where the catalogue does not know it."""
    return say(f"job.{name}", language) if has_text(f"job.{name}") else name.rpartition(".")[2]


def _told(value: Any, language: str) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return format_number(value, language, 0 if isinstance(value, int) else 1) if is_number else str(value)  # fmt: skip
