"""A meeting as its pages and papers show it: items with their times, facts, results."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from babel.dates import format_time

from convive.catalogue.texts import format_date, locale_of, say
from convive.web.workspace.clock import local
from convive.web.workspace.models import AgendaItem, Commitment, Decision, Meeting
from convive.web.workspace.presenters.facts import FactLine, lines_of, refs_of
from convive.web.workspace.presenters.links import links_for
from convive.web.workspace.selectors.meetings import commitments_made, items_of


@dataclass(frozen=True)
class ShownItem:
    """One item of an agenda."""

    item: AgendaItem
    number: int
    title: str
    starts: str
    lines: list[FactLine]
    decisions: list[Decision]
    commitments: list[Commitment]


@dataclass(frozen=True)
class ShownMeeting:
    """A meeting with its agenda."""

    meeting: Meeting
    day: str
    starts: str
    ends: str
    planned_end: str
    is_too_long: bool
    items: list[ShownItem]
    others: list[Commitment]
    """Commitments that arose at no item."""

    @property
    def commitments(self) -> list[Commitment]:
        """Everything that was promised."""
        return [*(one for item in self.items for one in item.commitments), *self.others]


def present_meeting(meeting: Meeting, account: Any, language: str) -> ShownMeeting:
    """Return a meeting for a reader who may know of it."""
    items = items_of(meeting)
    links = links_for(account, meeting, refs_of(items), language)
    start, end = local(meeting.starts_at), local(meeting.ends_at)
    promised: dict[int | None, list[Commitment]] = defaultdict(list)
    for one in commitments_made(meeting):
        promised[one.item_id].append(one)
    shown, at = [], start
    for number, item in enumerate(items, start=1):
        lines = lines_of(item, links, language)
        shown.append(ShownItem(
            item, number, title_of(item, language), clock_time(at, language), lines,
            list(item.decisions.all()), promised.pop(item.pk, []),
        ))  # fmt: skip
        at += timedelta(minutes=item.minutes_planned)
    return ShownMeeting(
        meeting, format_date(start.date(), language), clock_time(start, language),
        clock_time(end, language), clock_time(at, language), at > end, shown,
        [one for rest in promised.values() for one in rest],
    )  # fmt: skip


def title_of(item: AgendaItem, language: str) -> str:
    """Return the title that somebody gave it, or what its kind is called."""
    return item.title or say(f"agenda.kind.{item.kind}", language)


def clock_time(at: datetime, language: str) -> str:
    """Return a time of day as the reader writes it."""
    return str(format_time(at, "short", locale=locale_of(language)))


def day_and_time(at: datetime, language: str) -> str:
    """Return day and time of a kept moment by the town's clock."""
    here = local(at)
    return f"{format_date(here.date(), language)}, {clock_time(here, language)}"


def rows_of(meetings: Iterable[Meeting], language: str) -> list[dict[str, Any]]:
    """Return meetings as rows of a list."""
    return [{"meeting": one, "when": day_and_time(one.starts_at, language)} for one in meetings]
