"""Collects what is wrong in a pack: one problem per code and column, never an exception.

A file that is read in stretches gives one problem per check, not one per stretch: rows and
base are added up, the first examples stay, and how grave it is follows from the totals.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from convive.app.ports import Repeated
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


@dataclass(frozen=True)
class Words:
    """Words that fail a check, with how often; a message shows the most frequent."""

    counts: Mapping[str, int]
    key: str
    """Name under which the message has the words."""
    number_key: str
    """Name under which it has how many different ones there are."""

    def plus(self, other: Words) -> Words:
        """Return both together, in the order of their first appearance."""
        counts = dict(self.counts)
        for word, n in other.counts.items():
            counts[word] = counts.get(word, 0) + n
        return Words(counts, self.key, self.number_key)

    @property
    def data(self) -> dict[str, Any]:
        """Values for the message."""
        frequent = sorted(self.counts, key=lambda word: -self.counts[word])
        shown = ", ".join(frequent[:N_EXAMPLES])
        return {self.key: shown, self.number_key: len(frequent)}


@dataclass(frozen=True)
class Gravity:
    """An error where `n` is more than `share` of `of`, or all of it."""

    n: int
    of: int
    share: float = 0.5

    def plus(self, other: Gravity) -> Gravity:
        """Return both together."""
        return Gravity(self.n + other.n, self.of + other.of, self.share)

    @property
    def is_error(self) -> bool:
        """Whether the finding must be mended first."""
        return self.of > 0 and (self.n > self.share * self.of or self.n == self.of)


@dataclass(frozen=True)
class Totals:
    """What is added up over the stretches of a file besides rows and base."""

    gravity: Gravity | None = None
    named: Words | None = None
    adding: tuple[str, ...] = ()
    """Names of the values in the data that are added up."""


@dataclass
class Finding:
    """One check that failed: about rows, about a file as a whole, or a refusal.

    Rows that are only counted are as somebody wanted them: no problem, but the quality report tells.
    """

    kind: str
    """rows, counted, note or fail."""
    code: str
    place: Place
    severity: Severity
    n: int = 0
    base: int = 0
    examples: tuple[int, ...] = ()
    data: dict[str, Any] = field(default_factory=dict)
    named: Words | None = None
    gravity: Gravity | None = None

    def add(self, other: Finding, adding: Iterable[str]) -> None:
        """Add what the same check found in a later stretch."""
        self.n += other.n
        self.base += other.base
        self.examples = (self.examples + other.examples)[:N_EXAMPLES]
        for key in adding:
            self.data[key] = self.data.get(key, 0) + other.data[key]
        if self.named and other.named:
            self.named = self.named.plus(other.named)
        if self.gravity and other.gravity:
            self.gravity = self.gravity.plus(other.gravity)

    @property
    def is_found(self) -> bool:
        """Whether there is anything to say."""
        return self.kind not in {"rows", "counted"} or self.n > 0

    @property
    def is_problem(self) -> bool:
        """Whether people who mend the pack are told."""
        return self.is_found and self.kind != "counted"

    @property
    def final_severity(self) -> Severity:
        """Severity by the totals."""
        is_error = self.gravity is not None and self.gravity.is_error
        if self.base >= MIN_ROWS_FOR_SHARE:
            is_error |= self.n >= ERROR_SHARE.get(self.code, 2.0) * self.base
        return Severity.ERROR if is_error and self.kind == "rows" else self.severity

    @property
    def message_data(self) -> dict[str, Any]:
        """Values for the sentence, without the base."""
        return {**self.data, **(self.named.data if self.named else {})}

    def problem(self) -> Problem:
        """Return the finding as users see it."""
        if self.kind != "rows":
            return Problem(self.code, self.place, self.severity, data=self.data)
        place = Place(self.place.file, self.place.sheet, self.examples[0], self.place.column)
        data = {**self.message_data, "base": self.base}
        return Problem(
            self.code, place, self.final_severity, rows=self.n, examples=self.examples, data=data
        )

    def as_record(self) -> dict[str, Any]:
        """Return the finding as JSON values; nothing can be added to it afterwards."""
        place = self.place
        return {
            "kind": self.kind,
            "code": self.code,
            "place": [place.file, place.sheet, place.row, place.column],
            "severity": str(self.final_severity),
            "n": self.n,
            "base": self.base,
            "examples": list(self.examples),
            "data": self.message_data,
        }


def _finding(record: Mapping[str, Any]) -> Finding:
    """Return the finding of a record."""
    return Finding(
        record["kind"],
        record["code"],
        Place(*record["place"]),
        Severity(record["severity"]),
        record["n"],
        record["base"],
        tuple(record["examples"]),
        dict(record["data"]),
    )


@dataclass
class QualityCount:
    """How many rows of a source fail one check."""

    severity: Severity
    n: int = 0
    base: int = 0
    params: dict[str, Any] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Count a finding; whole numbers in its values are added up."""
        self.n += finding.n
        self.base += finding.base
        for key, value in finding.message_data.items():
            known = self.params.get(key)
            both_numbers = isinstance(known, int) and isinstance(value, int)
            self.params[key] = known + value if both_numbers and known else value
        place = finding.place
        for row in finding.examples[: N_EXAMPLES - len(self.examples)]:
            self.examples.append({"file": place.file, "sheet": place.sheet, "row": row})


