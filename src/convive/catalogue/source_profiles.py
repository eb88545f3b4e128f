"""Profiles of published sources: how one knows them, how they are mapped, what is wrong in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any

from pydantic import Field

from convive.catalogue.loader import load_all
from convive.catalogue.schema import Closed, Code, Signed, Texts, Words
from convive.catalogue.vocabulary import PROFILES, fold_words
from convive.catalogue.yaml_files import yaml_paths
from convive.core.errors import NotFoundError
from convive.core.model import Text


class RecogniseFile(Closed):
    """What the columns of a file must be for the profile to fit."""

    columns: tuple[Words, ...] = Field(min_length=1)
    """All of these must be there."""
    absent: tuple[Words, ...] = ()
    """None of these may be."""
    sheets: tuple[Words, ...] = ()
    """One of these patterns must fit a sheet's name (`*` is anything); empty: any or none."""


class ProfileFile(Signed):
    """One published source."""

    id: Code
    title: Texts
    publisher: Words
    url: Words
    licence: Words
    family: Code
    recognise: RecogniseFile
    members: Words | None = None
    """Which members of an archive hold it."""
    mapping: dict[str, Any] = Field(default_factory=dict)
    """Tables of the mapping file without `source`."""
    cautions: tuple[Code, ...] = Field(min_length=1)
    """What to know before using it: texts ``caution.<code>``."""
    declined: bool = False
    """Whether the file must not be used as evidence; the first caution says why."""


@dataclass(frozen=True)
class Profile:
    """One published source, as the wizard uses it."""

    id: str
    title: Text
    publisher: str
    url: str
    licence: str
    family: str
    columns: tuple[str, ...]
    absent: tuple[str, ...]
    sheets: tuple[str, ...]
    members: str | None
    mapping: Mapping[str, Any]
    cautions: tuple[str, ...]
    is_declined: bool

    def fits(self, names: Sequence[str], sheet: str | None = None) -> bool:
        """Tell whether a table with these columns is this source's."""
        known = {_joined(name) for name in names}
        has_all = all(_joined(column) in known for column in self.columns)
        has_none = not any(_joined(column) in known for column in self.absent)
        if not (has_all and has_none):
            return False
        return not self.sheets or any(fnmatchcase(sheet or "", form) for form in self.sheets)


def _joined(name: str) -> str:
    """Return a name as heads of tables break it: `Fahrrad- diebstahl` is `Fahrraddiebstahl`."""
    return fold_words(name).replace(" ", "")


@lru_cache(maxsize=1)
def profiles() -> tuple[Profile, ...]:
    """Return every profile, the one that asks for most columns first; loaded once.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file.
    """
    paths = [path for path in yaml_paths(PROFILES) if path.name != "vocabulary.yaml"]
    found = [_build(raw) for raw, _ in load_all(paths, ProfileFile)]
    return tuple(sorted(found, key=lambda profile: (-len(profile.columns), profile.id)))


def profile(identifier: str) -> Profile:
    """Return a profile.

    Raises
    ------
    NotFoundError
        PROFILE_NOT_FOUND.
    """
    for found in profiles():
        if found.id == identifier:
            return found
    known = ", ".join(sorted(found.id for found in profiles()))
    raise NotFoundError("PROFILE_NOT_FOUND", id=identifier, known=known)


def recognise(names: Sequence[str], sheet: str | None = None) -> Profile | None:
    """Return the profile whose columns a table has; the most demanding one wins."""
    return next((found for found in profiles() if found.fits(names, sheet)), None)


def _build(raw: ProfileFile) -> Profile:
    return Profile(
        id=raw.id,
        title=raw.title,
        publisher=raw.publisher,
        url=raw.url,
        licence=raw.licence,
        family=raw.family,
        columns=raw.recognise.columns,
        absent=raw.recognise.absent,
        sheets=raw.recognise.sheets,
        members=raw.members,
        mapping=raw.mapping,
        cautions=raw.cautions,
        is_declined=raw.declined,
    )
