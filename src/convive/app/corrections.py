"""Corrections and withdrawals: what was wrong with something published, and what is right.

A correction is told; a withdrawal also takes figures away (`app.withdrawal`). Both travel with the
build, so that every page, file and program that reads it learns of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class CorrectionKind(StrEnum):
    """What is done about it."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Subject(StrEnum):
    """What it is about."""

    AUDIT = "audit"
    INDICATOR = "indicator"
    AREA = "area"
    FINDING = "finding"
    DOCUMENT = "document"
    PAGE = "page"


WITHDRAWABLE = frozenset({Subject.AUDIT, Subject.INDICATOR, Subject.FINDING})
"""What can be taken away whole. An area cannot: the town less its other areas would tell it."""


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction, as it is told.

    Parameters
    ----------
    id : str
        Name that never changes.
    on : date
        Day on which it is told.
    kind, subject : CorrectionKind, Subject
    name : str
        Which one: the code of an indicator or a finding, ``level/code`` of an area, the name of a
        file or of a page, the version of an audit (its first twelve signs).
    wrong, right : mapping
        What was wrong and what is right, per language.
    since : str
        Version of the first audit that was wrong; empty where that is not known.
    until : date or None
        Audits built from this day on are right again; None as long as none is.
    """

    id: str
    on: date
    kind: CorrectionKind
    subject: Subject
    name: str
    wrong: Mapping[str, str] = field(default_factory=dict)
    right: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    until: date | None = None

    @property
    def is_withdrawal(self) -> bool:
        """Whether something is taken away."""
        return self.kind is CorrectionKind.WITHDRAWAL

    def applies_to(self, built_on: date) -> bool:
        """Tell whether audits built on a day are still wrong."""
        return self.until is None or built_on < self.until


def correction_as_json(one: Correction) -> dict[str, Any]:
    """Return a correction as plain JSON."""
    told = asdict(one)
    return told | {
        "on": one.on.isoformat(), "kind": one.kind.value, "subject": one.subject.value,
        "wrong": dict(one.wrong), "right": dict(one.right),
        "until": one.until.isoformat() if one.until else None,
    }  # fmt: skip


def correction_of_json(told: Mapping[str, Any]) -> Correction:
    """Return the correction that was written so.

    Raises
    ------
    ValueError, KeyError, TypeError
        Where it was not.
    """
    return Correction(
        id=str(told["id"]), on=date.fromisoformat(told["on"]),
        kind=CorrectionKind(told["kind"]), subject=Subject(told["subject"]), name=str(told["name"]),
        wrong=dict(told["wrong"]), right=dict(told["right"]), since=str(told["since"]),
        until=date.fromisoformat(told["until"]) if told["until"] else None,
    )  # fmt: skip


def corrections_digest(corrections: Iterable[Correction]) -> str:
    """Return what changes exactly when any of them does; empty without any."""
    rows = [correction_as_json(one) for one in corrections]
    text = json.dumps(rows, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest() if rows else ""


def newest_first(corrections: Sequence[Correction]) -> list[Correction]:
    """Return corrections in the order in which they are told."""
    return sorted(corrections, key=lambda one: (one.on, one.id), reverse=True)
