"""One run, from being taken to its end."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils.module_loading import import_string
from django_tasks.base import Task

from convive.core.errors import ConviveError, NotFoundError, UserError
from convive.web.jobs import claims, daily
from convive.web.jobs.models import Run
from convive.web.jobs.tasks import preparation_of

Clock = Callable[[], datetime]

SIGN_OF_LIFE = claims.HOLD.total_seconds() / 4
_log = logging.getLogger("convive.jobs")


def do(run: Run, clock: Clock) -> None:
    """Do a run that was taken; what goes wrong is noted on it, as a code."""
    try:
        with signs_of_life(run, clock):
            work = _prepared_work(run, clock)
        with transaction.atomic():
            claims.lock(run)
            outcome = work()
            claims.end(run, outcome, clock())
    except Exception as error:  # noqa: BLE001 - whatever a job does, the worker goes on
        _note(run, error, clock)


def _prepared_work(run: Run, clock: Clock) -> Callable[[], dict[str, Any]]:
    """Return what is left to do in the transaction.

    Raises
    ------
    NotFoundError
        JOB_NOT_FOUND where the software has no such work (any more).
    """
    if run.is_daily:
        function = daily.find(run.name)
        if function is None:
            raise NotFoundError("JOB_NOT_FOUND", name=run.name)
        return lambda: dict(function(clock()) or {})
    task = _task(run.name)
    prepare = preparation_of(task.func)
    made = (prepare(**run.args),) if prepare else ()
    return lambda: dict(task.func(*made, **run.args) or {})


def _task(name: str) -> Task[..., Any]:
    try:
        found = import_string(name)
    except ImportError as error:
        raise NotFoundError("JOB_NOT_FOUND", name=name) from error
    if not isinstance(found, Task):  # a row must not be able to call just any function
        raise NotFoundError("JOB_NOT_FOUND", name=name)
    return found


@contextmanager
def signs_of_life(run: Run, clock: Clock) -> Iterator[None]:
    """Hold the claim while something long is prepared."""
    over = threading.Event()

    def hold() -> None:
        while not over.wait(SIGN_OF_LIFE):
            try:
                if not claims.hold(run, clock()):
                    return
            except DatabaseError:  # busy: the next sign will do
                continue
            finally:
                connection.close()

    thread = threading.Thread(target=hold, name=f"run-{run.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _note(run: Run, error: Exception, clock: Clock) -> None:
    """Keep the code of an error; its places go to the log of the worker, never its values."""
    code = error.code if isinstance(error, ConviveError) else type(error).__name__
    places = [
        f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)
    ]
    _log.error("%s (run %s): %s at %s", run.name, run.pk, code, " < ".join(reversed(places)))
    if code == "JOB_TAKEN_OVER":
        return
    is_final = isinstance(error, UserError)  # asked wrongly: it will not get better by itself
    try:
        claims.hand_back(run, code[:80], clock(), is_final=is_final)
    except DatabaseError:
        _log.exception("The run %s could not be handed back; its claim will end.", run.pk)
