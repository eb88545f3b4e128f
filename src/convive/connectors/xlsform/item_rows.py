"""Reads one row of the sheet `survey` that asks, computes or tells something."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, TypeVar

from convive.connectors.xlsform.answer_texts import read_answer
from convive.connectors.xlsform.columns import CHOICE_TYPES, ITEM_OF_TYPE, SURVEY
from convive.connectors.xlsform.expression_check import names_in, rename
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.form_rows import shown_default
from convive.connectors.xlsform.headers import text_of
from convive.connectors.xlsform.workbook_cells import Record
from convive.core.instruments.model import Item, ItemType, Provenance, Scale
from convive.core.model import Severity
from convive.core.model.vocabulary import Face

_YES = frozenset({"yes", "true", "true()", "1"})
_NO = frozenset({"", "no", "false", "false()", "0"})
_MAY_TELL_WHO = frozenset({ItemType.TEXT, ItemType.PHOTO})
_QUOTES = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"'})
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass(frozen=True)
class Form:
    """What a row needs to know of the form that it stands in."""

    lists: Mapping[str, Scale]
    names: Mapping[str, str]
    """Name as written → name here."""
    language: str
    is_ours: bool
    findings: Findings
    rules: list[tuple[str, int, str]]
    """Every rule met so far, with its row and column; checked when all names are known."""

    def rule(self, record: Record, column: str) -> str:
        """Return a rule of a row, names renamed; it is noted to be checked later."""
        text = record.get(column)
        if not text:
            return ""
        if not self.is_ours:
            text = text.translate(_QUOTES)
        renamed = rename(text, dict(self.names)) if self.names else text
        self.rules.append((renamed, record.number, column))
        return renamed

    def text(self, record: Record, base: str) -> dict[str, str]:
        """Return a text of a row; one that shows an answer inside is noted."""
        found = text_of(record, base, self.language)
        if not self.is_ours and any(names_in(words) for words in found.values()):
            more = {"column": base, "severity": Severity.WARNING}
            self.findings.add("XLSFORM_ANSWER_IN_TEXT", SURVEY, row=record.number, **more)
        return found

    def word(self, record: Record, column: str, words: type[_Word]) -> _Word | None:
        """Return a word of a closed list; None where the cell is empty or says something else."""
        text = record.get(column)
        if not text:
            return None
        if text in set(words):
            return words(text)
        where = {"row": record.number, "column": column}
        allowed = ", ".join(words)
        self.findings.add("XLSFORM_WORD", SURVEY, **where, value=text[:40], allowed=allowed)
        return None


def type_words(text: str) -> str:
    """Return a type in small letters with single blanks.

    Examples
    --------
    >>> type_words("Select_One  Yes_No")
    'select one yes no'
    """
    return " ".join(text.lower().replace("_", " ").split())


def item_type(record: Record) -> tuple[ItemType | None, str]:
    """Return the type of a row and the list it names; None where the type is not supported."""
    words = type_words(record.get("type"))
    plain = ITEM_OF_TYPE.get(words)
    if plain is not None:
        return plain, record.get("convive_list")
    for name, chosen in CHOICE_TYPES.items():
        if words == name or words.startswith(f"{name} "):
            n_words = len(name.split())
            parts = _parts(record.get("type"))
            return chosen, parts[n_words] if len(parts) > n_words else ""
    return None, ""


def _parts(text: str) -> list[str]:
    """Split a type at blanks, and the name of the type itself also at ``_``."""
    parts = text.split()
    return [*parts[0].split("_"), *parts[1:]]


def read_item(record: Record, name: str, form: Form) -> Item | None:
    """Return the item of a row; None where it is refused, which is then noted."""
    if _is_refused(record, form.findings):
        return None
    kind, listed = item_type(record)
    if kind is None:
        where = {"row": record.number, "column": "type"}
        form.findings.add("XLSFORM_TYPE", SURVEY, **where, type=record.get("type")[:60])
        return None
    scale = _scale(record, kind, listed, form)
    item = Item(
        name, kind, _question(record, name, kind, form),
        hint=form.text(record, "hint"), scale=scale,
        is_required=_is_required(record, form.findings),
        relevant=form.rule(record, "relevant"), constraint=form.rule(record, "constraint"),
        constraint_message=form.text(record, "constraint_message"),
        calculation=_calculation(record, kind, form),
        appearance=record.get("appearance"),
        face=form.word(record, "convive_face", Face), feeds=record.get("convive_feeds"),
        is_objective=record.get("convive_objective").lower() not in {"no", "false"},
        is_personal=_is_personal(record, kind),
        provenance=form.word(record, "convive_provenance", Provenance)
        or Provenance.RECONSTRUCTION,
    )  # fmt: skip
    default = _default(record, item, form)
    return item if default is None else replace(item, default=default)


def _is_refused(record: Record, findings: Findings) -> bool:
    words = type_words(record.get("type"))
    where: dict[str, Any] = {"row": record.number, "column": "type"}
    if "from file" in words or words.startswith("select one external"):
        findings.add("XLSFORM_FROM_FILE", SURVEY, **where)
        return True
    if words.endswith((" or other", " or specify other")):
        findings.add("XLSFORM_OR_OTHER", SURVEY, **where)
        return True
    return False


def _scale(record: Record, kind: ItemType, listed: str, form: Form) -> Scale | None:
    if kind not in {ItemType.CHOICE, ItemType.CHOICES} and not listed:
        return None
    found = form.lists.get(listed)
    if found is None:
        where = {"row": record.number, "column": "type"}
        form.findings.add("XLSFORM_LIST_UNKNOWN", SURVEY, **where, list=listed[:60])
    return found


def _question(record: Record, name: str, kind: ItemType, form: Form) -> dict[str, str]:
    found = form.text(record, "label")
    if found or form.is_ours:
        return found
    if kind is not ItemType.CALCULATED:
        more = {"column": "label", "severity": Severity.WARNING}
        form.findings.add("XLSFORM_LABEL_MISSING", SURVEY, row=record.number, name=name, **more)
    return {form.language: name}


def _is_required(record: Record, findings: Findings) -> bool:
    text = record.get("required").strip().lower()
    if text not in _YES | _NO:
        where = {"row": record.number, "column": "required"}
        findings.add("XLSFORM_REQUIRED_RULE", SURVEY, **where)
    return text in _YES


def _is_personal(record: Record, kind: ItemType) -> bool:
    """Free text and photos may tell who somebody is, unless the sheet says they do not."""
    text = record.get("convive_personal").lower()
    return text in _YES or (not text and kind in _MAY_TELL_WHO)


def _calculation(record: Record, kind: ItemType, form: Form) -> str:
    found = form.rule(record, "calculation")
    where = {"row": record.number, "column": "calculation"}
    if kind is ItemType.CALCULATED and not found and not form.is_ours:
        form.findings.add("XLSFORM_CALCULATION_MISSING", SURVEY, **where)
    if kind is not ItemType.CALCULATED and found and not form.is_ours:
        form.findings.add("XLSFORM_COLUMN_REFUSED", SURVEY, **where)
    return found


def _default(record: Record, item: Item, form: Form) -> Any:
    """Return the default; exactly as it was where the sheet was written here and not changed."""
    shown, exact = record.get("default"), record.get("convive_default")
    if exact:
        try:
            value = json.loads(exact)
        except ValueError:
            value = None
        if value is not None and shown_default(value, item) == shown:
            return value
    if not shown:
        return None
    where = {"row": record.number, "column": "default"}
    if names_in(shown) or (shown.endswith(")") and "(" in shown and not form.is_ours):
        form.findings.add("XLSFORM_DEFAULT", SURVEY, **where, value=shown[:40])
        return None
    try:
        return read_answer(shown, item)
    except ValueError:
        form.findings.add("XLSFORM_DEFAULT", SURVEY, **where, value=shown[:40])
        return None
