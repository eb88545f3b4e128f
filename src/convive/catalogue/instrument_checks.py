"""Checks the files of an instrument as a whole: everything that is wrong, in every version."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from convive.catalogue.core_items import core_items
from convive.catalogue.instrument_files import (
    CASES,
    DEFINITION,
    FILE_NAME,
    InstrumentFolder,
    load_instrument,
    versions_in,
)
from convive.catalogue.instrument_places import Located
from convive.catalogue.instrument_texts import TRANSLATIONS
from convive.catalogue.worked_cases import differences
from convive.core.errors import DefinitionError
from convive.core.model import Place, Problem


def folders_in(folder: Path) -> tuple[Path, ...]:
    """Return the instruments' folders: the folder itself, or those directly in it."""
    folder = folder.resolve()
    if any(folder.glob(f"{DEFINITION}*.yaml")):
        return (folder,)
    return tuple(sorted({path.parent for path in folder.glob(f"*/{DEFINITION}.yaml")}))


def check_folder(folder: Path) -> tuple[Problem, ...]:
    """Return everything that is wrong in a folder, all versions, ordered by file and row.

    Worked cases are run once the files themselves are sound.
    """
    problems = list(_stray_files(folder))
    for version in (None, *versions_in(folder)):
        try:
            found = load_instrument(folder, version)
        except DefinitionError as error:
            problems.extend(error.problems)
            continue
        problems.extend(_feed_problems(folder, version, found))
        problems.extend(_case_problems(folder, version, found))
    return tuple(sorted(problems, key=lambda one: (one.place.file, one.place.row or 0)))


def _stray_files(folder: Path) -> Iterator[Problem]:
    """Yield a problem for every file that nothing reads: a misspelt name is a lost translation."""
    known = {DEFINITION, CASES, *TRANSLATIONS}
    for path in sorted(folder.iterdir()):
        name = FILE_NAME.match(path.name)
        if path.is_file() and (name is None or name["stem"] not in known):
            place = Place(f"{folder.name}/{path.name}")
            yield Problem("INSTRUMENT_UNKNOWN_FILE", place, data={"key": path.name})


def _file(folder: Path, stem: str, version: int | None) -> Located:
    path = folder / (f"{stem}.yaml" if version is None else f"{stem}@{version}.yaml")
    return Located(path, f"{folder.name}/{path.name}", path.read_text(encoding="utf-8"))


def _feed_problems(folder: Path, version: int | None, found: InstrumentFolder) -> Iterator[Problem]:
    """Yield a problem for every item that feeds something which the audit does not know."""
    known = {item.id for item in core_items()}
    own = {item.id for item in found.instrument.items()} if found.raw.core else set()
    for item in found.instrument.items():
        if item.feeds and item.feeds not in known | own:
            file = _file(folder, DEFINITION, version)
            place = Place(file.name, row=file.row_of(item.id, "feeds"))
            yield Problem("INSTRUMENT_FEEDS", place, data={"key": item.id, "problem": item.feeds})


def _case_problems(folder: Path, version: int | None, found: InstrumentFolder) -> Iterator[Problem]:
    for i, case in enumerate(found.cases):
        for one in differences(found.instrument, case):
            file = _file(folder, CASES, version)
            data = {"key": case.title, "about": one.about, "expected": one.expected, "got": one.got}
            yield Problem("INSTRUMENT_CASE", Place(file.name, row=file.row("cases", i)), data=data)
