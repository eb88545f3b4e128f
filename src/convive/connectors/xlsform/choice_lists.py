"""Reads the sheet `choices`: one scale a list."""

from __future__ import annotations

import math
import re
from typing import Any

from convive.connectors.xlsform.columns import CHOICES
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.headers import text_of
from convive.connectors.xlsform.workbook_cells import Record, Table
from convive.core.instruments.model import Choice, Missing, Scale
from convive.core.model import Severity

_GOOD_CODE = re.compile(r"[A-Za-z0-9_-]+")
_ANCHOR = "convive_anchor_"
_KNOWN = frozenset({"list_name", "name", "label", "convive_value", "convive_missing"})


def read_lists(table: Table, language: str, findings: Findings) -> dict[str, Scale]:
    """Return the scales of a form by the name of their list."""
    found: dict[str, dict[str, Choice]] = {}
    ids: dict[str, str] = {}
    for record in table.records:
        listed, code = record.get("list_name"), record.get("name")
        if not listed:
            findings.add(
                "XLSFORM_CHOICE_INCOMPLETE", CHOICES, row=record.number, column="list_name"
            )
            continue
        if not code:
            findings.add("XLSFORM_CHOICE_INCOMPLETE", CHOICES, row=record.number, column="name")
            continue
        choices = found.setdefault(listed, {})
        ids.setdefault(listed, record.get("convive_scale") or listed)
        if code in choices:
            more = {"list": listed, "code": code}
            findings.add("XLSFORM_CHOICE_TWICE", CHOICES, row=record.number, **more)
            continue
        choices[code] = _choice(record, code, language, findings)
    _note_left_out(table, findings)
    return {name: Scale(ids[name], tuple(found[name].values())) for name in found}


def _choice(record: Record, code: str, language: str, findings: Findings) -> Choice:
    label = text_of(record, "label", language)
    if not _GOOD_CODE.fullmatch(code):
        where = {"row": record.number, "column": "name"}
        findings.add("XLSFORM_CODE", CHOICES, **where, code=code[:40])
    if not label:
        more = {"column": "label", "severity": Severity.WARNING}
        findings.add("XLSFORM_LABEL_MISSING", CHOICES, row=record.number, name=code, **more)
        label = {language: code}
    anchor = {
        column.removeprefix(_ANCHOR): words
        for column, words in record.cells.items()
        if column.startswith(_ANCHOR)
    }
    return Choice(
        code, label, _value(record, findings), _missing(record, findings), anchor
    )  # fmt: skip


def _value(record: Record, findings: Findings) -> float | None:
    text = record.get("convive_value")
    value = number_of(text)
    if text and value is None:
        where = {"row": record.number, "column": "convive_value"}
        findings.add("XLSFORM_NOT_A_NUMBER", CHOICES, **where, value=text[:40])
    return value


def number_of(text: str) -> float | None:
    """Return the number that a cell holds; None where it holds none."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _missing(record: Record, findings: Findings) -> Missing | None:
    text = record.get("convive_missing")
    if not text:
        return None
    if text in set(Missing):
        return Missing(text)
    where = {"row": record.number, "column": "convive_missing"}
    allowed = ", ".join(Missing)
    findings.add("XLSFORM_WORD", CHOICES, **where, value=text[:40], allowed=allowed)
    return None


def _note_left_out(table: Table, findings: Findings) -> None:
    for record in table.records:
        for column in record.cells:
            if column in _KNOWN or column.startswith(("label::", "convive_")):
                continue
            where: dict[str, Any] = {"row": record.number, "column": table.headers[column]}
            findings.add("XLSFORM_COLUMN_LEFT_OUT", CHOICES, severity=Severity.WARNING, **where)
