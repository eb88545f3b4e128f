"""Keeps which numbers of people a pack has told in its bundles: no later one may differ by a few.

::

    shelf/told.json      {"<action>/<group>": [number, …]}; nothing in it that was not published
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from convive.core.errors import StorageError

if TYPE_CHECKING:
    from convive.core.model import DisclosureRule
    from convive.core.shelf.memory import Told
    from convive.core.strategy.model import Plan

_FILE = "told.json"


def read_told(folder: Path) -> Told:
    """Return action and group → numbers that were told; nothing where no bundle was made yet.

    Raises
    ------
    StorageError
        SHELF_PUBLISHED_UNREADABLE: without it nobody knows what a new number would give away.
    """
    try:
        raw = json.loads((folder / _FILE).read_text("utf-8"))
        cells = {tuple(key.rsplit("/", 1)): tuple(map(int, ns)) for key, ns in raw.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise StorageError("SHELF_PUBLISHED_UNREADABLE", detail=_FILE) from error
    return {(cell[0], cell[-1]): ns for cell, ns in cells.items()}


def keep_told(folder: Path, plans: Iterable[Plan], rule: DisclosureRule, before: Told) -> None:
    """Add the numbers that the next bundle tells.

    Raises
    ------
    StorageError
        SHELF_KEY_NOT_WRITTEN.
    """
    from convive.catalogue.unit_words import unit_words  # noqa: PLC0415 — see shelf_exchange
    from convive.core.shelf.memory import TOLD_STATES, delivered  # noqa: PLC0415 — see shelf_exchange

    told = {cell: set(ns) for cell, ns in before.items()}
    for plan in plans:
        for _, _, action in plan.actions():
            if action.state not in TOLD_STATES:
                continue
            for one in delivered(action, rule, unit_words(), before).reached:
                if one.n is not None:
                    told.setdefault((action.code, one.group), set()).add(one.n)
    if not told:
        return
    raw = {f"{action}/{group}": sorted(ns) for (action, group), ns in sorted(told.items())}
    draft = folder / f".{_FILE}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps(raw, indent=1), "utf-8")
        draft.replace(folder / _FILE)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StorageError("SHELF_KEY_NOT_WRITTEN", detail=_FILE) from error
