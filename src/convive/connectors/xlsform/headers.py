"""Understands headers as people write them: other spellings, languages, old names of columns."""

from __future__ import annotations

import re
from collections.abc import Mapping

from convive.connectors.xlsform.columns import ALIASES, language_of
from convive.connectors.xlsform.workbook_cells import Record, Table

UNKNOWN_LANGUAGE = "?"
"""Stands before a language of which no code is known, ``label::?Klingon``."""
_TRANSLATED = re.compile(
    r"(label|caption|hint|constraint[_ ]message|constraining[_ ]message|bind::jr:constraintmsg|"
    r"jr:constraintmsg|text)\s*::?\s*(.+)",
    re.IGNORECASE,
)
_BASES = {"caption": "label", "bind::jr:constraintmsg": "constraint_message"}
_BASES |= {"jr:constraintmsg": "constraint_message", "constraining_message": "constraint_message"}


def known_as(header: str) -> str:
    """Return the name of a column from its header.

    Examples
    --------
    >>> known_as(" Label : Français (fr)"), known_as("Relevance"), known_as("list name")
    ('label::fr', 'relevant', 'list_name')
    """
    text = " ".join(header.split())
    if text.startswith("convive_"):
        return text
    found = _TRANSLATED.fullmatch(text)
    if found:
        base = found[1].lower().replace(" ", "_")
        base = _BASES.get(base, base)
        code = language_of(found[2])
        return f"{base}::{code}" if code else f"{base}::{UNKNOWN_LANGUAGE}{found[2]}"
    name = text.lower()
    return ALIASES.get(name, name if "::" in name else ALIASES.get(name, name.replace(" ", "_")))


def known_in_settings(header: str) -> str:
    """Return the name of a column of the sheet `settings` from its header."""
    name = "_".join(header.lower().split())
    return ALIASES.get(name, name)


def text_of(record: Record, base: str, language: str) -> dict[str, str]:
    """Return a text in every language that a row has; a header without one means `language`."""
    found: dict[str, str] = {}
    if record.get(base):
        found[language] = record.get(base)
    prefix = f"{base}::"
    for column, words in record.cells.items():
        if column.startswith(prefix):
            found[column[len(prefix) :]] = words
    return found


def unknown_languages(table: Table) -> Mapping[str, str]:
    """Return the headers whose language has no code, name of the column → header."""
    mark = f"::{UNKNOWN_LANGUAGE}"
    return {name: spelt for name, spelt in table.headers.items() if mark in name}
