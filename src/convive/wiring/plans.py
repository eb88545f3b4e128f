"""Joins plans to their files; nothing of a file is taken over unless all of it can be."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from convive.core.errors import DatasetError, NotFoundError, RequestError, StorageError
from convive.core.strategy.model import Plan

if TYPE_CHECKING:
    from convive.connectors.plan_files import PlanReading

# Adapters are imported where they are used: see `convive.wiring`.
# ruff: noqa: PLC0415

PlanKind = Literal["json", "xlsx"]
FOLDER = "strategy"
"""Folder of a city pack with what is already planned."""


def plan_reading(content: bytes, name: str) -> PlanReading:
    """Return a plan, or what is wrong with it, and warnings; never raises for what it is given."""
    from convive.connectors.plan_files import read_plan_file

    return read_plan_file(content, name)


def read_plan(content: bytes, name: str) -> Plan:
    """Return the plan of a JSON file or a workbook.

    Raises
    ------
    DatasetError
        PLAN_UNUSABLE with every problem, its sheet and its row.
    """
    reading = plan_reading(content, name)
    if reading.plan is None:
        raise DatasetError("PLAN_UNUSABLE", reading.problems, file=name)
    return reading.plan


def write_plan(plan: Plan, kind: PlanKind, language: str = "en") -> bytes:
    """Return a plan as a file: ``json`` to exchange and keep, ``xlsx`` to fill in and correct."""
    from convive.connectors.plan_files import write_json, write_workbook

    return write_json(plan) if kind == "json" else write_workbook(plan, language)


def load_plan(file: Path, name: str = "") -> PlanReading:
    """Return the reading of a file on disk; its problems call it `name`.

    Raises
    ------
    NotFoundError
        PLAN_NO_FILE.
    """
    from convive.connectors.plan_files.reading import MAX_BYTES

    try:
        with file.open("rb") as opened:
            content = opened.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotFoundError("PLAN_NO_FILE", file=file.name) from error
    return plan_reading(content, name or file.name)


def plan_in(file: Path) -> Plan:
    """Return the plan of a file on disk.

    Raises
    ------
    NotFoundError
        PLAN_NO_FILE.
    DatasetError
        PLAN_UNUSABLE with every problem.
    """
    reading = load_plan(file)
    if reading.plan is None:
        raise DatasetError("PLAN_UNUSABLE", reading.problems, file=file.name)
    return reading.plan


def save_plan(plan: Plan, file: Path, kind: PlanKind, language: str) -> None:
    """Write a plan to a file that is not there yet; raises as `save_file` does."""
    save_file(write_plan(plan, kind, language), file)


def save_file(content: bytes, file: Path) -> None:
    """Write a file that is not there yet.

    Raises
    ------
    RequestError
        PLAN_FILE_EXISTS.
    StorageError
        INSTRUMENT_NOT_WRITTEN.
    """
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except FileExistsError as error:
        raise RequestError("PLAN_FILE_EXISTS", file=file.name) from error
    except OSError as error:
        raise StorageError("INSTRUMENT_NOT_WRITTEN", folder=file.parent.name) from error


def plans_of_pack(pack: Path) -> Iterator[tuple[str, PlanReading]]:
    """Yield path and reading of every plan in the folder ``strategy/`` of a city pack, by name."""
    folder = pack / FOLDER
    files = sorted([*folder.glob("*.json"), *folder.glob("*.xlsx")]) if folder.is_dir() else []
    for file in files:
        # A link that leads out of the pack is not followed.
        is_inside = file.resolve().is_relative_to(pack.resolve())
        if is_inside and not file.name.startswith(("~$", ".")):
            name = f"{FOLDER}/{file.name}"
            yield name, load_plan(file, name)
