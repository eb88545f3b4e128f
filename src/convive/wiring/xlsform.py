"""Joins instruments to their spreadsheets and field-app forms; the clock is read here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from convive.catalogue import find
from convive.catalogue.instrument_writing import instrument_folder
from convive.core.errors import DatasetError, NotFoundError, RequestError, StorageError

if TYPE_CHECKING:
    from convive.connectors.xlsform import XlsformReading
    from convive.core.instruments.model import Instrument

# Adapters are imported where they are used: see `convive.wiring`.
# ruff: noqa: PLC0415

_MAX_BYTES = 16 * 1024 * 1024


class InstrumentFormat(StrEnum):
    """What an instrument can be handed out as."""

    XLSX = "xlsx"
    XML = "xml"
    FOLDER = "folder"


def instrument_as(instrument: Instrument, wanted: InstrumentFormat) -> Mapping[str, bytes]:
    """Return an instrument as files, path → content: one workbook, one XForm, or a folder.

    Raises
    ------
    DefinitionError
        DEFINITION_INVALID: field apps would not take it; see `connectors.xlsform.to_xform`.
    """
    from convive.connectors.xlsform import to_xform, write_xlsform

    if wanted is InstrumentFormat.XLSX:
        return {f"{instrument.id}.xlsx": write_xlsform(instrument)}
    if wanted is InstrumentFormat.XML:
        return {f"{instrument.id}.xml": to_xform(instrument)}
    files = instrument_folder(instrument)
    return {f"{instrument.id}/{name}": text.encode("utf-8") for name, text in files.items()}


def export_instrument(identifier: str, wanted: InstrumentFormat, into: Path) -> tuple[Path, ...]:
    """Write an instrument of the catalogue below a folder; return the files written.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND.
    StorageError
        INSTRUMENT_NOT_WRITTEN.
    RequestError
        INSTRUMENT_FILE_EXISTS: a file that is already there is never overwritten.
    """
    return _write(instrument_as(find.instrument(identifier), wanted), into)


def read_instrument_workbook(file: Path) -> XlsformReading:
    """Return what an XLSForm gives, with everything that is wrong with it.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NO_WORKBOOK.
    """
    from convive.connectors.xlsform import read_xlsform

    try:
        with file.open("rb") as opened:
            data = opened.read(_MAX_BYTES + 1)
    except OSError as error:
        raise NotFoundError("INSTRUMENT_NO_WORKBOOK", file=file.name) from error
    return read_xlsform(data, file.name, today=datetime.now(UTC).date())


def import_instrument(reading: XlsformReading, into: Path) -> tuple[Path, ...]:
    """Write what an XLSForm gave as the files of an instrument, in a folder named after it.

    Raises
    ------
    DatasetError
        INSTRUMENT_WORKBOOK_UNUSABLE with the problems, where it gave no instrument.
    StorageError
        INSTRUMENT_NOT_WRITTEN.
    """
    if reading.instrument is None:
        raise DatasetError("INSTRUMENT_WORKBOOK_UNUSABLE", reading.problems)
    return _write(instrument_as(reading.instrument, InstrumentFormat.FOLDER), into)


def _write(files: Mapping[str, bytes], into: Path) -> tuple[Path, ...]:
    paths = {into / name: content for name, content in files.items()}
    taken = [path.name for path in paths if path.exists()]
    if taken:
        raise RequestError("INSTRUMENT_FILE_EXISTS", file=taken[0], folder=into.name)
    try:
        for path, content in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise StorageError("INSTRUMENT_NOT_WRITTEN", folder=into.name) from error
    return tuple(paths)
