"""Who works on a run: taken, held, ended or handed back, each by one statement that can be lost.

Exactly once is not a matter of time here. Whoever ends a run must hold the row under the claim that
it was taken with; a worker that was given up too early, or wakes after a day, finds another claim
there, and what it wrote is rolled back. The time of a claim says only when others take over.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q

from convive.core.errors import ConflictError
from convive.web.jobs.models import Run

HOLD = timedelta(minutes=2)
"""How long a worker is believed to live after its last sign."""
DELAYS = tuple(timedelta(minutes=m) for m in (1, 5, 30, 120, 480))
"""Waits before the second, third … attempt; after the last one the run has failed."""
APART = timedelta(minutes=5)
"""How far the clocks of two workers may be apart, and a look at one may be old."""
MOST_ATTEMPTS = len(DELAYS) + 1
LOST = "JOB_WORKER_LOST"

FAILED = Run.State.FAILED


def due(now: datetime) -> Q:
    """Return what may be taken: due, or given up by its worker.

    A time further ahead than anybody would have written it comes from a clock that was put back:
    it does not hold the work up.
    """
    waiting = Q(due_at__lte=now) | Q(due_at__gt=now + DELAYS[-1] + APART)
    given_up = Q(claimed_until__lte=now) | Q(claimed_until__gt=now + HOLD + APART)
    return Q(state=Run.State.WAITING) & waiting | Q(state=Run.State.RUNNING) & given_up


def take(now: datetime) -> Run | None:
    """Take the run that has waited longest; None where nothing is due.

    A run that was in work at its last attempt when its worker died has failed: it may be what
    kills workers.
    """
    if not Run.objects.filter(due(now)).exists():  # most looks find nothing and lock nothing
        return None
    with transaction.atomic():
        free = Run.objects.select_for_update(skip_locked=True).filter(due(now))
        for run in free.order_by("due_at", "pk")[:20]:
            if run.attempts < MOST_ATTEMPTS:
                return _taken(run, now)
            run.state, run.error_code, run.finished_at, run.claim = FAILED, LOST, now, ""
            run.save(update_fields=("state", "error_code", "finished_at", "claim"))
    return None


def _taken(run: Run, now: datetime) -> Run:
    run.state, run.claim, run.claimed_until = Run.State.RUNNING, secrets.token_hex(16), now + HOLD
    run.started_at, run.finished_at, run.attempts = now, None, run.attempts + 1
    run.save(
        update_fields=(
            "state", "claim", "claimed_until", "started_at", "finished_at", "attempts",
        )
    )  # fmt: skip
    return run


def hold(run: Run, now: datetime) -> bool:
    """Say that the worker lives; False where somebody else has taken over."""
    mine = Run.objects.filter(pk=run.pk, claim=run.claim, state=Run.State.RUNNING)
    return mine.update(claimed_until=now + HOLD) == 1


def lock(run: Run) -> None:
    """Lock the run until the end of the transaction in which it is worked on.

    Raises
    ------
    ConflictError
        JOB_TAKEN_OVER where it is another worker's by now.
    """
    mine = Run.objects.select_for_update().filter(
        pk=run.pk, claim=run.claim, state=Run.State.RUNNING
    )
    if mine.first() is None:
        raise ConflictError("JOB_TAKEN_OVER")


def end(run: Run, outcome: dict[str, Any], now: datetime) -> None:
    """Mark a locked run as done, in the transaction of what it has done."""
    run.state, run.outcome, run.finished_at = Run.State.DONE, outcome, now
    run.error_code, run.claim, run.claimed_until = "", "", None
    run.save(
        update_fields=("state", "outcome", "finished_at", "error_code", "claim", "claimed_until")
    )


@transaction.atomic
def hand_back(run: Run, code: str, now: datetime, *, is_final: bool) -> None:
    """Note what went wrong; the run waits for its next attempt, or has failed."""
    mine = Run.objects.filter(pk=run.pk, claim=run.claim, state=Run.State.RUNNING)
    if is_final or run.attempts >= MOST_ATTEMPTS:
        mine.update(
            state=Run.State.FAILED, finished_at=now, error_code=code, claim="", claimed_until=None
        )
        return
    mine.update(
        state=Run.State.WAITING, due_at=now + DELAYS[run.attempts - 1], error_code=code,
        claim="", claimed_until=None,
    )  # fmt: skip
