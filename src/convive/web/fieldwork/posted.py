"""Reads what a form posts, back into answers: the counterpart of `rendering`."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from convive.core.instruments.filling import MOST_ROUNDS
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.web.fieldwork.field_names import DROP, KEPT, POSITION_PARTS, ZONE, Path, name_of
from convive.web.staff.reader_numbers import read

Fields = MultiValueDict[str, str]
Files = MultiValueDict[str, "UploadedFile[Any]"]


@dataclass(frozen=True)
class Posted:
    """What was filled in on a page."""

    answers: dict[str, Any]
    """As `convive.core.instruments.model`; what cannot be read stays as it was written, so that
    `fill` finds it wrong and the page can show it again."""
    photos: dict[str, UploadedFile[Any]] = field(default_factory=dict)
    """New photos by the names that the answers give them."""


def parse_posted(
    instrument: Instrument,
    posted: Fields,
    files: Files | None = None,
    *,
    language: str,
    sections: Sequence[Section] | None = None,
) -> Posted:
    """Return the answers that a posted form holds.

    Parameters
    ----------
    posted, files : MultiValueDict
        `QueryDict` and files of the request; may come from anybody.
    language : str
        In which the page was written: numbers follow it.
    sections : sequence of Section, optional
        The sections that stood on the page; all by default.
    """
    work = _Reading(posted, files if files is not None else MultiValueDict(), language)
    answers = work.content(instrument.content if sections is None else sections, ())
    return Posted(answers, work.photos)


class _Reading:
    def __init__(self, posted: Fields, files: Files, language: str) -> None:
        self.posted, self.files, self.language = posted, files, language
        self.photos: dict[str, UploadedFile[Any]] = {}
        self.n_rounds = 0

    def content(self, parts: Sequence[Item | Section], path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for part in parts:
            if isinstance(part, Item):
                value = _READERS[part.type](self, (*path, part.id))
                if value is not None:
                    found[part.id] = value
            elif part.repeats:
                rounds = self.rounds(part, (*path, part.id))
                if rounds:
                    found[part.id] = rounds
            else:
                found |= self.content(part.content, path)
        return found

    def rounds(self, section: Section, path: Path) -> list[dict[str, Any]]:
        said = self.text(path)
        n = int(said) if said.isascii() and said.isdecimal() and len(said) < 6 else 0
        n = max(0, min(n, section.at_most, MOST_ROUNDS - self.n_rounds))
        self.n_rounds += n
        return [self.content(section.content, (*path, index)) for index in range(n)]

    def text(self, path: Path, part: str = "") -> str:
        name = name_of((*path, part) if part else path)
        return (self.posted.get(name) or "").strip()

    def words(self, path: Path) -> Any:
        return self.text(path).replace("\r\n", "\n") or None

    def several(self, path: Path) -> Any:
        return [code for code in self.posted.getlist(name_of(path)) if code] or None

    def number(self, path: Path) -> Any:
        said = self.text(path)
        value = read(said, self.language) if said else None
        return said if said and value is None else value

    def moment(self, path: Path) -> Any:
        said = self.text(path)
        if not said:
            return None
        full = f"{said}:00" if len(said) == 16 else said
        return full + self.text(path, ZONE)

    def position(self, path: Path) -> Any:
        found: dict[str, Any] = {}
        for part in POSITION_PARTS:
            said = self.text(path, part)
            if said:
                value = read(said, self.language, groups=False)
                found[part] = said if value is None else value
        # An accuracy without a place is what a script left behind, and no answer.
        return found if "latitude" in found or "longitude" in found else None

    def photo(self, path: Path) -> Any:
        new = self.files.get(name_of(path))
        if new is not None:
            name = f"photo-{uuid.uuid4().hex[:12]}.jpg"
            self.photos[name] = new
            return name
        return None if self.text(path, DROP) else (self.text(path, KEPT) or None)

    def nothing(self, path: Path) -> Any:  # noqa: ARG002 - one shape for all types
        return None


_READERS: Mapping[ItemType, Callable[[_Reading, Path], Any]] = {
    ItemType.CHOICE: _Reading.words,
    ItemType.CHOICES: _Reading.several,
    ItemType.INTEGER: _Reading.number,
    ItemType.DECIMAL: _Reading.number,
    ItemType.TEXT: _Reading.words,
    ItemType.DATE: _Reading.words,
    ItemType.TIME: _Reading.words,
    ItemType.DATETIME: _Reading.moment,
    ItemType.POSITION: _Reading.position,
    ItemType.PHOTO: _Reading.photo,
    ItemType.NOTE: _Reading.nothing,
    ItemType.CALCULATED: _Reading.nothing,
}
