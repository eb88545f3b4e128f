"""Problems of a pack as a person reads them: by file, worst first, each with its remedy."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby

from convive.app.ports import UnmappedShare
from convive.catalogue.texts import say
from convive.cli.terminal import Terminal
from convive.core.model import Problem, Severity

_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}
_STYLE = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}


def sentence(problem: Problem, language: str, *, part: str = "") -> str:
    """Return what happened (or, with part ``.remedy``, what to do) in the language."""
    place = problem.place
    params = {
        "file": place.file,
        "sheet": place.sheet or "",
        "row": place.row or "",
        "column": place.column or "",
        "rows": problem.rows,
        "examples": [str(row) for row in problem.examples],
        **problem.data,
    }
    return say(f"problem.{problem.code}{part}", language, **params)


def where(problem: Problem, language: str) -> str:
    """Return the place in words: sheet, column, rows."""
    place = problem.place
    parts = []
    if place.sheet:
        parts.append(say("cli.place.sheet", language, sheet=place.sheet))
    if place.column:
        parts.append(say("cli.place.column", language, column=place.column))
    rows = problem.examples or ((place.row,) if place.row else ())
    if rows:
        shown = [str(row) for row in rows[:5]]
        key = "cli.place.lines" if place.file.endswith(".yaml") else "cli.place.rows"
        parts.append(say(key, language, rows=shown))
    return ", ".join(parts)


def show(problems: Sequence[Problem], terminal: Terminal) -> None:
    """Print every problem, grouped by file."""
    ordered = sorted(problems, key=lambda p: (p.place.file, _ORDER[p.severity], p.place.row or 0))
    for file, group in groupby(ordered, key=lambda problem: problem.place.file):
        terminal.out.print(f"\n{file or terminal.text('cli.pack')}", style="bold", markup=False)
        for problem in group:
            _show_one(problem, terminal)


def _show_one(problem: Problem, terminal: Terminal) -> None:
    language = terminal.language
    tag = terminal.text(f"severity.{problem.severity.value}")
    terminal.entry(sentence(problem, language), lead=f"  {tag}  ", style=_STYLE[problem.severity])
    place = where(problem, language)
    if place:
        terminal.entry(place, lead="      ", style="dim")
    terminal.entry(sentence(problem, language, part=".remedy"), lead="      → ")


def count(problems: Iterable[Problem], severity: Severity) -> int:
    """Return how many problems have the severity."""
    return sum(problem.severity is severity for problem in problems)


def show_shares(shares: Sequence[UnmappedShare], terminal: Terminal) -> None:
    """Print how much of each source has no category: one quiet line each, 0 % too."""
    if shares and not terminal.is_quiet:
        terminal.out.print()
    for share in shares:
        terminal.entry(_share_text(share, terminal.language), lead="  ", style="dim")


def _share_text(share: UnmappedShare, language: str) -> str:
    shares = {"share": 100 * share.n / share.base, "left": 100 * share.n_left / share.base}
    return say("cli.check.unmapped", language, source=share.source_id, base=share.base, **shares)


def as_json(
    problems: Sequence[Problem], language: str, shares: Sequence[UnmappedShare] = ()
) -> str:
    """Return the problems for another program, sentences included.

    Behind them the share of rows without a category, source by source, of severity ``info``.
    """
    rows = [
        {
            **asdict(problem),
            "severity": problem.severity.value,
            "message": sentence(problem, language),
            "remedy": sentence(problem, language, part=".remedy"),
        }
        for problem in problems
    ]
    rows += [
        {
            "code": "UNMAPPED_SHARE",
            "place": {"file": share.file, "sheet": None, "row": None, "column": None},
            "severity": "info",
            "rows": share.n,
            "examples": [],
            "data": {
                **asdict(share),
                "share": share.n / share.base,
                "share_left": share.n_left / share.base,
            },
            "message": _share_text(share, language),
            "remedy": "",
        }
        for share in shares
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2, default=str)
