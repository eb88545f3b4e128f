"""Names of form fields: where an answer stands, written as HTML takes it.

``("stops", 2, "lighting")`` is ``stops-2-lighting``. Names of items and sections hold no hyphen and
begin with a letter, so a name says one place only, and a name that begins with ``_`` is never one.
Under the name of a section that repeats stands how many rounds it has.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

POSITION_PARTS = ("latitude", "longitude", "altitude", "accuracy")
"""Fields of a position: its name, a hyphen, and one of these."""
ZONE = "zone"
"""Field beside a moment that keeps its distance from UTC, where it has one."""
KEPT = "kept"
"""Field beside a photo: the name of the one that is kept already."""
DROP = "drop"
"""Box beside a photo: ticked, the one that is kept goes."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*(-[0-9]{1,4}-[A-Za-z][A-Za-z0-9_]*)*(-[0-9]{1,4})?")


def name_of(path: Path) -> str:
    """Return the name of a field.

    Examples
    --------
    >>> name_of(("stops", 2, "lighting"))
    'stops-2-lighting'
    """
    return "-".join(str(part) for part in path)


def path_of(name: str) -> Path | None:
    """Return where a name points, None where it is none.

    Examples
    --------
    >>> path_of("stops-2-lighting")
    ('stops', 2, 'lighting')
    """
    if len(name) > 400 or not _NAME.fullmatch(name):
        return None
    return tuple(int(part) if part.isdecimal() else part for part in name.split("-"))


def field_id(path: Path) -> str:
    """Return the id of a field in the page; no id of a page's own begins with ``q-``."""
    return f"q-{name_of(path)}"
