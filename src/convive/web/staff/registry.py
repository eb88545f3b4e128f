"""What the staff side offers: each app enters its pages here when it starts.

::

    class FieldworkConfig(AppConfig):
        def ready(self) -> None:
            registry.register(Entry("survey-list", "fieldwork.nav", "fieldwork.card", order=20))

Whether a person sees an entry is not said again here: the access rule of the page decides.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import resolve, reverse

from convive.web.access import rule_of


@dataclass(frozen=True)
class Entry:
    """A page that people start from.

    Parameters
    ----------
    name : str
        Name of the address, which takes the language and nothing else.
    title, text : str
        Keys of its name and of the sentence on the home page that says what one does there.
    order : int
        Place among the others; lower comes first.
    is_in_nav : bool
        Whether it stands in the navigation of every page, or on the home page only.
    """

    name: str
    title: str
    text: str
    order: int = 50
    is_in_nav: bool = True


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


def _admits(entry: Entry, user: Any) -> bool:
    rule = rule_of(resolve(reverse(entry.name, args=("en",))).func)
    return rule is not None and rule.admits(user)
