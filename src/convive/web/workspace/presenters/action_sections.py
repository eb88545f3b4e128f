"""Parts of the page of an action that tell of its delivery; each a template and what it shows.

A part is registered with a function that reads what it needs, or returns None where it has
nothing for this reader::

    SECTIONS.append(Section("diary", "workspace/action_sections/diary.html", _diary))

The page of the action draws them by ``{% include part.template with part=part %}``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convive.catalogue.texts import format_date
from convive.core.strategy.vocabulary import ActionState, Delivery
from convive.web.workspace.clock import today
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.diary import present_entries
from convive.web.workspace.presenters.money import present_sums
from convive.web.workspace.presenters.plan_page import money_text
from convive.web.workspace.secrecy import may_note_spending, may_write_diary, sees_whole
from convive.web.workspace.selectors.diary import newest_entries
from convive.web.workspace.selectors.money import sums_of_action

SHOWN_ENTRIES = 5
Values = Mapping[str, Any] | None


@dataclass(frozen=True)
class Section:
    """A part of the page of an action."""

    name: str
    template: str
    values: Callable[[Action, Any, str], Values]


@dataclass(frozen=True)
class ShownSection:
    """A part with its values."""

    name: str
    template: str
    values: Mapping[str, Any]


def sections_of(action: Action, account: Any, language: str) -> list[ShownSection]:
    """Return the parts of the page of an action that one account gets to see."""
    found = []
    for one in SECTIONS:
        values = one.values(action, account, language)
        if values is not None:
            found.append(ShownSection(one.name, one.template, values))
    return found


def _diary(action: Action, account: Any, language: str) -> Values:
    """What was done, the newest first, and the first tap."""
    if not sees_whole(account, action):
        return None
    is_running = action.state == ActionState.RUNNING
    return {
        "action": action,
        "rows": present_entries(newest_entries(action, SHOWN_ENTRIES), language),
        "deliveries": [one.value for one in Delivery],
        "may_write": may_write_diary(account, action) and is_running,
    }


def _spending(action: Action, account: Any, language: str) -> Values:
    """What was spent of what was planned."""
    if not sees_whole(account, action):
        return None
    currency = action.strategy.currency
    newest = action.spending.all()[:SHOWN_ENTRIES]
    return {
        "action": action,
        "sums": present_sums(sums_of_action(action), currency, language),
        "rows": [
            {"day": format_date(one.on, language), "note": one.note,
             "amount": money_text(one.amount, currency, language)}
            for one in newest
        ],
        "may_note": may_note_spending(account, action),
    }  # fmt: skip


def _milestones(action: Action, account: Any, language: str) -> Values:
    """Milestones that can be marked in one tap."""
    rows = list(action.milestones.all())
    if not rows or not may_write_diary(account, action):
        return None
    day = today()
    return {
        "action": action,
        "rows": [
            {"milestone": one, "due": format_date(one.due, language), "n_late": (day - one.due).days,
             "is_late": one.done_on is None and one.due < day,
             "done": format_date(one.done_on, language) if one.done_on else ""}
            for one in rows
        ],
    }  # fmt: skip


_HERE = "workspace/action_sections"
SECTIONS: list[Section] = [
    Section("diary", f"{_HERE}/diary.html", _diary),
    Section("milestones-now", f"{_HERE}/milestones.html", _milestones),
    Section("spending", f"{_HERE}/spending.html", _spending),
]
"""The parts in the order of the page."""
