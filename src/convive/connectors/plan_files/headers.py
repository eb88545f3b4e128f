"""Headers, names of sheets and words of closed lists, in any language of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from convive.catalogue.texts import languages, say
from convive.connectors.plan_files.columns import BY_NAME, FIGURES, TABLES, WORDS


def plain(text: str) -> str:
    """Return a header or a word as it is compared: small letters, single blanks."""
    return " ".join(text.replace("_", " ").replace("’", "'").casefold().split())


def sheet_title(table: str, language: str) -> str:
    """Return the name of a sheet in a language."""
    return say(f"plan.sheet.{table}", language)


def header(column: str, language: str) -> str:
    """Return the header of a column in a language; of a part of a figure, with what it is of."""
    for part in (*FIGURES, "logic"):
        if column.startswith(f"{part}_"):
            inner = say(f"plan.column.{column.removeprefix(f'{part}_')}", language)
            return f"{say(f'plan.column.{part}', language)}: {inner}"
    return say(f"plan.column.{column}", language)


def word(of: str, code: Any, language: str) -> str:
    """Return the word of a list for a code in a language."""
    return say(f"{WORDS[of][1]}.{code}", language)


@cache
def sheets_by_name() -> Mapping[str, str]:
    """Return name of a sheet in any language → table."""
    found = {plain(name): name for name in BY_NAME}
    for language in languages():
        found |= {plain(sheet_title(name, language)): name for name in BY_NAME}
    return found


@cache
def columns_by_header(table: str) -> Mapping[str, str]:
    """Return header in any language → column of a table; codes of columns count as well."""
    names = [column.name for column in BY_NAME[table].columns]
    found = {plain(header(name, language)): name for language in languages() for name in names}
    return found | {plain(name): name for name in names}


@cache
def _codes_by_word(of: str) -> Mapping[str, Any]:
    if of == "unknown":
        return {plain(say("plan.group.unknown", language)): of for language in languages()} | {
            of: of
        }
    codes, _ = WORDS[of]
    found = {plain(word(of, code, language)): code for language in languages() for code in codes}
    return found | {plain(str(code)): code for code in codes}


def code_of(of: str, text: str) -> Any:
    """Return the code of a word in any language, or None."""
    return _codes_by_word(of).get(plain(text))


def ambiguous_headers() -> list[tuple[str, str]]:
    """Return headers that mean two columns of a table in two languages; for a test."""
    found = []
    for table in TABLES:
        seen: dict[str, str] = {}
        for language in languages():
            for column in table.columns:
                known = plain(header(column.name, language))
                if seen.setdefault(known, column.name) != column.name:
                    found.append((table.name, f"{language}: {known}"))
    return found
