"""Collects what is wrong in an XLSForm, each with its place; rows with the same fault are one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from convive.core.model import Place, Problem, Severity

MAX_EXAMPLES = 5


@dataclass
class Findings:
    """The problems of one file, in the order in which they were found."""

    file: str
    _found: dict[tuple[Any, ...], tuple[Problem, list[int]]] = field(default_factory=dict)

    def add(self, code: str, sheet: str = "", /, **more: Any) -> None:
        """Note a problem; the same one in a further row is counted with the first.

        `more` may have ``row``, ``column`` and ``severity`` (an error without); the rest of it
        are the values of the sentence.
        """
        row, column = more.pop("row", None), more.pop("column", "")
        severity, data = more.pop("severity", Severity.ERROR), more
        key = (code, sheet, column, severity, tuple(sorted((k, str(v)) for k, v in data.items())))
        if key in self._found:
            self._found[key][1].extend([row] if row else [])
            return
        place = Place(self.file, sheet or None, row, column or None)
        problem = Problem(code, place, severity, data=data)
        self._found[key] = (problem, [row] if row else [])

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Return every problem, once each, with its rows."""
        return tuple(
            Problem(
                problem.code, problem.place, problem.severity, max(len(rows), 1),
                tuple(rows[:MAX_EXAMPLES]), problem.data,
            )
            for problem, rows in self._found.values()
        )  # fmt: skip

    @property
    def has_errors(self) -> bool:
        """Whether something must be mended before the form can be used."""
        return any(p.severity is Severity.ERROR for p, _ in self._found.values())
