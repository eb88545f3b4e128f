"""The rules of the traffic lights, one function a rule; each returns reasons, or none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from convive.core.strategy.elapsed import share_of_time
from convive.core.strategy.model import Action, Commitment, DiaryEntry, Spending
from convive.core.strategy.vocabulary import Delivery, Progress

GOOD, TOLD, RISK, SERIOUS = -1, 0, 1, 2
SERIOUS_DAYS = 30
"""A milestone or a commitment that is overdue for longer is serious."""
LATE_DAYS, VERY_LATE_DAYS = 14, 90
"""A start that is later than this is a risk, or serious."""
PACE, SLOW_PACE = 0.75, 0.5
"""Share of the dose due by now below which an action is at risk, or off track."""
OVERSPENT = Decimal("1.10")
"""Times the planned money of all years from which on it is serious."""
UNDERSPENT = Decimal("0.5")
"""Share of the money due by now below which money is not being used."""
MONEY_DAYS = 90
"""Under-spending is only looked at so long after the start."""
RECENT = 3
"""How many entries of the diary are looked at for what was delivered."""
_SHORT = (Delivery.LESS, Delivery.NOT_DONE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something stands as it does; in words ``plan.reason.<code>``.

    `params` are plain values (numbers, texts, days as ISO 8601), so that they can be kept.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    weight: int = TOLD
    """2 serious, 1 a risk, 0 only said, -1 speaks for it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How something stands, and why, the gravest reason first."""

    progress: Progress
    reasons: tuple[Reason, ...] = ()


def overdue_milestones(action: Action, today: date) -> list[Reason]:
    """Return a reason where a milestone has passed and nobody said that it is done."""
    late = [one for one in action.milestones if one.due < today and not _by(one.done_on, today)]
    if not late:
        return []
    first = min(late, key=lambda one: one.due)
    return [_overdue("milestone_overdue", first.due, len(late), today, first.title)]


def overdue_commitments(commitments: Sequence[Commitment], today: date) -> list[Reason]:
    """Return a reason where a promise that concerns the action is overdue."""
    late = [one for one in commitments if one.due < today and not one.is_dropped]
    late = [one for one in late if not _by(one.done_on, today)]
    if not late:
        return []
    first = min(late, key=lambda one: one.due)
    return [_overdue("commitment_overdue", first.due, len(late), today, first.owner)]


def _overdue(code: str, due: date, n: int, today: date, what: str) -> Reason:
    days = (today - due).days
    params = {"n": n, "days": days, "what": what, "due": due.isoformat()}
    return Reason(code, params, SERIOUS if days > SERIOUS_DAYS else RISK)


def done_milestones(action: Action, today: date) -> list[Reason]:
    """Return a reason that speaks for the action where milestones were reached."""
    n = sum(_by(one.done_on, today) for one in action.milestones)
    return [Reason("milestone_done", {"n": n, "of": len(action.milestones)}, GOOD)] if n else []


def late_start(action: Action, today: date) -> list[Reason]:
    """Return a reason where an action should have begun and has not."""
    if action.starts_on is None or action.starts_on >= today:
        return []
    days = (today - action.starts_on).days
    weight = SERIOUS if days > VERY_LATE_DAYS else RISK if days > LATE_DAYS else TOLD
    params = {"days": days, "day": action.starts_on.isoformat()}
    return [Reason("start_late", params, weight)]


def past_end(action: Action, today: date) -> list[Reason]:
    """Return a reason where an action still runs after its last day."""
    if action.ends_on is None or action.ends_on >= today:
        return []
    params = {"days": (today - action.ends_on).days, "day": action.ends_on.isoformat()}
    return [Reason("past_end", params, RISK)]


def has_just_begun(action: Action, today: date) -> bool:
    """Tell whether an action runs for so short a time that nothing can be expected yet."""
    start = action.starts_on
    return start is not None and (today - start).days <= action.diary_days


def diary(action: Action, today: date) -> list[Reason]:
    """Return what the diary says: when it was last written, and whether the work was done."""
    entries = sorted((one for one in action.diary if one.on <= today), key=lambda one: one.on)
    if not entries:
        if action.starts_on is None or has_just_begun(action, today):
            return []
        days = (today - action.starts_on).days
        return [Reason("diary_silent", {"days": days, "expected": action.diary_days}, RISK)]
    days = (today - entries[-1].on).days
    params = {"days": days, "expected": action.diary_days, "day": entries[-1].on.isoformat()}
    if days > action.diary_days:
        return [Reason("diary_silent", params, RISK), *_delivered(entries)]
    return _delivered(entries) or [Reason("diary_kept", params, GOOD)]


def _delivered(entries: Sequence[DiaryEntry]) -> list[Reason]:
    """Return a reason where most of the last entries say that less was done than planned."""
    last = entries[-RECENT:]
    short = [one for one in last if one.delivery in _SHORT]
    if len(short) < 2:
        return []
    none_done = len(last) == RECENT and all(one.delivery is Delivery.NOT_DONE for one in last)
    params = {"n": len(short), "of": len(last)}
    return [Reason("delivery_short", params, SERIOUS if none_done else RISK)]


def dose(action: Action, today: date) -> list[Reason]:
    """Return whether as much was delivered as the time that has passed asks for.

    The last stretch between two entries is not asked for yet: it may not be written down.
    """
    start, end, planned = action.starts_on, action.ends_on, action.dose_planned
    amounts = [one.amount for one in action.diary if one.amount is not None and one.on <= today]
    if start is None or end is None or not planned or planned <= 0 or not amounts:
        return []
    written_until = today if today > end else today - timedelta(days=action.diary_days)
    due = planned * share_of_time(start, end, written_until)
    if due <= 0:
        return []
    delivered = sum(amounts)
    params = {
        "delivered": delivered,
        "due": due,
        "planned": planned,
        "unit": action.dose_unit or "–",
    }
    params["percent"] = 100 * delivered / due
    if delivered >= PACE * due:
        return [Reason("dose_on_pace", params, GOOD)]
    return [Reason("dose_behind", params, SERIOUS if delivered < SLOW_PACE * due else RISK)]


def money(action: Action, today: date) -> list[Reason]:
    """Return whether more was spent than planned, or far less than is due by now."""
    planned = action.planned_money
    entries = [one for one in action.spending if one.on <= today]
    if planned <= 0:
        return []
    spent = sum((one.amount for one in entries), Decimal(0))
    if spent > planned:
        weight = SERIOUS if spent > OVERSPENT * planned else RISK
        return [Reason("spending_over", _money(spent, planned), weight)]
    due = money_due(action, today)
    if not _runs_long_enough(action, today) or due <= 0:
        return _within(entries, spent, planned)
    if not entries:
        return [Reason("spending_none", _money(spent, due), TOLD)]
    if spent < UNDERSPENT * due:
        return [Reason("spending_under", _money(spent, due), RISK)]
    return _within(entries, spent, planned)


def money_due(action: Action, today: date) -> Decimal:
    """Return the planned money of the years so far; of this year, its share that has passed."""
    gone = sum((one.amount for one in action.budget if one.year < today.year), Decimal(0))
    current = sum((one.amount for one in action.budget if one.year == today.year), Decimal(0))
    first, last = date(today.year, 1, 1), date(today.year, 12, 31)
    first = max(first, action.starts_on or first)
    last = min(last, action.ends_on or last)
    return gone + current * Decimal(share_of_time(first, last, today)).quantize(Decimal("0.0001"))


def _within(entries: Iterable[Spending], spent: Decimal, planned: Decimal) -> list[Reason]:
    return [Reason("spending_kept", _money(spent, planned), GOOD)] if any(entries) else []


def _money(spent: Decimal, planned: Decimal) -> dict[str, Any]:
    percent = float(100 * spent / planned)
    return {"spent": float(spent), "planned": float(planned), "percent": percent}


def _runs_long_enough(action: Action, today: date) -> bool:
    return action.starts_on is not None and (today - action.starts_on).days >= MONEY_DAYS


def _by(day: date | None, today: date) -> bool:
    return day is not None and day <= today
