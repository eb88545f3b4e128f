"""Reads a sampling frame: people or addresses to draw from; every problem at once, with its row."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

MOST_PEOPLE = 200_000
MOST_PROBLEMS = 200
LONGEST_CONTACT = 320
LONGEST_LABEL = 64
LARGEST_SIZE = 1_000_000
COLUMNS: Mapping[str, frozenset[str]] = {
    "contact": frozenset({
        "contact", "email", "e-mail", "mail", "address", "adresse", "anschrift", "id", "kontakt",
        "contatto", "contacto", "contato", "indirizzo", "dirección", "endereço", "adres",
        "correo", "courriel",
    }),
    "stratum": frozenset({"stratum", "strate", "estrato", "strato", "schicht"}),
    "area": frozenset({
        "area", "area_id", "zone", "zona", "quartier", "gebiet", "área", "gebied", "wijk",
        "stadtteil", "barrio", "quartiere", "bairro",
    }),
    "language": frozenset({"language", "langue", "idioma", "lingua", "sprache", "língua", "taal"}),
    "size": frozenset({"size", "taille", "tamaño", "dimensione", "größe", "tamanho", "grootte"}),
}  # fmt: skip
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class FramePerson:
    """A row of a frame."""

    contact: str
    """E-mail or the number of a postal address."""
    stratum: str = ""
    area: str = ""
    language: str = ""
    size: float = 1.0
    """People of the population that the row stands for."""


@dataclass(frozen=True, slots=True)
class FrameFault:
    """What is wrong with a row; never shows the contact.

    FRAME_COLUMNS, FRAME_EMPTY, FRAME_TOO_MANY, FRAME_NO_CONTACT, FRAME_CONTACT, FRAME_TWICE,
    FRAME_LABEL, FRAME_SIZE, FRAME_LANGUAGE.
    """

    code: str
    row: int = 0
    """As a spreadsheet counts; 0: the file as a whole."""
    data: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Frame:
    """What a frame says, and what is wrong with it."""

    people: tuple[FramePerson, ...]
    problems: tuple[FrameFault, ...] = ()
    n_problems: int = 0


def parse_frame(rows: Sequence[tuple[int, Sequence[str]]], languages: Iterable[str]) -> Frame:
    """Return the people of a table with the columns contact, stratum, area, language and size.

    Parameters
    ----------
    rows : sequence of (row number, cells)
        The heading first. May come from anybody.
    languages : iterable of str
        Codes that a language may have.

    Returns
    -------
    Frame
        With any problem, nothing of it should be kept.
    """
    if len(rows) < 2:
        return _refused(FrameFault("FRAME_EMPTY"))
    if len(rows) > MOST_PEOPLE + 1:
        return _refused(FrameFault("FRAME_TOO_MANY", data={"most": MOST_PEOPLE}))
    at = _columns(rows[0][1])
    if "contact" not in at:
        return _refused(FrameFault("FRAME_COLUMNS", rows[0][0]))
    people: list[FramePerson] = []
    problems: list[FrameFault] = []
    first: dict[str, int] = {}
    known = frozenset(languages)
    for number, cells in rows[1:]:
        texts = {name: cells[k].strip() if k < len(cells) else "" for name, k in at.items()}
        person, wrong = _person(texts, number, known)
        key = texts["contact"].casefold()
        if key and first.setdefault(key, number) != number:
            wrong.append(FrameFault("FRAME_TWICE", number, {"earlier": first[key]}))
        problems += wrong
        if not wrong:
            people.append(person)
    return Frame(tuple(people), tuple(problems[:MOST_PROBLEMS]), len(problems))


def group_counts(people: Iterable[FramePerson]) -> dict[tuple[str, str], tuple[int, float]]:
    """Return rows and people of the population by stratum and area."""
    rows: Counter[tuple[str, str]] = Counter()
    sizes: dict[tuple[str, str], float] = {}
    for one in people:
        cell = (one.stratum, one.area)
        rows[cell] += 1
        sizes[cell] = sizes.get(cell, 0.0) + one.size
    return {cell: (n, sizes[cell]) for cell, n in rows.items()}


def _refused(problem: FrameFault) -> Frame:
    return Frame((), (problem,), 1)


def _columns(head: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(head):
        for name, known in COLUMNS.items():
            if cell.strip().casefold() in known:
                found.setdefault(name, at)
    return found


def _person(
    texts: Mapping[str, str], row: int, languages: frozenset[str]
) -> tuple[FramePerson, list[FrameFault]]:
    wrong: list[FrameFault] = []
    contact = texts["contact"]
    if not contact:
        wrong.append(FrameFault("FRAME_NO_CONTACT", row))
    elif not _is_contact(contact):
        wrong.append(FrameFault("FRAME_CONTACT", row))
    labels = {name: texts.get(name, "") for name in ("stratum", "area")}
    wrong += [
        FrameFault("FRAME_LABEL", row, {"column": name, "most": LONGEST_LABEL})
        for name, text in labels.items()
        if len(text) > LONGEST_LABEL or not text.isprintable()
    ]
    language = texts.get("language", "").lower()
    if language and language not in languages:
        wrong.append(FrameFault("FRAME_LANGUAGE", row))
    size = _size(texts.get("size", ""))
    if size is None:
        wrong.append(FrameFault("FRAME_SIZE", row))
    return FramePerson(contact, labels["stratum"], labels["area"], language, size or 1.0), wrong


def _is_contact(text: str) -> bool:
    if len(text) > LONGEST_CONTACT or not text.isprintable():
        return False
    return _EMAIL.fullmatch(text) is not None if "@" in text else True


def _size(text: str) -> float | None:
    if not text:
        return 1.0
    try:
        size = float(text.replace(",", "."))
    except ValueError:
        return None
    return size if 0 < size <= LARGEST_SIZE else None
