"""Plans that somebody has uploaded and not yet taken over: in a file, for an hour, for them alone."""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from convive.core.errors import ConviveError, NotFoundError, StorageError
from convive.core.model import Place, Problem, Severity
from convive.core.strategy.model import Plan
from convive.wiring.plans import read_plan, write_plan

KEPT_SECONDS = 3600
_FOLDER = "held_plans"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")


@dataclass(frozen=True)
class HeldPlan:
    """An uploaded plan."""

    token: str
    plan: Plan
    file: str
    """Name that the file had."""
    warnings: tuple[Problem, ...] = ()
    """What was noticed about the file and does not stand in the way."""


def hold_plan(plan: Plan, file: str, warnings: Iterable[Problem] = (), *, account: Any) -> str:
    """Keep a plan for an hour, and return the token by which its owner finds it again.

    Raises
    ------
    StorageError
        PLAN_NOT_HELD.
    """
    token = secrets.token_urlsafe(24)
    content = {
        "account": account.pk, "file": Path(file).name[:120],
        "plan": write_plan(plan, "json").decode(), "warnings": [asdict(one) for one in warnings],
    }  # fmt: skip
    try:
        folder = _folder()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _sweep(folder)
        descriptor = os.open(folder / f"{token}.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as kept:
            json.dump(content, kept)
    except OSError as error:
        raise StorageError("PLAN_NOT_HELD") from error
    return token


def held_plan(token: str, *, account: Any) -> HeldPlan:
    """Return a plan that this account has uploaded within the hour.

    Raises
    ------
    NotFoundError
        PLAN_NOT_HELD_ANY_MORE, also for what somebody else has uploaded.
    """
    gone = NotFoundError("PLAN_NOT_HELD_ANY_MORE")
    if not _TOKEN.fullmatch(token):
        raise gone
    path = _folder() / f"{token}.json"
    try:
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            raise gone
        content = json.loads(path.read_text(encoding="utf-8"))
        if content["account"] != account.pk:
            raise gone
        plan = read_plan(content["plan"].encode(), content["file"])
        warnings = tuple(_problem(one) for one in content["warnings"])
    except (OSError, ValueError, KeyError, ConviveError) as error:
        raise gone from error
    return HeldPlan(token, plan, content["file"], warnings)


def _problem(row: dict[str, Any]) -> Problem:
    fixed = {"place": Place(**row["place"]), "severity": Severity(row["severity"])}
    return Problem(**(row | fixed | {"examples": tuple(row["examples"])}))


def drop_plan(token: str) -> None:
    """Forget an uploaded plan; one that is gone is gone."""
    if _TOKEN.fullmatch(token):
        with suppress(OSError):
            (_folder() / f"{token}.json").unlink(missing_ok=True)


def _folder() -> Path:
    root = settings.CONVIVE_WORKSPACE or settings.MEDIA_ROOT
    if not root:
        raise StorageError("PLAN_NOT_HELD")
    return Path(root) / _FOLDER


def _sweep(folder: Path) -> None:
    oldest = time.time() - KEPT_SECONDS
    for path in folder.glob("*.json"):
        with suppress(OSError):
            if path.stat().st_mtime < oldest:
                path.unlink()
