"""What the home page tells each person to do next: each app enters its panels when it starts.

::

    panels.register(Panel("next_meetings", "home.next_meetings", "workspace/….html", next_meetings))

The context function gets the account and the language and returns the values of the template, or
None where there is nothing to say to this person: then the panel is left out. Every panel is
drawn with every visit, so a context function asks one or two queries, whatever the town has.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from convive.web.roles import Role

Context = Callable[[Any, str], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Panel:
    """A part of the home page.

    Parameters
    ----------
    name : str
        Code, also the id of its heading.
    title : str
        Key of its heading.
    template : str
        Path of its template, which finds the values as ``panel``.
    context : callable
        ``(account, language)`` → values, or None.
    order : int
        Place among the others; lower comes first.
    roles : frozenset of Role
        Who it is for; empty: everybody who is signed in.
    """

    name: str
    title: str
    template: str
    context: Context
    order: int = 50
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class ShownPanel:
    """A panel with its values."""

    panel: Panel
    values: Mapping[str, Any]


_panels: dict[str, Panel] = {}


def register(panel: Panel) -> None:
    """Enter a panel; entering it again replaces it."""
    _panels[panel.name] = panel


def panels_for(account: Any, language: str) -> list[ShownPanel]:
    """Return the panels that have something to say to a person, in their order."""
    shown = []
    for panel in sorted(_panels.values(), key=lambda one: (one.order, one.name)):
        if panel.roles and not panel.roles & account.roles:
            continue
        values = panel.context(account, language)
        if values is not None:
            shown.append(ShownPanel(panel, values))
    return shown
