"""What the staff side offers: each app enters its pages here when it starts.

::

    class FieldworkConfig(AppConfig):
        def ready(self) -> None:
            registry.register(
                Entry("survey-list", "fieldwork.nav", "fieldwork.card", "fieldwork", order=20)
            )

Whether a person sees an entry is not said again here: the access rule of the page decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse

from convive.catalogue.texts import say
from convive.web.access import rule_of

GROUPS = ("plan", "shelf", "partners", "meetings", "diary", "fieldwork", "evidence", "office")
"""Parts of the menu in their order; their words are ``menu.<group>``."""
HEAD = ""
"""Instead of a group: the page has its link in the head of every page."""


@dataclass(frozen=True)
class Entry:
    """A page that people start from.

    Parameters
    ----------
    name : str
        Name of the address, which takes the language and nothing else.
    title, text : str
        Keys of its name and of the sentence on the home page that says what one does there.
    group : str
        Part of the menu that it stands in, one of `GROUPS`, or `HEAD`.
    order : int
        Place among the others of its group; lower comes first.
    """

    name: str
    title: str
    text: str
    group: str
    order: int = 50


@dataclass(frozen=True)
class Group:
    """A part of the menu with the entries that a person may open; the first one leads it."""

    name: str
    text: str
    entries: tuple[Entry, ...]
    is_current: bool


@dataclass(frozen=True)
class Counter:
    """A page with something to count, told in the head of every page of an account.

    Parameters
    ----------
    name : str
        Name of the address, which takes the language and nothing else.
    title : str
        Key of what is counted, a plural of `n`.
    count : callable
        Account → number, by one query.
    """

    name: str
    title: str
    count: Callable[[Any], int]


_entries: dict[str, Entry] = {}
_counters: dict[str, Counter] = {}


def register(entry: Entry) -> None:
    """Enter a page; entering it again replaces it."""
    _entries[entry.name] = entry


def register_counter(counter: Counter) -> None:
    """Enter something to count; entering it again replaces it."""
    _counters[counter.name] = counter


def counted_for(account: Any) -> list[tuple[Counter, int]]:
    """Return what an account has to look at."""
    return [(one, one.count(account)) for one in _counters.values()]


def entries_for(user: Any) -> list[Entry]:
    """Return the entries that a person may open, in their order."""
    return sorted(
        (entry for entry in _entries.values() if _admits(entry, user)),
        key=lambda entry: (entry.order, entry.name),
    )


def menu_for(user: Any, language: str, here: str = "") -> list[Group]:
    """Return the parts of the menu that hold something for a person.

    Parameters
    ----------
    here : str
        Name of the entry that the page belongs to.
    """
    known = entries_for(user)
    parts = {name: tuple(one for one in known if one.group == name) for name in GROUPS}
    return [
        Group(name, say(f"menu.{name}", language), own, any(one.name == here for one in own))
        for name, own in parts.items()
        if own
    ]


def _admits(entry: Entry, user: Any) -> bool:
    rule = rule_of(resolve(reverse(entry.name, args=("en",))).func)
    return rule is not None and rule.admits(user)
