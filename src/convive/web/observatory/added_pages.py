"""Public pages that other apps add to the navigation; the observatory knows none of those apps.

A page that has nothing to show stands in no navigation. What it shows is part of the validator of
every page, because the navigation changes with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class AddedPage:
    """A public page of another app.

    Parameters
    ----------
    name : str
        Name of the address, which takes the language and nothing else.
    title : str
        Key of its name in the navigation.
    stamp : callable
        Returns what changes when the page does; empty as long as it has nothing to show. Asks no
        database, and is quick: every public page calls it.
    """

    name: str
    title: str
    stamp: Callable[[], str]


_added: dict[str, AddedPage] = {}


def add_page(page: AddedPage) -> None:
    """Add a page; adding it again replaces it."""
    _added[page.name] = page


def added_pages() -> list[AddedPage]:
    """Return the pages that have something to show."""
    return [one for one in _added.values() if one.stamp()]


def added_stamp() -> str:
    """Return what changes when any of them does; empty as long as none shows anything."""
    stamps = [stamp for one in _added.values() if (stamp := one.stamp())]
    return f"-{hashlib.sha256(' '.join(stamps).encode()).hexdigest()[:12]}" if stamps else ""
