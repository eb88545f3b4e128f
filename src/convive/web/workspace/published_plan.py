"""The published plan as a file: written whole or not at all, read without any database.

Public pages read this file and nothing else of the workspace. Several server processes may share
it: each looks at its date and size, and reads it anew when somebody has published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings

from convive.core.errors import StorageError
from convive.web.shared_files import ReadAgain, canonical, digest_of, write_whole

FORMAT = "convive-public-plan/1"
_FOLDER, _FILE = "public", "plan.json"
Snapshot = dict[str, Any]
Cell = tuple[str, str]
"""Codes of an action and of a group, or `AMOUNT`."""
AMOUNT = "amount"
"""Stands for a group where what an action has done is itself a number of people."""

_MOST = 2**31


def write_published(plan: Snapshot) -> None:
    """Show a snapshot from now on; readers see the old one or the new one, never half of it.

    Raises
    ------
    StorageError
        PLAN_NOT_PUBLISHED.
    """
    path = _path()
    if path is None:
        raise StorageError("PLAN_NOT_PUBLISHED")
    content = {"format": FORMAT, "digest": digest_of(plan), "plan": plan}
    try:
        write_whole(path, canonical(content).encode())
    except OSError as error:
        raise StorageError("PLAN_NOT_PUBLISHED") from error


def remove_published() -> None:
    """Show no plan any more.

    Raises
    ------
    StorageError
        PLAN_NOT_WITHDRAWN.
    """
    path = _path()
    try:
        if path is not None:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise StorageError("PLAN_NOT_WITHDRAWN") from error


def published() -> Snapshot | None:
    """Return what is published; None where nothing is, or where the file is damaged."""
    path = _path()
    if path is None or not settings.CONVIVE_HAS_WORKSPACE:
        return None
    try:
        return _file.now(path)
    except OSError:
        return None


def published_stamp() -> str:
    """Return what changes when the published plan does; empty where there is none."""
    found = published()
    return str(found["digest"])[:20] if found else ""


def told_counts(snapshot: Snapshot) -> dict[Cell, tuple[int, date]]:
    """Return action and group → number of people that is told, and the day on which it was first."""
    found = {}
    for challenge in snapshot["challenges"]:
        for objective in challenge["objectives"]:
            for action in objective["actions"]:
                for group, n, on in _told_of(action["delivered"]):
                    day = date.fromisoformat(on or snapshot["published_on"])
                    found[action["code"], group] = n, day
    return found


def _told_of(delivered: Snapshot) -> Iterator[tuple[str, int, str | None]]:
    """Return group, number and day; a snapshot of before told every amount, whatever its unit."""
    for one in delivered["reached"]:
        if one["n"] is not None:
            yield one["group"], one["n"], one.get("on")
    amount = delivered["amount"]
    if amount is not None and delivered.get("of_people", True) and 0 <= amount < _MOST:
        yield AMOUNT, round(amount), delivered.get("on")


def _opened(path: Path) -> Snapshot | None:
    """Return the snapshot with its digest, None where it is not what was written."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        plan = content["plan"]
        is_whole = content["format"] == FORMAT and content["digest"] == digest_of(plan)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {**plan, "digest": content["digest"]} if is_whole else None


_file = ReadAgain(_opened)


def _path() -> Path | None:
    root = settings.MEDIA_ROOT or settings.CONVIVE_WORKSPACE
    return Path(root) / _FOLDER / _FILE if root else None
