"""The audit that the pages show: opened once, opened again when it has changed.

Which one that is may be another app's to say (`choose_with`): the observatory knows none of them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from django.conf import settings

from convive.app.history import run_digest
from convive.app.ports import Build
from convive.app.withdrawal import AUDIT
from convive.core.errors import ConviveError, NotFoundError
from convive.core.model import Look

T = TypeVar("T")


@dataclass(frozen=True)
class Site:
    """A build with its digest, the moment it was built, and what was derived from it."""

    build: Build
    digest: str
    built_at: datetime
    since: datetime | None = None
    """From when it is shown as it is, where that is later than it was built."""
    _kept: dict[Any, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def version(self) -> str:
        """Return the name of this audit in addresses: the first twelve signs of its digest."""
        return self.digest[:12]

    @property
    def changed_at(self) -> datetime:
        """Return when what is shown has changed last."""
        return max(self.built_at, self.since) if self.since else self.built_at

    @property
    def is_withdrawn(self) -> bool:
        """Whether the whole audit was taken back."""
        return AUDIT in self.build.gone

    def keep(self, key: Any, make: Callable[[], T]) -> T:
        """Return what `make` gives, made once as long as this audit is shown."""
        if key not in self._kept:
            self._kept[key] = make()
        result: T = self._kept[key]
        return result


@dataclass(frozen=True, slots=True)
class Choice:
    """Which build to show, and how.

    Parameters
    ----------
    folder : str
    name : str
        Changes whenever anything that is made of the build does.
    prepare : callable
        Build as it was kept → as it is shown.
    since : datetime or None
        From when it is shown.
    """

    folder: str
    name: str
    prepare: Callable[[Build], Build]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Version:
    """An audit as it was published once, under the name that its addresses keep.

    Parameters
    ----------
    version : str
    built_at : str
    shown_from : datetime
    is_withdrawn : bool
        Whether something in it was taken back since.
    choice : Choice
        How to open it.
    """

    version: str
    built_at: str
    shown_from: datetime
    is_withdrawn: bool
    choice: Choice


Versions = tuple[Version, ...]
Chooser = Callable[[str], Choice | None]
"""Called with the folder of the settings; None: show that folder as it is."""

MOST_OPEN = 6
"""Builds beside the one that is shown: previews, and earlier ones that are asked for."""

Key = tuple[str, str]
Stamp = tuple[int, int]

_lock = threading.Lock()
"""Of the two tables below, held for moments; never while a build is opened: every page takes it."""
_shown: dict[Key, tuple[Stamp, Site]] = {}
_opening: dict[Key, threading.Lock] = {}
"""One a build that is being opened: whoever asks for the same one waits, nobody else does."""
_held: list[Site] = []
_choosers: list[Chooser] = []
_listers: list[Callable[[], Versions]] = []
_instead: ContextVar[tuple[Site, Versions] | None] = ContextVar("convive_instead", default=None)


def choose_with(chooser: Chooser, lister: Callable[[], Versions]) -> None:
    """Ask an app which build to show and which were shown before; the last to ask for it is."""
    _choosers[:], _listers[:] = [chooser], [lister]


def kept_versions() -> Versions:
    """Return what was published and is kept, the newest first; empty where nobody keeps it."""
    instead = _instead.get()
    if instead is not None:
        return instead[1]
    return _listers[0]() if _listers and not _held else ()


@contextmanager
def showing(site: Site, versions: Versions = ()) -> Iterator[None]:
    """Show another audit within this context, and nowhere else."""
    token = _instead.set((site, versions))
    try:
        yield
    finally:
        _instead.reset(token)


def is_decided() -> bool:
    """Tell whether somebody has decided what is shown, by review or by corrections.

    True also where what was decided cannot be read: then nobody can tell what was taken back.
    """
    try:
        return bool(_choosers) and _choosers[0](settings.CONVIVE_BUILD) is not None
    except ConviveError:
        return True


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
        BUILD_NOT_FOUND where no finished audit is there (yet), or none is published.
    """
    instead = _instead.get()
    if instead is not None:
        return instead[0]
    if _held:
        return _held[0]
    folder = settings.CONVIVE_BUILD
    choice = _choosers[0](folder) if _choosers else None
    return open_choice(choice or Choice(folder, "", _as_it_is))


def open_choice(choice: Choice, *, keep: bool = True) -> Site:
    """Return the audit that was chosen.

    Parameters
    ----------
    choice : Choice
    keep : bool
        Whether it stays open for the next who asks; false for many that are only looked into.

    Raises
    ------
    NotFoundError
        BUILD_NOT_FOUND.
    """
    folder = choice.folder
    if not folder:
        raise NotFoundError("BUILD_NOT_FOUND", folder="")
    record = Path(folder) / "run.json"
    try:
        stat = record.stat()
    except OSError as error:
        raise NotFoundError("BUILD_NOT_FOUND", folder=folder) from error
    stamp, key = (stat.st_mtime_ns, stat.st_size), (folder, choice.name)
    found = _known(key, stamp)
    if found is not None:
        return found
    with _lock:
        turn = _opening.setdefault(key, threading.Lock())
    with turn:
        try:
            found = _known(key, stamp)  # somebody may have opened it while we waited
            if found is None:
                site = make_site(choice.prepare(_opened(Path(folder))))
                found = replace(site, since=choice.since)
                if keep:
                    _remember(key, stamp, found)
        finally:
            with _lock:
                _opening.pop(key, None)
    return found


def _known(key: Key, stamp: Stamp) -> Site | None:
    """Return a build that is open, as its run record is now; it is the one last asked for."""
    with _lock:
        known = _shown.get(key)
        if known is None or known[0] != stamp:
            return None
        _shown[key] = _shown.pop(key)
        return known[1]


def _remember(key: Key, stamp: Stamp, site: Site) -> None:
    """Keep a build open; beyond so many the one that nobody has asked for longest is closed."""
    with _lock:
        _shown.pop(key, None)
        _shown[key] = (stamp, site)
        for old in list(_shown)[: -MOST_OPEN - 1]:
            del _shown[old]


def current_look() -> Look:
    """Return the look of the town; Convive's own as long as there is no audit."""
    try:
        return current_site().build.city.look
    except ConviveError:
        return Look()


def _as_it_is(build: Build) -> Build:
    return build


def _opened(folder: Path) -> Build:
    from convive import wiring  # noqa: PLC0415 - the adapters load only when a folder is opened

    return wiring.open_build(folder)
