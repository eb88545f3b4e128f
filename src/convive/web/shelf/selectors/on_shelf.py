"""What is on this shelf: entries, method cards, and the search over both.

Entries come with the software, from this town's own actions and from other towns. What is built
of them is kept in the process until the mark in `ShelfChange` is another one.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from convive.app.shelf.query import ShelfIndex
from convive.catalogue import find
from convive.core.errors import DefinitionError, NotFoundError
from convive.core.model import Problem
from convive.core.shelf.card import MethodCard
from convive.core.shelf.entry import Entry, Origin, OriginKind
from convive.core.shelf.grading import Grading, GradingScheme
from convive.web.fieldwork.pack import own_pack
from convive.web.shelf.models import LocalGrading, OwnEntry, ReceivedEntry, ShelfChange
from convive.web.staff.page import site_name
from convive.wiring.shelf import catalogue_entries, shelf_index, words_of_town
from convive.wiring.shelf_parts import entry_of_json

OWN = "own"
"""Publisher of this town's entries on its own shelf, whichever key signs them elsewhere."""


@dataclass(frozen=True)
class _Shelf:
    """Everything that stands on the shelf at one mark."""

    mark: str
    others: tuple[Entry, ...]
    """All but the catalogue's."""
    words: Path | None = None
    """Folder with the town's own words."""

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """Return every entry by its ref."""
        return {one.ref: one for one in (*catalogue_entries(), *self.others)}

    @cached_property
    def index(self) -> ShelfIndex:
        """Return the search; the catalogue's own one where nothing else is there."""
        return self._searched[0]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return what is wrong with the town's own words, which then do not count."""
        return self._searched[1]

    @cached_property
    def _searched(self) -> tuple[ShelfIndex, tuple[Problem, ...]]:
        entries = tuple(self.entries.values()) if self.others else None
        try:
            return shelf_index(entries, words=self.words), ()
        except DefinitionError as error:
            return shelf_index(entries), tuple(error.problems)


_lock = threading.Lock()
_kept: list[_Shelf] = []


def entries_now() -> Mapping[str, Entry]:
    """Return every entry by its ref, without the gradings of this town."""
    return _shelf_now().entries


def cards_now() -> Mapping[str, MethodCard]:
    """Return every method card by its id."""
    return {one.id: one for one in find.cards()}


def index_now() -> ShelfIndex:
    """Return the search, built once until something on the shelf changes."""
    return _shelf_now().index


def problems_of_words() -> tuple[Problem, ...]:
    """Return what is wrong with the town's own words; a mistake in them stops no search."""
    return _shelf_now().problems


def find_entry(publisher: str, name: str) -> Entry | None:
    """Return an entry by the two parts of its ref with this town's gradings; None without one."""
    found = entries_now().get(f"{publisher}/{name}")
    if found is None:
        return None
    return replace(found, gradings=(*found.gradings, *local_gradings(found.ref)))


def local_gradings(ref: str) -> tuple[Grading, ...]:
    """Return how this town judged an entry."""
    return tuple(
        Grading(GradingScheme(one.scheme), one.dimension, one.grade, one.by, one.on, one.about, one.note)
        for one in LocalGrading.objects.filter(ref=ref)
    )  # fmt: skip


def _shelf_now() -> _Shelf:
    change = ShelfChange.objects.values_list("mark", flat=True).first() or ""
    words = _words()
    mark = f"{change} {_state_of(words)}"
    with _lock:
        if not _kept or _kept[0].mark != mark:
            _kept[:] = [_Shelf(mark, tuple(_others()) if change else (), words)]
        return _kept[0]


def _words() -> Path | None:
    try:
        return words_of_town(own_pack())
    except NotFoundError:
        return None


def _state_of(folder: Path | None) -> str:
    """Return what changes when a file of a folder does."""
    files = sorted(folder.glob("*.yaml")) if folder else []
    states = []
    for file in files:
        with suppress(OSError):
            seen = file.stat()
            states.append(f"{file.name}:{seen.st_mtime_ns}:{seen.st_size}")
    return " ".join(states)


def _others() -> Iterator[Entry]:
    for own in OwnEntry.objects.filter(content__isnull=False, is_withdrawn=False):
        entry = entry_of_json(own.content)
        origin = Origin(OriginKind.OWN, OWN, site_name(), entry.origin.changed_on)
        yield replace(entry, origin=origin)
    for received in ReceivedEntry.objects.select_related("town"):
        yield shown_here(received)


def shown_here(received: ReceivedEntry) -> Entry:
    """Return a received entry under the name that it has here for good."""
    entry = entry_of_json(received.kept)
    return replace(entry, origin=replace(entry.origin, publisher=received.town.root))
