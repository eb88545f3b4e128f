"""How much of each source has no category: always told, also where it is nothing.

What nobody has mapped and what a mapping leaves without a kind on purpose are told apart; both
count in the total only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.app.assess.numerators import SourceCube, counts_cubes
from convive.app.assess.prepare import CITY, Prepared, Row
from convive.app.schema import as_json
from convive.catalogue import find

CODE = "unmapped_category"
LEFT = "left_without_kind"


def told_unmapped(prepared: Prepared, rows: Iterable[Row]) -> list[Row]:
    """Return the checks with one row a source on incidents that nobody has mapped, 0 included.

    What reading found (words that no crosswalk knows) is kept with its examples; the numbers
    are of all incidents without a category that are not left so on purpose. 0 is a note.
    Incidents left without a kind on purpose have a row where there are any.
    """
    told = list(rows)
    known = {(row["source_id"], row["code"]): row for row in told}
    for source, cube in sorted(prepared.cubes.sources.items()):
        n, base = _without_category(cube)
        if not base:
            continue
        left = known.get((source, LEFT))
        n_left = min(n, _left_of_counts(prepared, source) if cube.is_counts else _n(left))
        if cube.is_counts and left is not None:
            # Reading counts rows of a table, and a row stands for many incidents.
            told.remove(left)
        if cube.is_counts and n_left:
            told.append(check_of((source, LEFT), n_left, base, severity="note"))
        n -= n_left
        row = known.get((source, CODE))
        if row is None:
            told.append(check_of((source, CODE), n, base, severity="warning" if n else "note"))
        elif cube.is_counts or n / base > row["share"]:
            row.update(n=n, base=base, share=n / base, params=_params(row["params"], n, base))
    return told


def _n(row: Row | None) -> int:
    return int(row["n"]) if row else 0


def _left_of_counts(prepared: Prepared, source: str) -> int:
    """Return the incidents of a table of counts whose word is left without a kind on purpose."""
    counts, words = prepared.evidence.counts, prepared.evidence.words_left.get(source, ())
    is_left = pc.and_(
        pc.equal(counts.column("source_id"), source),
        pc.and_(
            pc.is_null(counts.column("category")),
            pc.is_in(counts.column("category_source"), pa.array(words, pa.string())),
        ),
    )
    found = dict(counts_cubes(counts.filter(is_left), prepared.territory))
    return _without_category(found[source])[0] if source in found else 0


def _without_category(cube: SourceCube) -> tuple[int, int]:
    """Return incidents without a category and all of them, in all areas and periods.

    Where a source gives its own total, what its parts leave over has no category; parts that
    stand in another total of the same source are not added again.
    """
    # A withheld count leaves its sums unknown: take the level at which most is known.
    known = {level: float(np.nansum(counts)) for level, counts in cube.counts.items()}
    counts = cube.counts[max(known, key=lambda level: (known[level], level == CITY))]
    layers = {category: float(np.nansum(counts[i])) for i, category in enumerate(cube.categories)}
    total = layers.pop(find.TOTAL, None)
    if total is None:
        return round(layers.get("", 0.0)), round(sum(layers.values()))
    layers.pop("", None)
    held = {part for name in layers for part in find.category(name).contains}
    parts = sum(count for name, count in layers.items() if name not in held)
    return round(max(total - parts, 0.0)), round(total)


def check_of(what: tuple[str, str], n: int, base: int, *, severity: str) -> Row:
    """Return a row of table ``quality`` on a source and check."""
    return {
        "source_id": what[0],
        "code": what[1],
        "severity": severity,
        "n": n,
        "base": base,
        "share": n / base if base else 0.0,
        "params": _params({}, n, base),
        "examples": [],
    }


def _params(given: Any, n: int, base: int) -> Any:
    """Return the values of the sentence; reading gives them as JSON text."""
    numbers = {"n": n, "base": base, "share": round(100 * n / base, 1) if base else 0.0}
    if isinstance(given, str):
        return as_json({**json.loads(given), **numbers})
    return {**given, **numbers}
