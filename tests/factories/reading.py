"""Reads a file as a pack would, down to its sheets."""

from __future__ import annotations

from pathlib import Path

from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.open_sheets import open_sheets
from convive.connectors.city_pack.problem_log import ProblemLog, SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.connectors.city_pack.typed_tables import join_by_sheet


def read_file(path: Path, fmt: Format | None = None) -> tuple[list[Sheet], ProblemLog]:
    """Return the sheets of a file, each in one piece, and the problems."""
    log = ProblemLog()
    found = open_sheets(
        PackFolder(path.parent), [(path, None)], fmt or Format(), SourceLog("source", log)
    )
    return join_by_sheet(found), log


def read_bytes(
    folder: Path, name: str, data: bytes, fmt: Format | None = None
) -> tuple[list[Sheet], ProblemLog]:
    """Write a file and read it."""
    (folder / name).write_bytes(data)
    return read_file(folder / name, fmt)


def codes(log: ProblemLog) -> set[str]:
    """Return the codes of all problems."""
    return {problem.code for problem in log.problems}


def values(sheet: Sheet) -> list[list[str | None]]:
    """Return the header and the rows as lists."""
    rows = zip(*(column.to_pylist() for column in sheet.columns), strict=True)
    return [list(sheet.names), *(list(row) for row in rows)]
