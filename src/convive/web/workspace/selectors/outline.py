"""The plan without what only grows, kept between requests until somebody writes something."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from convive.core.strategy.coverage import PlanCoverage, coverage
from convive.core.strategy.framework import Framework
from convive.core.strategy.model import Plan
from convive.web.accounts.models import Organisation
from convive.web.audit_log.selectors import newest_event
from convive.web.workspace.models import Strategy
from convive.web.workspace.selectors.plan import plan_of

T = TypeVar("T")


@dataclass(frozen=True)
class Outline:
    """A plan without diary, spending, milestones, risks and targets of actions, seen whole.

    It is what editors' pages and tags of the plan need. What a page shows of it to others must be
    what everybody may know who may know of the strategy: titles, words, answers.
    """

    plan: Plan
    stamp: tuple[Any, ...]
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, key: Any, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once as long as nobody writes."""
        if key not in self._kept:
            self._kept[key] = make()
        found: T = self._kept[key]
        return found

    def coverage(self, framework: Framework) -> PlanCoverage:
        """Return how the plan meets a framework."""
        key = ("coverage", framework.id, framework.version)
        return self.keep(key, lambda: coverage(self.plan, framework))


MOST = 4
"""Plans that a process keeps."""
_lock = threading.Lock()
_kept: dict[tuple[Any, ...], Outline] = {}


def outline_of(strategy: Strategy) -> Outline:
    """Return the outline of a strategy as it is now.

    Every write of the workspace has its event in the log, in the same transaction: as long as no
    event was added and no organisation was renamed, nothing has changed.
    """
    place = (Strategy.objects.db, strategy.code, strategy.created_at)
    stamp = (
        newest_event("workspace."),
        tuple(Organisation.objects.order_by("pk").values_list("pk", "code", "name", "sector")),
    )
    known = _kept.get(place)
    if known is not None and known.stamp == stamp:
        return known
    made = Outline(plan_of(strategy, is_outline=True), stamp)
    with _lock:
        _kept[place] = made
        while len(_kept) > MOST:
            del _kept[next(iter(_kept))]
    return made
