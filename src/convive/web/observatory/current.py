"""The audit that the pages show: opened once, opened again when it has changed."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from convive.app.ports import Build
from convive.core.errors import NotFoundError

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """A build with its digest, the moment it was built, and what was derived from it."""

    build: Build
    digest: str
    built_at: datetime
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    def keep(self, key: Any, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once as long as this audit is shown."""
        if key not in self._kept:
            self._kept[key] = make()
        result: T = self._kept[key]
        return result


_lock = threading.Lock()
_shown: dict[str, tuple[tuple[int, int], Site]] = {}
_held: list[Site] = []


def run_digest(run: Mapping[str, Any]) -> str:
    """Return a digest of a run record: changes exactly when the audit does."""
    text = json.dumps(run, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def make_site(build: Build) -> Site:
    """Wrap a build."""
    try:
        built_at = datetime.fromisoformat(str(build.run.get("built_at", "")))
    except ValueError:
        built_at = datetime(2000, 1, 1, tzinfo=UTC)
    if built_at.tzinfo is None:
        built_at = built_at.replace(tzinfo=UTC)
    return Site(build, run_digest(build.run), built_at)


def hold(build: Build) -> None:
    """Show a build that is in memory instead of a folder (tests, notebooks)."""
    release()
    _held.append(make_site(build))


def release() -> None:
    """Show the folder of the settings again."""
    _held.clear()
    _shown.clear()


def current_site() -> Site:
    """Return the audit to show; opened again when its run record has changed on disk.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND where no finished audit is there (yet).
    """
    if _held:
        return _held[0]
    folder = settings.CONVIVE_BUILD
    if not folder:
        raise NotFoundError("BUILD_NOT_FOUND", folder="")
    record = Path(folder) / "run.json"
    try:
        stat = record.stat()
    except OSError as error:
        raise NotFoundError("BUILD_NOT_FOUND", folder=folder) from error
    stamp = (stat.st_mtime_ns, stat.st_size)
    with _lock:
        known = _shown.get(folder)
        if known is None or known[0] != stamp:
            known = (stamp, make_site(_opened(Path(folder))))
            _shown[folder] = known
    return known[1]


def _opened(folder: Path) -> Build:
    from convive import wiring  # noqa: PLC0415 - the adapters load only when a folder is opened

    return wiring.open_build(folder)
