"""Asking for work: the run is kept in the transaction of what it belongs to."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django_tasks.base import Task

from convive.core.errors import ConflictError, NotFoundError
from convive.web.accounts.models import Account
from convive.web.audit_log.actions import record
from convive.web.jobs import daily
from convive.web.jobs.models import Run


def enqueue(task: Task[..., Any], *, key: str, **args: Any) -> Run:
    """Have a task done beside the pages, once; asked for again under the same key, it stays one.

    Parameters
    ----------
    task : Task
        A function under ``@django_tasks.task()`` in the module ``jobs`` of an app. It runs in one
        transaction with the mark that it is done; see `tasks.prepared` for what takes long.
    key : str
        Names the work among those of the task.
    **args
        Its arguments: codes, numbers and ids.
    """
    now = timezone.now()
    run, _ = Run.objects.get_or_create(
        name=task.module_path, key=key, defaults={"args": args, "made_at": now, "due_at": now}
    )
    return run


def once_more(run: Run) -> None:
    """Have a run that is done done again, for a caller who sees that what came of it is gone."""
    now = timezone.now()
    done = Run.objects.filter(pk=run.pk, state=Run.State.DONE)
    done.update(state=Run.State.WAITING, attempts=0, due_at=now)


@transaction.atomic
def run_now(name: str, *, key: str, by: Account) -> Run:
    """Have a daily function done again now; `key` is the form's, so that sent twice is asked once.

    Raises
    ------
    NotFoundError
        JOB_NOT_FOUND.
    """
    if daily.find(name) is None:
        raise NotFoundError("JOB_NOT_FOUND", name=name)
    now = timezone.now()
    run, is_new = Run.objects.get_or_create(
        name=name, key=f"{daily.day_of(now)} {key}"[:160],
        defaults={"is_daily": True, "made_at": now, "due_at": now},
    )  # fmt: skip
    if is_new:
        record("jobs.asked", actor=by, thing=("run", run.pk), name=name)
    return run


@transaction.atomic
def try_again(run: Run, *, by: Account) -> Run:
    """Have a failed run tried again, with all its attempts before it.

    Raises
    ------
    ConflictError
        JOB_NOT_FAILED.
    """
    now = timezone.now()
    failed = Run.objects.filter(pk=run.pk, state=Run.State.FAILED)
    if not failed.update(state=Run.State.WAITING, attempts=0, due_at=now, error_code=""):
        raise ConflictError("JOB_NOT_FAILED")
    record("jobs.asked", actor=by, thing=("run", run.pk), name=run.name)
    run.refresh_from_db()
    return run
