"""XLSForms as people make them, written cell by cell; hostile workbooks too."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

Rows = Sequence[Sequence[Any]]


def workbook(**sheets: Rows) -> bytes:
    """Return a workbook of sheets, first row the header; None leaves a cell out."""
    into = io.BytesIO()
    with xlsxwriter.Workbook(into, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if cell is not None:
                        sheet.write(row, column, cell)
    return into.getvalue()


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """Return a workbook with one part of the archive replaced or added."""
    into = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(into, "w", 8) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info))
        new.writestr(name, content)
    return into.getvalue()


KOBO: Mapping[str, Rows] = {
    "survey": [
        ["type", "name", "label::English (en)", "label::Français (fr)", "Required", "relevance",
         "constraint", "constraint_message::English (en)", "calculation", "appearance", "default", "repeat_count", "kuid"],
        ["start", "start"], ["end", "end"], ["today", "today"], ["deviceid", "deviceid"],
        ["text", "HH-name", "Name of the street", "Nom de la rue", True, None, None, None, None, "multiline", None, None, "k1"],
        ["integer", "age", "How old?", "Quel âge ?", "yes", None, ". >= 0 and . <= 120", "0 to 120"],
        ["select_one yn", "safe", "Safe?", "En sécurité ?", "true()", "${age} > 17", None, None, None, None, "y"],
        ["select_multiple when_list", "when", "When not?", "Quand ?", None, "${safe} = 'n'"],
        ["begin_group", "more", "More", "Plus", None, "${HH-name} != ''"],
        ["begin group", "inner"],
        ["geopoint", "where", "Where?", "Où ?"],
        ["image", "photo", "Photo", "Photo"],
        ["dateTime", "seen", "Seen at", "Vu à"],
        ["end group"],
        ["begin_repeat", "person", "Person", "Personne", None, None, None, None, None, None, None, "${age}"],
        ["decimal", "height", "Height", "Taille", None, None, None, None, None, None, 1.5],
        ["end_repeat"],
        ["end_group"],
        ["calculate", "birth_year", None, None, None, None, None, None, "2026 - ${age}"],
        ["calculate", "day", None, None, None, None, None, None, "${today}"],
        ["note", "thanks", "Thank you", "Merci"],
    ],
    "choices": [
        ["list name", "name", "label::English (en)", "label::Français (fr)"],
        ["yn", "y", "Yes", "Oui"], ["yn", "n", "No", "Non"],
        ["when_list", 1, "By day", "De jour"], ["when_list", 2.0, "By night", "De nuit"],
    ],
    "settings": [["form_title", "form_id", "version", "default_language"],
                 ["Street survey", "Street Survey 1", "2024010203", "English (en)"]],
}  # fmt: skip
