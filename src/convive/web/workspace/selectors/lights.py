"""Actions with their lights, and which lights have changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, QuerySet, Sum

from convive.core.strategy.lights import Standing, progress_of
from convive.web.workspace.models import (
    Action,
    DiaryEntry,
    LightChange,
    Meeting,
    Milestone,
    Spending,
    Strategy,
)
from convive.web.workspace.secrecy import meetings_of, whole_actions_of
from convive.web.workspace.selectors.plan import commitments_about_all, plain_actions

WITHOUT_MEETING = timedelta(days=30)
"""How far one looks back where no meeting was held."""
MOST_CHANGES = 200


@dataclass(frozen=True)
class Shift:
    """An action that stands otherwise than it did: first and last of its changes."""

    action: Action
    before: str
    after: str
    on: date
    reasons: list[dict[str, Any]]
    """Empty for whoever sees the action in outline."""


@dataclass(frozen=True)
class Since:
    """What has happened in a strategy since a day."""

    shifts: list[Shift]
    n_entries: int
    n_milestones: int
    spent: Any


def standings_of_page(
    actions: list[Action], account: Any, today: date
) -> tuple[dict[int, Standing], frozenset[int]]:
    """Return how some actions stand now, and which of them the account sees whole."""
    whole = _whole(account, [one.pk for one in actions])
    mine = [one for one in actions if one.pk in whole]
    plain, about = plain_actions(mine), commitments_about_all(mine)
    found = {
        pk: progress_of(action, today=today, commitments=about[pk]) for pk, action in plain.items()
    }
    return found, whole


def counts_by_light(actions: QuerySet[Action]) -> dict[str, int]:
    """Return light → number of actions."""
    rows = Action.objects.filter(pk__in=actions.order_by().values("pk")).order_by()
    return dict(rows.values_list("progress").annotate(Count("pk")))


def last_meeting(strategy: Strategy, account: Any, now: datetime) -> Meeting | None:
    """Return the newest meeting about a strategy that was held and that an account knows of."""
    held = (Meeting.State.HELD, Meeting.State.MINUTED)
    known = meetings_of(account).order_by().values("pk")
    rows = Meeting.objects.filter(pk__in=known, strategy=strategy, state__in=held)
    return rows.filter(starts_at__lte=now).order_by("-starts_at").first()


def changed_since(strategy: Strategy, day: date, account: Any) -> Since:
    """Return what has changed after a day; money and diary of what the account sees whole."""
    rows = LightChange.objects.filter(action__strategy=strategy, on__gt=day)
    joined = rows.select_related("action__strategy").order_by("on", "pk")
    first: dict[int, LightChange] = {}
    last: dict[int, LightChange] = {}
    for one in joined:
        first.setdefault(one.action_id, one)
        last[one.action_id] = one
    moved = [pk for pk, one in last.items() if first[pk].before and first[pk].before != one.after]
    whole = _whole(account, moved)
    shifts = [
        Shift(last[pk].action, first[pk].before, last[pk].after, last[pk].on,
              last[pk].reasons if pk in whole else [])
        for pk in moved
    ]  # fmt: skip
    seen = whole_actions_of(account).filter(strategy=strategy).order_by().values("pk")
    spent = Spending.objects.filter(action__in=seen, on__gt=day).aggregate(sum=Sum("amount"))
    return Since(
        shifts=shifts,
        n_entries=DiaryEntry.objects.filter(
            action__in=seen, on__gt=day, corrected_by=None
        ).count(),
        n_milestones=Milestone.objects.filter(
            action__strategy=strategy, done_on__gt=day
        ).count(),
        spent=spent["sum"],
    )


def _whole(account: Any, numbers: list[int]) -> frozenset[int]:
    found = whole_actions_of(account).order_by()
    whole: set[int] = set()
    for start in range(0, len(numbers), 500):
        some = found.filter(pk__in=numbers[start : start + 500])
        whole |= set(some.values_list("pk", flat=True))
    return frozenset(whole)
