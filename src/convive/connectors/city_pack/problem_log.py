"""Collects what is wrong in a pack: one problem per code and column, never an exception."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convive.core.model import Place, Problem, Severity

N_EXAMPLES = 5
"""First rows or words that a message shows."""


class RefusedError(Exception):
    """A file or setting that cannot be used; becomes one problem where it is caught."""

    def __init__(self, code: str, **data: Any) -> None:
        super().__init__(code)
        self.code = code
        self.data = data


ERROR_SHARE = {"BAD_NUMBER": 1.0, "NEGATIVE_VALUE": 1.0, "DUPLICATE_ID": 0.9}
"""From this share of rows a finding is no longer about rows: the wrong column is meant."""
MIN_ROWS_FOR_SHARE = 10


@dataclass
class QualityCount:
    """How many rows of a source fail one check."""

    severity: Severity
    n: int = 0
    base: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ProblemLog:
    """All problems of a pack, in the order in which they were found."""

    problems: list[Problem] = field(default_factory=list)

    def add(self, code: str, place: Place, severity: Severity, **data: Any) -> None:
        """Note one problem that is not about rows."""
        self.problems.append(Problem(code, place, severity, data=data))

    def fail(self, code: str, file: str, **data: Any) -> None:
        """Note a problem that must be mended first; `row` and `column` place it."""
        place = Place(file, row=data.pop("row", None), column=data.pop("column", None))
        self.add(code, place, Severity.ERROR, **data)

    @property
    def has_errors(self) -> bool:
        """Whether something must be mended before an audit."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


@dataclass
class SourceLog:
    """Problems and quality counts of one source."""

    source_id: str
    log: ProblemLog
    quality: dict[str, QualityCount] = field(default_factory=dict)

    def rows(
        self,
        code: str,
        place: Place,
        rows: Sequence[int] | np.ndarray,
        base: int,
        *,
        severity: Severity = Severity.WARNING,
        **data: Any,
    ) -> None:
        """Note that rows fail a check; no rows, no note.

        `rows` are row numbers as a spreadsheet shows them, `base` is how many were checked.
        """
        n = len(rows)
        if n == 0:
            return
        if base >= MIN_ROWS_FOR_SHARE and n >= ERROR_SHARE.get(code, 2.0) * base:
            severity = Severity.ERROR
        first = tuple(int(row) for row in rows[:N_EXAMPLES])
        placed = Place(place.file, place.sheet, first[0], place.column)
        self.log.problems.append(
            Problem(code, placed, severity, rows=n, examples=first, data={**data, "base": base})
        )
        self._count(code.lower(), severity, n, base, data)
        count = self.quality[code.lower()]
        for row in first[: N_EXAMPLES - len(count.examples)]:
            count.examples.append({"file": place.file, "sheet": place.sheet, "row": row})

    def note(self, code: str, place: Place, severity: Severity, **data: Any) -> None:
        """Note something about the file as a whole, and count it in the quality report."""
        self.log.add(code, place, severity, **data)
        self._count(code.lower(), severity, 0, 0, data)

    def fail(self, code: str, file: str, **data: Any) -> None:
        """Note that the source cannot be used before this is mended."""
        self.log.fail(code, file, **data)

    def _count(
        self, code: str, severity: Severity, n: int, base: int, data: dict[str, Any]
    ) -> None:
        count = self.quality.setdefault(code, QualityCount(severity))
        count.n += n
        count.base += base
        for key, value in data.items():
            known = count.params.get(key)
            both_numbers = isinstance(known, int) and isinstance(value, int)
            count.params[key] = known + value if both_numbers and known else value


def quality_rows(logs: Iterable[SourceLog]) -> list[dict[str, Any]]:
    """Return the rows of table ``quality``; n and base are also in `params`."""
    rows = []
    for source in logs:
        for code, count in source.quality.items():
            base = max(count.base, count.n)
            share = count.n / base if base else 0.0
            rows.append(
                {
                    "source_id": source.source_id,
                    "code": code,
                    "severity": str(count.severity),
                    "n": count.n,
                    "base": base,
                    "share": share,
                    "params": {
                        "column": "",
                        **count.params,
                        "n": count.n,
                        "base": base,
                        "share": round(100 * share, 1),
                    },
                    "examples": count.examples,
                }
            )
    return rows
