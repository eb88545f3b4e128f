"""How a file is written where the readers cannot find it out themselves."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa

from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.mapping_schema import DEFAULT_NULL, Format
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Reason
from convive.connectors.city_pack.wizard.roles import Table

MAX_MARK = 12
MIN_NUMBERS = 0.7


def format_choices(table: Table) -> tuple[Choice, ...]:
    """Return what the mapping should say about the form of the file."""
    return (*_second_header(table), *_marks_of_nothing(table))


def _second_header(table: Table) -> tuple[Choice, ...]:
    """Return that the first row below the header only describes the columns."""
    numeric = [c for c in table.columns if c.numbers > 0.9]
    if len(numeric) < 3 or table.sheet.n_rows < 3:
        return ()
    first = [table.sheet.texts(c.name)[0].as_py() for c in numeric]
    described = [text for text in first if text is not None and not _is_number(text)]
    if len(described) < 0.8 * len(first):
        return ()
    reasons = (Reason("second_header"),)
    return (Choice(("format", "skip_after_header"), 1, Confidence.LIKELY, reasons),)


def _is_number(text: str) -> bool:
    return not bool(read_numbers(pa.array([text], pa.string()), Format()).is_bad[0])


def _marks_of_nothing(table: Table) -> tuple[Choice, ...]:
    """Return the short words that stand for "nothing there" among numbers."""
    found: Counter[str] = Counter()
    for column in table.columns:
        if MIN_NUMBERS <= column.numbers < 1:
            found.update(_marks(column))
    words = [word for word, _ in found.most_common(4)]
    if not words:
        return ()
    reasons = (Reason("marks_of_nothing", {"words": words}),)
    value = ["", *dict.fromkeys((*DEFAULT_NULL[1:], *words))]
    return (Choice(("format", "null"), value, Confidence.LIKELY, reasons),)


def _marks(column: Column) -> list[str]:
    """Return the words of a column of numbers that are no numbers, if they are very few."""
    others = [word for word, _ in column.words if not _is_number(word)]
    is_few = 0 < len(others) <= 2
    return [w for w in others if len(w) <= MAX_MARK] if is_few else []
