"""Rows of sources and of their checks, told in steps: no two builds tell of a few rows.

How many rows a source has, and how many fail a check, are sums of what is not told otherwise.
Two builds a day apart would tell "one row more", and "2 rows without a place" is a small count.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.quality import source_rows
from convive.app.releases import FigureKey, Release
from convive.core.disclosure import successive_count

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
WITHHELD = "rows_withheld"
"""Reason of a source of which a number of rows is not told."""


@dataclass(frozen=True)
class Teller:
    """What was told of each number in earlier releases, and what is told now.

    Attributes
    ----------
    floor : int, unit: rows
        No smaller number is told, and no two numbers told differ by less.
    rounding : int
        Base of rounding of all counts; 1: none. Rows are rounded at least to the floor: numbers of
        one source are sums of one another in ways that nobody can list (212 left out, 209 of them
        repeated: three are something else).
    """

    floor: int
    rounding: int
    releases: Sequence[Release] = ()
    told: dict[FigureKey, int] = field(default_factory=dict)

    def tell(self, key: FigureKey, count: int) -> int | None:
        """Return what to tell of a count; None where it is too small. 0 is about nobody."""
        if count == 0:
            return 0
        before = {release.told[key] for release in self.releases if key in release.told}
        least = max(self.rounding, 1)
        base = least * -(-self.floor // least)
        shown = successive_count(count, before, floor=self.floor, rounding=base)
        if shown is not None:
            self.told[key] = shown
        return shown


def tell_rows(prepared: Prepared, rows: dict[str, list[Row]], teller: Teller) -> None:
    """Let checks and sources tell rows in steps; changes `rows`, keeps in `teller` what is told.

    What fails and what passes are told each by itself, and what was checked as their sum: so
    no sum less its part is another number. Lights and reasons follow from what is told.
    """
    closed = {row["source_id"] for row in _closed(prepared)}
    for row in rows.get("quality", ()):
        if row["source_id"] in closed and row["code"] not in ABOUT_FILES and row["base"]:
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
    key = ("quality", row["source_id"], row["code"])
    n, checked = row["n"], row["base"]
    params = json.loads(row["params"]) if isinstance(row["params"], str) else dict(row["params"])
    fails, passes = teller.tell((*key, "n"), n), teller.tell((*key, "rest"), max(checked - n, 0))
    told_base = (fails or 0) + (passes or 0) or None
    if fails is None:
        params |= {"reason": "small_count", "below": teller.floor}
    elif fails and passes is None:
        fails = None
        params |= {"reason": "complementary"}
    share = None if fails is None else fails / told_base if told_base else 0.0
    for name in MORE_COUNTS:
        if isinstance(params.get(name), int):
            params[name] = teller.tell((*key, name), params[name])
    params |= {name: None for name in TWO_SUMS if name in params}
    params |= {"n": fails, "base": told_base}
    params |= {"share": None if share is None else round(100 * share, 1)}
    # The first places would count the rows of a check that has few.
    row.update(n=fails, base=told_base, share=share, params=params, examples=[])
    if share is None:  # for the light: what it could be at most, by what is told
        base = told_base if passes else None
        row["_most"] = min((teller.floor - 1) / base, 1.0) if base else 1.0


def _tell_source(row: Row, teller: Teller) -> None:
    key = ("sources", row["source_id"])
    used = teller.tell((*key, "used"), row["rows_used"])
    rejected = teller.tell((*key, "rejected"), row["rows_rejected"])
    read = None if used is None or rejected is None else used + rejected
    row.update(rows_used=used, rows_rejected=rejected, rows_read=read)
    row["files"] = [_without_size(one) for one in _files(row)]
    if read is None:
        reasons = json.loads(row["reasons"])
        reasons.append({"code": WITHHELD, "params": {"below": teller.floor}})
        row["reasons"] = reasons


__all__ = ["WITHHELD", "Teller", "tell_rows", "told_inputs", "told_parts"]