@dataclass
class ProblemLog:
    """All problems of a pack, in the order in which they were found."""

    findings: list[Finding] = field(default_factory=list)

    @property
    def problems(self) -> list[Problem]:
        """Every problem as it stands now."""
        return [finding.problem() for finding in self.findings if finding.is_problem]

    def add(self, code: str, place: Place, severity: Severity, **data: Any) -> None:
        """Note one problem that is not about rows."""
        self.findings.append(Finding("fail", code, place, severity, data=data))

    def fail(self, code: str, file: str, **data: Any) -> None:
        """Note a problem that must be mended first; `row` and `column` place it."""
        place = Place(file, row=data.pop("row", None), column=data.pop("column", None))
        self.add(code, place, Severity.ERROR, **data)

    @property
    def has_errors(self) -> bool:
        """Whether something must be mended before an audit."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)


_Key = tuple[int, str, Place, int]


@dataclass
class SourceLog:
    """Problems and quality counts of one source."""

    source_id: str
    log: ProblemLog
    findings: list[Finding] = field(default_factory=list)
    _known: dict[_Key, Finding] = field(default_factory=dict, repr=False)
    _times: dict[tuple[str, Place], int] = field(default_factory=dict, repr=False)
    _n_sheets: int = 0

    def begin(self, part: int) -> None:
        """Say that the next findings are about stretch `part` of a sheet.

        From part 1 on, a check adds to what the same check found in the stretches before.
        """
        self._times.clear()
        if part == 0:
            self._n_sheets += 1
            self._known.clear()

    def rows(
        self,
        code: str,
        place: Place,
        rows: Sequence[int] | np.ndarray | Repeated,
        base: int,
        *,
        severity: Severity = Severity.WARNING,
        totals: Totals | None = None,
        **data: Any,
    ) -> None:
        """Note that rows fail a check; no rows, no note.

        `rows` are row numbers as a spreadsheet shows them, `base` is how many were checked,
        `totals` what is added up over the stretches of a file besides.
        """
        shown = rows.rows if isinstance(rows, Repeated) else rows
        first = tuple(int(row) for row in shown[:N_EXAMPLES])
        found = Finding("rows", code, place, severity, len(rows), base, first, data)
        if totals is not None:
            found.named, found.gravity = totals.named, totals.gravity
        self._join(found, totals.adding if totals else ())

    def counted(self, code: str, place: Place, rows: np.ndarray, base: int) -> None:
        """Count rows that are as somebody wanted them; nobody has to mend anything."""
        first = tuple(int(row) for row in rows[:N_EXAMPLES])
        self._join(Finding("counted", code, place, Severity.NOTE, len(rows), base, first))

    def _join(self, found: Finding, adding: Iterable[str] = ()) -> None:
        """Keep a finding about rows, or add it to that of the stretches before."""
        code, place = found.code, found.place
        time = self._times.get((code, place), 0)
        self._times[code, place] = time + 1
        known = self._known.setdefault((self._n_sheets, code, place, time), found)
        if known is found:
            self._keep(found)
        else:
            known.add(found, adding)

    def note(self, code: str, place: Place, severity: Severity, **data: Any) -> None:
        """Note something about the file as a whole, and count it in the quality report."""
        self._keep(Finding("note", code, place, severity, data=data))

    def fail(self, code: str, file: str, **data: Any) -> None:
        """Note that the source cannot be used before this is mended."""
        self.log.fail(code, file, **data)

    def as_record(self) -> list[dict[str, Any]]:
        """Return everything that was found as JSON values, refusals with it."""
        return [finding.as_record() for finding in self.log.findings if finding.is_found]

    def add_record(self, record: Iterable[Mapping[str, Any]]) -> None:
        """Take what another log found, as `as_record` gave it."""
        for found in map(_finding, record):
            if found.kind == "fail":
                self.log.findings.append(found)
            else:
                self._keep(found)

    @property
    def quality(self) -> dict[str, QualityCount]:
        """Counts per check, as the quality report shows them."""
        counts: dict[str, QualityCount] = {}
        for finding in self.findings:
            if finding.is_found:
                fresh = QualityCount(finding.final_severity)
                counts.setdefault(finding.code.lower(), fresh).add(finding)
        return counts

    def _keep(self, finding: Finding) -> None:
        self.findings.append(finding)
        self.log.findings.append(finding)


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
