"""Rows of sources and of their checks, rounded: none of them is a few, nor what two leave.

How many rows a source has, and how many fail a check, are sums of what is not told otherwise:
"2 rows without a place" is a small count, and 212 left out of which 209 are repeated tell three
of something else. Rounded to the minimum count at least, they leave every small number possible.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.quality import source_rows
from convive.core.diagnosis.facts import UNMAPPED_SHARE
from convive.core.disclosure import rounded_counts

NO_PEOPLE = frozenset({"areas", "statistics"})
"""Kinds of sources of which a row is no incident and nobody who was asked."""
ABOUT_FILES = frozenset(
    {
        *("no_legal_basis", "agreement_expired", "retention_over"),
        *("incomplete_months", "incomplete_months_unknown"),
        *("rates_reproduced", "rates_differ"),
    }
)
"""Checks that count months, terms or published rates, not rows of people."""
MORE_COUNTS = ("crossing", "incidents")
"""Counts in the sentence of a check besides what fails and what it is of."""
TWO_SUMS = ("parts", "total")
"""Sums of a file that should agree and do not: their difference is what is missing."""
LISTS = ("words", "areas")
"""What the failing rows hold: as many rows fail as there are different ones, or more."""
NUMBERS_OF = "n_"
"""How many different words, areas or rows there are: exact, so not told."""
WITHHELD = "rows_withheld"
"""Reason of a source of which a number of rows is not told."""


@dataclass(frozen=True)
class Teller:
    """How numbers of rows are told.

    Attributes
    ----------
    floor : int, unit: rows
        No smaller number is told.
    rounding : int
        Base of rounding of all counts; 1 or 0: none. Rows are rounded to its least multiple that
        is not below the floor.
    """

    floor: int
    rounding: int = 1

    def tell(self, count: int) -> int | None:
        """Return what to tell of a count; None where it is too small. 0 is about nobody."""
        if 0 < count < self.floor:
            return None
        least = max(self.rounding, 1)
        return int(rounded_counts([count], least * -(-self.floor // least))[0])


def tell_rows(prepared: Prepared, rows: dict[str, list[Row]], teller: Teller) -> None:
    """Round the rows of checks and sources that are not public; changes `rows`.

    What fails and what passes are told each by itself, and what was checked as their sum: so
    no sum less its part is another number. Lights and reasons follow from what is told.
    """
    closed = {row["source_id"] for row in _closed(prepared)}
    for row in rows.get("quality", ()):
        if row["source_id"] in closed and row["code"] not in ABOUT_FILES:
            _tell_check(row, teller)
    if "sources" in rows:
        rows["sources"] = source_rows(prepared, rows.get("quality", []))
        for row in rows["sources"]:
            if row["source_id"] in closed:
                _tell_source(row, teller)


def told_parts(parts: Sequence[Mapping[str, Any]], public: Collection[str]) -> list[dict[str, Any]]:
    """Return the parts of the run record; without rows where the source is not public."""
    return [
        dict(part) if part["source_id"] in public else {**part, "n": None, "dropped": None}
        for part in parts
    ]


def told_inputs(prepared: Prepared) -> list[dict[str, Any]]:
    """Return the files of the run record; without sizes where a row more would tell by them."""
    closed = {one["path"] for row in _closed(prepared) for one in _files(row)}
    return [
        _without_size(one) if one["path"] in closed else dict(one)
        for one in prepared.evidence.inputs
    ]


def _closed(prepared: Prepared) -> list[Row]:
    """Return the sources that are about people and not public already."""
    return [
        row
        for row in prepared.evidence.sources.to_pylist()
        if row["source_id"] not in prepared.evidence.public_sources and row["kind"] not in NO_PEOPLE
    ]


def _files(row: Row) -> list[dict[str, Any]]:
    files = row["files"]
    return json.loads(files) if isinstance(files, str) else list(files or ())


def _without_size(one: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in one.items() if name != "bytes"}


def _tell_check(row: Row, teller: Teller) -> None:
    """Round a check; where few rows fail or few pass, neither they nor what was checked is told.

    The whole is known from elsewhere, so that a rounded part of it would leave too few numbers.
    """
    n, passing = row["n"], max(row["base"] - row["n"], 0)
    params = _without_numbers(row["params"], teller)
    fails, passes = teller.tell(n), teller.tell(passing)
    if row["base"] and (fails is None or (fails and passes is None)):
        reason = "small_count" if fails is None else "complementary"
        at_most = (teller.floor - 1) / row["base"] if fails is None and passes else 1.0
        params |= {"reason": reason, "below": teller.floor, "is_marked": at_most >= UNMAPPED_SHARE}
        params |= {name: None for name in LISTS if name in params}
        row |= {"n": None, "base": None, "share": None, "_most": at_most}
        params |= {"n": None, "base": None, "share": None}
    elif row["base"]:
        base = (fails or 0) + (passes or 0)
        share = (fails or 0) / base if base else 0.0
        row |= {"n": fails, "base": base, "share": share}
        params |= {"n": fails, "base": base, "share": round(100 * share, 1)}
    # The first places would count the rows of a check that has few.
    row |= {"params": params, "examples": []}


def _without_numbers(given: Any, teller: Teller) -> dict[str, Any]:
    """Return the values of a sentence without counts that are exact."""
    params: dict[str, Any] = json.loads(given) if isinstance(given, str) else dict(given)
    params = {name: value for name, value in params.items() if not name.startswith(NUMBERS_OF)}
    for name in MORE_COUNTS:
        if isinstance(params.get(name), int):
            params |= {name: teller.tell(params[name]), "below": teller.floor}
    return params | {name: None for name in TWO_SUMS if name in params}


def _tell_source(row: Row, teller: Teller) -> None:
    used, rejected = teller.tell(row["rows_used"]), teller.tell(row["rows_rejected"])
    read = None if used is None or rejected is None else used + rejected
    row.update(rows_used=used, rows_rejected=rejected, rows_read=read)
    row["files"] = [_without_size(one) for one in _files(row)]
    if read is None:
        reasons = json.loads(row["reasons"])
        reasons.append({"code": WITHHELD, "params": {"below": teller.floor}})
        row["reasons"] = reasons


__all__ = ["WITHHELD", "Teller", "tell_rows", "told_inputs", "told_parts"]
