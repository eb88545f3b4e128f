"""Reads the folder of an instrument: definition, translations, worked cases; old versions too.

A folder holds ``instrument.yaml``, a file of texts per language and ``cases.yaml``. Files of an
older version bear it in their names, ``instrument@1.yaml``, ``fr@1.yaml``, ``cases@1.yaml``: a
form that was filled in with version 1 is read with version 1 for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from convive.catalogue.instrument_build import Builder
from convive.catalogue.instrument_places import Located, problems_of
from convive.catalogue.instrument_references import reference_problems
from convive.catalogue.instrument_schema import CasesFile, ExpectedScore, InstrumentFile
from convive.catalogue.instrument_texts import (
    ALWAYS_TRANSLATED,
    TRANSLATIONS,
    english_texts,
    wanted_keys,
)
from convive.catalogue.schema import Closed
from convive.catalogue.yaml_files import parse_kept, parse_yaml
from convive.core.errors import DefinitionError
from convive.core.instruments.model import Instrument
from convive.core.model import Place, Problem

DEFINITION = "instrument"
CASES = "cases"
FILE_NAME = re.compile(r"^(?P<stem>[a-z]+)(?:@(?P<version>[1-9]\d*))?\.yaml$")

_BROKEN = object()
"""What stands for the content of a file that could not be parsed."""

_Schema = TypeVar("_Schema", bound=Closed)


@dataclass(frozen=True, slots=True)
class WorkedCase:
    """One filled-in form with what must come of it, worked out by hand."""

    title: str
    answers: Mapping[str, Any]
    skipped: tuple[str, ...] = ()
    problems: tuple[tuple[str, str], ...] = ()
    """(item, code) of every problem that filling must find."""
    scores: Mapping[str, tuple[ExpectedScore, ...]] = field(default_factory=dict)
    """Score → what it comes to, one a round where it is per round."""


@dataclass(frozen=True, slots=True)
class InstrumentFolder:
    """One version of an instrument with its worked cases."""

    instrument: Instrument
    cases: tuple[WorkedCase, ...]
    raw: InstrumentFile


def versions_in(folder: Path) -> tuple[int, ...]:
    """Return the numbers of the older versions that a folder keeps, ascending."""
    found = (FILE_NAME.match(path.name) for path in folder.glob(f"{DEFINITION}@*.yaml"))
    return tuple(sorted(int(name["version"]) for name in found if name))


def load_instrument(folder: Path, version: int | None = None) -> InstrumentFolder:
    """Return one version of an instrument.

    Parameters
    ----------
    folder : Path
        The instrument's folder; its name is the id.
    version : int, optional
        An older version that the folder keeps; without it the current one.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID with every problem of every file, each with file and row.
    """
    reading = _Reading(folder, version)
    found = reading.read()
    if reading.problems or found is None:
        raise DefinitionError("DEFINITION_INVALID", reading.problems, file=folder.name)
    return found


def kept_texts(folder: Path, version: int | None = None) -> dict[str, str]:
    """Return definition and translations of one version as file name → text, to be kept."""
    suffix = f"@{version}" if version is not None else ""
    stems = (DEFINITION, *TRANSLATIONS)
    paths = {f"{stem}.yaml": folder / f"{stem}{suffix}.yaml" for stem in stems}
    return {
        name: path.read_text(encoding="utf-8") for name, path in paths.items() if path.is_file()
    }


def instrument_from_texts(texts: Mapping[str, str]) -> Instrument:
    """Return an instrument from what `kept_texts` gave when it was sound.

    Texts that were kept are believed: what they were checked against may have moved on.
    """
    document = parse_yaml(texts[f"{DEFINITION}.yaml"], f"{DEFINITION}.yaml")
    raw = InstrumentFile.model_validate(document)
    translations = {
        language: {
            str(key): str(text)
            for key, text in (parse_yaml(texts[f"{language}.yaml"], language) or {}).items()
        }
        for language in TRANSLATIONS
        if f"{language}.yaml" in texts
    }
    digest = sha256("\0".join(texts.values()).encode()).hexdigest()
    return Builder(raw, english_texts(document), translations, digest).instrument()


class _Reading:
    """One version of a folder while it is read; collects problems."""

    def __init__(self, folder: Path, version: int | None) -> None:
        self.folder = folder
        self.version = version
        self.problems: list[Problem] = []
        self._contents: list[str] = []

    def read(self) -> InstrumentFolder | None:
        """Return what was read, None where problems make that impossible."""
        definition = self._located(DEFINITION)
        if definition is None:
            self._complain("INSTRUMENT_NO_FILE", DEFINITION, key=self._file(DEFINITION))
            return None
        document = self._document(definition)
        raw = self._checked(document, definition, InstrumentFile)
        translations = self._translations(document)
        cases = self._cases()
        if raw is None:
            return None
        self._check_head(raw, definition)
        digest = sha256("\0".join(self._contents).encode()).hexdigest()
        instrument = Builder(raw, english_texts(document), translations, digest).instrument()
        self.problems += reference_problems(raw, instrument, definition)
        return InstrumentFolder(instrument, cases, raw)

    def _file(self, stem: str) -> str:
        suffix = f"@{self.version}" if self.version is not None else ""
        return f"{stem}{suffix}.yaml"

    def _located(self, stem: str) -> Located | None:
        """Return a file of the folder; None where it is not there."""
        path = self.folder / self._file(stem)
        if not path.is_file():
            return None
        content = path.read_text(encoding="utf-8")
        if stem != CASES:
            self._contents.append(content)
        return Located(path, f"{self.folder.name}/{path.name}", content)

    def _document(self, file: Located) -> Any:
        """Return the parsed content; `_BROKEN` with a problem noted where it is not YAML."""
        try:
            return parse_kept(file.content, file.path)
        except DefinitionError as error:
            self.problems += [
                Problem(one.code, Place(file.name, row=one.place.row), data=one.data)
                for one in error.problems
            ]
            return _BROKEN

    def _checked(self, document: Any, file: Located, schema: type[_Schema]) -> _Schema | None:
        if document is _BROKEN:
            return None
        try:
            return schema.model_validate(document)
        except ValidationError as error:
            self.problems += problems_of(error, file, schema)
            return None

    def _complain(self, code: str, stem: str, row: int | None = None, **data: Any) -> None:
        place = Place(f"{self.folder.name}/{self._file(stem)}", row=row)
        self.problems.append(Problem(code, place, data=data))

    def _check_head(self, raw: InstrumentFile, file: Located) -> None:
        """Check what the names of folder and file say about the content."""
        if raw.id != self.folder.name:
            row = file.row("id")
            self._complain(
                "INSTRUMENT_ID_FOLDER", DEFINITION, row, key=raw.id, problem=self.folder.name
            )
        older = versions_in(self.folder)
        is_wrong = (
            raw.version != self.version
            if self.version
            else bool(older and raw.version <= older[-1])
        )
        if is_wrong:
            row = file.row("version")
            self._complain("INSTRUMENT_VERSION", DEFINITION, row, key=str(raw.version))

    def _translations(self, english: Any) -> dict[str, dict[str, str]]:
        """Return the texts of every language, checked against the parsed definition."""
        found: dict[str, dict[str, str]] = {}
        for language in TRANSLATIONS:
            file = self._located(language)
            if file is None:
                self._complain("INSTRUMENT_NO_FILE", language, key=self._file(language))
                continue
            document = self._document(file)
            if document is _BROKEN or english is _BROKEN:
                continue
            if not isinstance(document, Mapping):
                self._complain("INSTRUMENT_NOT_A_LIST_OF_TEXTS", language, 1)
                continue
            self.problems += _text_problems(document, english, file)
            found[language] = {str(key): str(text) for key, text in document.items()}
        return found

    def _cases(self) -> tuple[WorkedCase, ...]:
        file = self._located(CASES)
        if file is None:
            if self.version is None:
                self._complain("INSTRUMENT_NO_FILE", CASES, key=self._file(CASES))
            return ()
        checked = self._checked(self._document(file), file, CasesFile)
        return tuple(
            WorkedCase(
                one.case,
                as_json(one.answers),
                one.skipped,
                tuple((problem.item, problem.code) for problem in one.problems),
                one.scores,
            )
            for one in (checked.cases if checked else ())
        )


def as_json(value: Any) -> Any:
    """Return answers as JSON has them: YAML makes days of texts that look like days."""
    if isinstance(value, Mapping):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _text_problems(document: Mapping[Any, Any], of: Any, file: Located) -> Iterator[Problem]:
    """Yield what is wrong in a translation: missing, unknown and empty texts."""
    english, wanted = english_texts(of), wanted_keys(of)
    before: Any = None
    for key in english:
        if key in document:
            before = key
        elif key in wanted:
            row = (file.row(before) if before is not None else None) or 1
            yield Problem("INSTRUMENT_TEXT_MISSING", Place(file.name, row=row), data={"key": key})
    for key, text in document.items():
        data = {"key": str(key)}
        if key not in english and key not in ALWAYS_TRANSLATED:
            yield Problem("INSTRUMENT_TEXT_UNKNOWN", Place(file.name, row=file.row(key)), data=data)
        elif not isinstance(text, str):
            yield Problem("INSTRUMENT_NOT_TEXT", Place(file.name, row=file.row(key)), data=data)
        elif not text.strip():
            yield Problem("DEFINITION_EMPTY", Place(file.name, row=file.row(key)), data=data)
