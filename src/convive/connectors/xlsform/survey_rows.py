"""Reads the sheet `survey` row by row into sections and items, and notes all that is wrong."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from convive.connectors.xlsform.columns import CHANGES_ANSWERS, KEPT, METADATA, SURVEY
from convive.connectors.xlsform.expression_check import faults_of, names_in
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.form_rows import (
    INTRODUCTION,
    METADATA_ROLE,
    SECTION_INTRODUCTION,
)
from convive.connectors.xlsform.item_rows import Form, read_item, type_words
from convive.connectors.xlsform.workbook_cells import MAX_ROWS, Record, Table
from convive.core.instruments.model import Item, ItemType, Section
from convive.core.model import Severity
from convive.core.model.city import Text

_GOOD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_PIXELS = re.compile(r"max-pixels\s*=\s*\d+")
_BLOCK = re.compile(r"(begin|end) (group|repeat)")
_MAX_DEPTH = 20
_FAULT_CODES = {
    "reference": "XLSFORM_REFERENCE",
    "function": "XLSFORM_FUNCTION",
    "path": "XLSFORM_RULE",
    "text": "XLSFORM_RULE",
}
_YES = frozenset({"yes", "true", "true()", "1"})
_HARMLESS_READ_ONLY = frozenset({"note", "calculate"})


@dataclass
class _Open:
    """A group or repeat whose end is still to come; the outermost is the form."""

    record: Record | None = None
    what: str = ""
    name: str = ""
    introduction: Text = field(default_factory=dict)
    parts: list[Item | Section] = field(default_factory=list)


@dataclass(frozen=True)
class SurveyContent:
    """What the sheet `survey` gave."""

    parts: tuple[Item | Section, ...]
    introduction: Text


def read_survey(table: Table, form: Form) -> SurveyContent:
    """Return everything that a form asks, in order; problems go to `form.findings`."""
    reader = _SurveyReader(table, form)
    for record in table.records:
        reader.read(record)
    reader.close_all()
    _note_columns(table, form.findings)
    _check_rules(form, reader.taken)
    return SurveyContent(tuple(reader.stack[0].parts), reader.introduction)


def good_names(table: Table, findings: Findings) -> dict[str, str]:
    """Return new names for those that cannot be used here, old → new; each is noted."""
    taken = {record.get("name") for record in table.records}
    changed: dict[str, str] = {}
    for record in table.records:
        name = record.get("name")
        if not name or _GOOD_NAME.fullmatch(name) or name in changed:
            continue
        stem = re.sub(r"[^A-Za-z0-9_]", "_", name)
        new = stem if stem[0].isalpha() else f"q_{stem}"
        while new in taken:
            new += "_"
        taken.add(new)
        changed[name] = new
        if type_words(record.get("type")) not in METADATA:
            where: dict[str, Any] = {"row": record.number, "column": "name"}
            more = {"name": name[:60], "new": new[:60], "severity": Severity.NOTE}
            findings.add("XLSFORM_NAME_CHANGED", SURVEY, **where, **more)
    return changed


class _SurveyReader:
    """Keeps the groups that are open while the rows go by."""

    def __init__(self, table: Table, form: Form) -> None:
        self.form = form
        self.stack = [_Open()]
        self.introduction: Text = {}
        self.taken: set[str] = set()
        columns = ("relevant", "constraint", "calculation", "repeat_count")
        rules = [record.get(column) for record in table.records for column in columns]
        self.referred = {name for rule in rules for name in names_in(rule)}

    def _note(self, code: str, record: Record, column: str, **more: Any) -> None:
        self.form.findings.add(code, SURVEY, row=record.number, column=column, **more)

    def _leave_out(self, record: Record) -> None:
        more = {"type": record.get("type")[:60], "severity": Severity.NOTE}
        self._note("XLSFORM_ROW_LEFT_OUT", record, "type", **more)

    def read(self, record: Record) -> None:
        """Read one row; none any more below groups nested too deeply."""
        if len(self.stack) <= _MAX_DEPTH:
            self._read(record)

    def _read(self, record: Record) -> None:
        words = type_words(record.get("type"))
        if record.get("disabled").lower() in _YES:
            self._leave_out(record)
        elif not words:
            if record.get("name") or any(c.startswith("label") for c in record.cells):
                self._note("XLSFORM_CELL_MISSING", record, "type")
        elif record.get("convive_role"):
            self._read_own(record)
        elif found := _BLOCK.fullmatch(words):
            self._begin(record, found[2]) if found[1] == "begin" else self._end(record, found[2])
        elif words in METADATA:
            self._read_metadata(record, words)
        else:
            self._read_item(record)

    def _read_own(self, record: Record) -> None:
        """Read what `write_xlsform` added: introductions, times of start and end."""
        role = record.get("convive_role")
        if role == INTRODUCTION:
            self.introduction = self.form.text(record, "label")
        elif role == SECTION_INTRODUCTION:
            self.stack[-1].introduction = self.form.text(record, "label")
        elif role != METADATA_ROLE:
            self._read_item(record)

    def _name(self, record: Record) -> str | None:
        """Return the name of a row as it is used here; None where it has none or one taken."""
        written = record.get("name")
        if not written:
            self._note("XLSFORM_CELL_MISSING", record, "name")
            return None
        name = self.form.names.get(written, written)
        if name in self.taken:
            self._note("XLSFORM_NAME_TWICE", record, "name", name=written[:60])
            return None
        self.taken.add(name)
        return name

    def _begin(self, record: Record, what: str) -> None:
        if len(self.stack) == _MAX_DEPTH:
            self._note("XLSFORM_TOO_LARGE", record, "type", n=MAX_ROWS)
        self.stack.append(_Open(record, what, self._name(record) or ""))

    def _end(self, record: Record, what: str) -> None:
        inner = self.stack[-1]
        if inner.record is None:
            self._note("XLSFORM_END_OF_OTHER", record, "type", what=what)
            return
        if inner.what != what:
            self._note("XLSFORM_END_OF_OTHER", record, "type", what=what)
        self._close()

    def _close(self) -> None:
        inner = self.stack.pop()
        record = inner.record
        if record is None:
            return
        title = self.form.text(record, "label")
        if not title and not self.form.is_ours:
            title = {self.form.language: inner.name}
        section = Section(
            inner.name, title, tuple(inner.parts), introduction=inner.introduction,
            relevant=self.form.rule(record, "relevant"), repeats=inner.what == "repeat",
            repeat_count=self.form.rule(record, "repeat_count"),
            at_least=self._whole(record, "convive_at_least", 0),
            at_most=self._whole(record, "convive_at_most", 100),
        )  # fmt: skip
        if not inner.parts and not self.form.is_ours:
            self._leave_out(record)
            return
        self.stack[-1].parts.append(section)

    def _whole(self, record: Record, column: str, otherwise: int) -> int:
        text = record.get(column).strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 7):
            self._note("XLSFORM_NOT_A_NUMBER", record, column, value=text[:40])
            return otherwise
        return int(text) if text else otherwise

    def close_all(self) -> None:
        """Close what the sheet left open, and note it."""
        while len(self.stack) > 1:
            record = self.stack[-1].record
            if record is not None:
                self._note("XLSFORM_NOT_CLOSED", record, "type", what=self.stack[-1].what)
            self._close()

    def _read_metadata(self, record: Record, words: str) -> None:
        """Leave out what devices tell of themselves; a day that rules need is computed."""
        name = record.get("name")
        if words == "today" and name in self.referred:
            used = self._name(record)
            if used:
                question = {self.form.language: used}
                item = Item(used, ItemType.CALCULATED, question, calculation="today()")
                self.stack[-1].parts.append(item)
        elif words not in {"start", "end", "today"}:
            self._leave_out(record)

    def _read_item(self, record: Record) -> None:
        name = self._name(record)
        item = read_item(record, name or "", self.form)
        if item is not None and name:
            self.stack[-1].parts.append(item)


def _check_rules(form: Form, known: set[str]) -> None:
    for rule, row, column in form.rules:
        for fault in faults_of(rule, known):
            more = {"what": fault.what[:80], "example": "${name}"}
            form.findings.add(_FAULT_CODES[fault.kind], SURVEY, row=row, column=column, **more)


def _note_columns(table: Table, findings: Findings) -> None:
    """Note the columns that are not read, where they hold something."""
    for record in table.records:
        for column in record.cells:
            if not _is_read(column, record) and _says_something(record, column):
                base = column.partition("::")[0]
                changes = column in CHANGES_ANSWERS or base in {"bind", "instance"}
                code = "XLSFORM_COLUMN_REFUSED" if changes else "XLSFORM_COLUMN_LEFT_OUT"
                severity = Severity.ERROR if changes else Severity.WARNING
                where: dict[str, Any] = {"row": record.number, "column": table.headers[column]}
                findings.add(code, SURVEY, severity=severity, **where)


def _is_read(column: str, record: Record) -> bool:
    """Tell whether a cell is understood; of the parameters only the size of photos is."""
    if column == "parameters":
        return _PIXELS.fullmatch(record.get(column).strip()) is not None
    if column.startswith("convive_") or column in KEPT:
        return True
    return column.partition("::")[0] in {"label", "hint", "constraint_message"}


def _says_something(record: Record, column: str) -> bool:
    text = record.get(column).lower()
    if column == "read_only":
        return text in _YES and type_words(record.get("type")) not in _HARMLESS_READ_ONLY
    return bool(text) and not record.get("disabled")
