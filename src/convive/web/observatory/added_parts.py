"""Parts of an area's page that other apps add; the observatory knows none of those apps.

What a part shows changes only with a page that its app has added (`added_pages`), so that the
validator of the area's page changes with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AreaAsked:
    """What a part is asked about: an area, those it lies in and those inside, what was found."""

    level: str
    area_id: str
    around: frozenset[tuple[str, str]]
    """Level and code of the area itself, of those it lies in, and of those inside."""
    findings: Sequence[Mapping[str, Any]]
    """Rows of findings about the area itself."""
    language: str


Present = Callable[[AreaAsked], dict[str, Any] | None]
_added: dict[str, tuple[str, Present]] = {}


def add_part(name: str, template: str, present: Present) -> None:
    """Add a part; adding it again replaces it.

    Parameters
    ----------
    present : callable
        Returns what the template shows as ``part``, None where there is nothing. Asks no database.
    """
    _added[name] = (template, present)


def added_parts(asked: AreaAsked) -> list[dict[str, Any]]:
    """Return template and content of every part that has something to show."""
    found = ((template, present(asked)) for template, present in _added.values())
    return [{"template": template, "part": part} for template, part in found if part is not None]
