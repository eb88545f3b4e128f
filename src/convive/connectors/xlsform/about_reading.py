"""Reads what stands beside the questions: settings, and the sheets that only Convive writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from convive.connectors.xlsform.choice_lists import number_of
from convive.connectors.xlsform.columns import ABOUT, SCORES, STEPS
from convive.connectors.xlsform.findings import Findings
from convive.connectors.xlsform.headers import text_of
from convive.connectors.xlsform.workbook_cells import Record, Table
from convive.core.instruments.model import (
    Band,
    LabelRule,
    Provenance,
    Score,
    ScoreMethod,
)
from convive.core.model.city import Text
from convive.core.model.indicator import Reference

STATUSES = ("draft", "checked", "reviewed", "retired")
_Word = TypeVar("_Word", bound=StrEnum)


@dataclass
class About:
    """The sheet `convive`: values and texts by their key."""

    values: Mapping[str, str]
    texts: Mapping[str, Text]
    rows: Mapping[str, int]
    findings: Findings = field(repr=False)

    @property
    def is_ours(self) -> bool:
        """Whether the workbook was written by Convive."""
        return "format" in self.values

    def _note(self, key: str, allowed: str) -> None:
        where: dict[str, Any] = {"row": self.rows.get(key), "column": "content"}
        value = self.values[key][:40]
        self.findings.add("XLSFORM_WORD", ABOUT, **where, value=value, allowed=allowed)

    def word(self, key: str, words: type[_Word], otherwise: _Word) -> _Word:
        """Return a word of a closed list."""
        text = self.values.get(key, "")
        if text and text not in set(words):
            self._note(key, ", ".join(words))
        return words(text) if text in set(words) else otherwise

    def status(self) -> str:
        """Return how far the instrument was checked; a draft unless the sheet says otherwise."""
        text = self.values.get("status", "")
        if text and text not in STATUSES:
            self._note("status", ", ".join(STATUSES))
        return text if text in STATUSES else "draft"

    def whole(self, key: str, otherwise: int) -> int:
        """Return a whole number from 1."""
        text = self.values.get(key, "").strip()
        is_whole = text.isascii() and text.isdigit() and len(text) < 10 and int(text) > 0
        if text and not is_whole:
            self._note(key, "1, 2, 3 …")
        return int(text) if is_whole else otherwise

    def is_yes(self, key: str) -> bool:
        """Tell whether a key is answered with yes."""
        return self.values.get(key, "").strip().lower() in {"yes", "true"}

    def day(self, key: str, otherwise: date) -> date:
        """Return a day."""
        text = self.values.get(key, "").strip()
        if not text:
            return otherwise
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            self._note(key, "2026-01-31")
            return otherwise


def read_about(table: Table, findings: Findings) -> About:
    """Return what the sheet `convive` says; all empty where there is none."""
    values: dict[str, str] = {}
    texts: dict[str, Text] = {}
    rows: dict[str, int] = {}
    for record in table.records:
        key = record.get("key").strip()
        values[key] = record.get("content")
        texts[key] = text_of(record, "text", "en")
        rows[key] = record.number
    return About(values, texts, rows, findings)


def read_references(table: Table) -> tuple[Reference, ...]:
    """Return the references of the sheet `convive_references`."""
    return tuple(Reference(r.get("cite"), r.get("url"), r.get("provenance")) for r in table.records)


def read_scores(
    scores: Table, steps: Table, findings: Findings, language: str
) -> tuple[Score, ...]:
    """Return the scores, with their bands and rules from the other sheet."""
    known = {record.get("score") for record in scores.records}
    for record in steps.records:
        if record.get("score") not in known or record.get("what") not in {"band", "rule"}:
            where: dict[str, Any] = {"row": record.number, "column": "score"}
            findings.add("XLSFORM_SCORE_UNKNOWN", STEPS, **where, name=record.get("score")[:60])
    read = (_score(record, steps, findings, language) for record in scores.records)
    return tuple(score for score in read if score is not None)


def _score(record: Record, steps: Table, findings: Findings, language: str) -> Score | None:
    name, method = record.get("score"), record.get("method")
    where: dict[str, Any] = {"row": record.number}
    if not name or method not in set(ScoreMethod):
        allowed = ", ".join(ScoreMethod)
        findings.add(
            "XLSFORM_WORD", SCORES, **where, column="method", value=method[:40], allowed=allowed
        )
        return None
    provenance = record.get("provenance") or Provenance.RECONSTRUCTION.value
    if provenance not in set(Provenance):
        more = {"column": "provenance", "value": provenance[:40]}
        findings.add("XLSFORM_WORD", SCORES, **where, **more, allowed=", ".join(Provenance))
        provenance = Provenance.RECONSTRUCTION.value
    share = _number(record, "minimum_answered", findings, SCORES)
    mine = [step for step in steps.records if step.get("score") == name]
    return Score(
        name, text_of(record, "label", language), ScoreMethod(method),
        weights=_weights(record, findings), per=record.get("per"),
        expression=record.get("expression"),
        rescale_to=_number(record, "to", findings, SCORES),
        minimum_answered=0.5 if share is None else share,
        bands=tuple(_band(s, findings, language) for s in mine if s.get("what") == "band"),
        rules=tuple(
            LabelRule(s.get("code"), text_of(s, "label", language), s.get("when"))
            for s in mine if s.get("what") == "rule"
        ),
        provenance=Provenance(provenance),
    )  # fmt: skip


def _band(record: Record, findings: Findings, language: str) -> Band:
    below = _number(record, "below", findings, STEPS)
    return Band(record.get("code"), text_of(record, "label", language), below)


def _number(record: Record, column: str, findings: Findings, sheet: str) -> float | None:
    text = record.get(column).strip()
    value = number_of(text)
    if text and value is None:
        where: dict[str, Any] = {"row": record.number, "column": column}
        findings.add("XLSFORM_NOT_A_NUMBER", sheet, **where, value=text[:40])
    return value


def _weights(record: Record, findings: Findings) -> dict[str, float]:
    """Return item → weight of ``lighting=1; openness=0.5``; without a number it is 1."""
    found: dict[str, float] = {}
    for part in record.get("of").split(";"):
        name, has_weight, text = (piece.strip() for piece in part.partition("="))
        weight = number_of(text) if has_weight else 1.0
        if weight is None:
            where: dict[str, Any] = {"row": record.number, "column": "of"}
            findings.add("XLSFORM_NOT_A_NUMBER", SCORES, **where, value=part.strip()[:40])
        elif name:
            found[name] = weight
    return found
