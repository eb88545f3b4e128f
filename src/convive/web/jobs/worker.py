"""The worker: asks for what is due, again and again, until it is told to stop."""

from __future__ import annotations

import logging
import threading
from datetime import date, datetime

from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from convive.web.jobs import claims, daily, watching, work
from convive.web.jobs.models import Run

REST = 1.0
"""Seconds between two looks at an empty table."""
_log = logging.getLogger("convive.jobs")


class Worker:
    """Does what is due, one run after the other.

    Parameters
    ----------
    clock : callable
        What time it is.
    """

    def __init__(self, clock: work.Clock = timezone.now) -> None:
        self.clock = clock
        self.stopping = threading.Event()
        self._entered: tuple[date, tuple[str, ...]] | None = None
        self._looked: datetime | None = None

    def work(self) -> None:
        """Work until `stopping` is set; a run under way is finished first."""
        while not self.stopping.is_set():
            if not self.step():
                self.look_about()
                self.stopping.wait(REST)

    def empty(self) -> int:
        """Do everything that is due now; return how many runs that were."""
        n = 0
        while not self.stopping.is_set() and self.step():
            n += 1
        return n

    def step(self) -> bool:
        """Do one run; False where nothing was due, or the database was not to be had."""
        close_old_connections()
        try:
            self.enter_day()
            run = claims.take(self.clock())
        except DatabaseError as error:
            _log.warning("The table of runs was not to be had: %s", type(error).__name__)
            return False
        if run is None:
            return False
        work.do(run, self.clock)
        return True

    def look_about(self) -> None:
        """Look, once in a while, at what no run was entered for."""
        now = self.clock()
        if self._looked is not None and now - self._looked < watching.EVERY:
            return
        self._looked = now
        try:
            watching.look_about(now)
        except DatabaseError as error:
            _log.warning("Looking about failed: %s", type(error).__name__)

    def enter_day(self) -> None:
        """Enter what is to be done today, once a day and name, however many workers do so."""
        now = self.clock()
        today, names = daily.day_of(now), tuple(daily.names())
        if self._entered == (today, names):
            return
        runs = [
            Run(name=name, key=today.isoformat(), is_daily=True, made_at=now, due_at=now)
            for name in names
        ]
        Run.objects.bulk_create(runs, ignore_conflicts=True)
        self._entered = (today, names)
