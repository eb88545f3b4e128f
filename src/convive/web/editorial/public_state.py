"""What is published, as a file: written whole or not at all, read without any database.

It carries the dates, so that an edition appears on its day without a worker, and every correction
with the moment from which it stands. Several server processes may share it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings

from convive.app.corrections import Correction, correction_as_json, correction_of_json
from convive.core.errors import StorageError
from convive.web.shared_files import ReadAgain, canonical, digest_of, write_whole

FORMAT = "convive-editions/1"
EDITIONS = "editions"
_FOLDER, _FILE = "public", "editions.json"
_MARKER = "editions.written"
"""Beside the database: that the file was written once, so that its loss is noticed."""


@dataclass(frozen=True, slots=True)
class Edition:
    """An audit that may be shown from a moment on.

    Parameters
    ----------
    key : str
        First twelve signs of the digest of the audit as it was built.
    built_at : str
    visible_from : datetime
    words : mapping
        What the editors say: ``title`` and ``text``, each per language.
    """

    key: str
    built_at: str
    visible_from: datetime
    words: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Stood:
    """A correction, and the moment from which it stands so."""

    correction: Correction
    at: datetime


@dataclass(frozen=True, slots=True)
class PublicState:
    """Everything that decides what the public sees."""

    is_reviewed: bool = False
    """Whether an audit appears only when two have looked at it."""
    editions: tuple[Edition, ...] = ()
    """The approved ones, by the moment from which they are visible."""
    corrections: tuple[Stood, ...] = ()
    """In the order in which they were confirmed; a later one replaces one of the same id."""

    def standing(self, at: datetime) -> tuple[Correction, ...]:
        """Return the corrections that stand at a moment."""
        found = {one.correction.id: one.correction for one in self.corrections if one.at <= at}
        return tuple(found.values())


_NOTHING = PublicState()
"""Where there is no file: one and the same, so that what was made of it can be known again."""


def root() -> Path | None:
    """Return the folder of the workspace's files; None where there is no workspace."""
    folder = settings.MEDIA_ROOT or settings.CONVIVE_WORKSPACE
    return Path(folder) if folder and settings.CONVIVE_HAS_WORKSPACE else None


def edition_folder(key: str) -> Path | None:
    """Return where the build of an edition is kept."""
    found = root()
    return found / EDITIONS / key if found else None


def state_now() -> PublicState:
    """Return what is published.

    A file that is damaged or lost is not taken for one that says nothing: what it withheld stays
    unseen.

    Raises
    ------
    StorageError
        EDITIONS_UNREADABLE.
    """
    path = _path()
    if path is None:
        return _NOTHING
    try:
        return _file.now(path)
    except FileNotFoundError as error:
        if was_written():
            raise StorageError("EDITIONS_UNREADABLE") from error
        return _NOTHING
    except OSError as error:
        raise StorageError("EDITIONS_UNREADABLE") from error


def is_lost() -> bool:
    """Tell whether there is no file where there could be one."""
    path = _path()
    return path is not None and not path.exists()


def was_written() -> bool:
    """Tell whether the workspace remembers that the file was written once."""
    marker = _marker()
    return marker is not None and marker.exists()


def write_state(state: PublicState) -> None:
    """Publish a state; readers see the old one or the new one, never half of it.

    Raises
    ------
    StorageError
        EDITIONS_NOT_WRITTEN.
    """
    path = _path()
    if path is None:
        raise StorageError("EDITIONS_NOT_WRITTEN")
    told = state_as_json(state)
    content = canonical({"format": FORMAT, "digest": digest_of(told), "state": told})
    marker = None if was_written() else _marker()
    try:
        mark = None if marker is None else partial(marker.touch, mode=0o600)
        write_whole(path, content.encode(), before_replace=mark)
    except OSError as error:
        with suppress(OSError):
            if marker is not None:
                marker.unlink(missing_ok=True)
        raise StorageError("EDITIONS_NOT_WRITTEN") from error


def state_as_json(state: PublicState) -> dict[str, Any]:
    """Return a state as plain JSON."""
    return {
        "is_reviewed": state.is_reviewed,
        "editions": [
            {
                "key": one.key,
                "built_at": one.built_at,
                "visible_from": one.visible_from.isoformat(),
                "words": {part: dict(texts) for part, texts in one.words.items()},
            }
            for one in state.editions
        ],
        "corrections": [
            {"correction": correction_as_json(one.correction), "at": one.at.isoformat()}
            for one in state.corrections
        ],
    }


def _opened(path: Path) -> PublicState:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        told = content["state"]
        if content["format"] != FORMAT or content["digest"] != digest_of(told):
            raise StorageError("EDITIONS_UNREADABLE")
        return PublicState(
            bool(told["is_reviewed"]),
            tuple(_editions(told["editions"])),
            tuple(
                Stood(correction_of_json(one["correction"]), datetime.fromisoformat(one["at"]))
                for one in told["corrections"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StorageError("EDITIONS_UNREADABLE") from error


_file = ReadAgain(_opened)


def _editions(rows: Iterable[Mapping[str, Any]]) -> Iterable[Edition]:
    for one in rows:
        moment = datetime.fromisoformat(one["visible_from"])
        yield Edition(str(one["key"]), str(one["built_at"]), moment, one["words"])


def _path() -> Path | None:
    found = root()
    return found / _FOLDER / _FILE if found else None


def _marker() -> Path | None:
    folder = settings.CONVIVE_WORKSPACE
    return Path(folder) / _MARKER if folder and settings.CONVIVE_HAS_WORKSPACE else None
