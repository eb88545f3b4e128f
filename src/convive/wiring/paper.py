"""Joins instruments to their printed sheets."""

from __future__ import annotations

from pathlib import Path

from convive.app.fieldwork.paper_forms import PaperOrder
from convive.catalogue import find
from convive.catalogue.texts import known_language
from convive.core.errors import RequestError, StorageError

# ruff: noqa: PLC0415 - adapters are imported where they are used


def paper_form(order: PaperOrder) -> bytes:
    """Return numbered sheets as PDF/UA-1."""
    from convive.reports.paper import render_sheets

    return render_sheets(order)


def print_instrument(
    identifier: str, into: Path, *, language: str, sheets: int, first: int = 1, large: bool = False
) -> Path:
    """Write sheets of an instrument of the catalogue into a folder; return the file written.

    Raises
    ------
    NotFoundError
        INSTRUMENT_NOT_FOUND.
    RequestError
        PAPER_SHEETS; INSTRUMENT_FILE_EXISTS: a file that is there is never overwritten.
    StorageError
        INSTRUMENT_NOT_WRITTEN.
    """
    one = find.instrument(identifier)
    language = known_language(language)
    order = PaperOrder(one, language, one.id, first=first, sheets=sheets, is_large=large)
    path = into / paper_file_name(order)
    if path.exists():
        raise RequestError("INSTRUMENT_FILE_EXISTS", file=path.name, folder=into.name)
    document = paper_form(order)
    try:
        into.mkdir(parents=True, exist_ok=True)
        path.write_bytes(document)
    except OSError as error:
        raise StorageError("INSTRUMENT_NOT_WRITTEN", folder=into.name) from error
    return path


def paper_file_name(order: PaperOrder) -> str:
    """Return the name of the file of a batch, ``walk-2026-fr-0001-0020.pdf``."""
    numbers = f"{order.numbers[0]:04d}-{order.numbers[-1]:04d}"
    size = "-large" if order.is_large else ""
    return f"{order.code}-{order.language}{size}-{numbers}.pdf"
