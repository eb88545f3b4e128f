"""Which column of a file is meant by a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from convive.catalogue.model import loose

_HYPHEN_BREAK = re.compile(r"-\s*[\r\n]+\s*")
_BLANKS = re.compile(r"\s+")


def normalise_header(name: str) -> str:
    r"""Return a column name without line breaks and doubled blanks.

    Examples
    --------
    >>> normalise_header(" Wohnraum-\neinbruch ")
    'Wohnraum-einbruch'
    """
    return _BLANKS.sub(" ", _HYPHEN_BREAK.sub("-", name)).strip()


def column_named(name: str, names: Sequence[str]) -> str | None:
    """Return which of the columns is meant: by exact name, else by the only loose match."""
    wanted = normalise_header(name)
    if wanted in names:
        return wanted
    alike = [known for known in names if loose(known) == loose(wanted)]
    return alike[0] if len(alike) == 1 else None
