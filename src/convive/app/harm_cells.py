"""Which harm figures must be hidden: a weighted sum can be taken apart into its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from convive.app.assess.prepare import Prepared, Row
from convive.app.cell_sums import CellKey, Span
from convive.core.disclosure import CellStatus

HARM = "harm:"
"""Before the kind of incident, in the names of the counts that a harm figure adds up."""
Kinds = dict[str, tuple[str, frozenset[str]]]


def harm_cells(prepared: Prepared, rows: Sequence[Row]) -> tuple[dict[CellKey, int], Kinds]:
    """Return the counts that harm figures give away, and what they count: for later releases."""
    counts: dict[CellKey, int] = {}
    kinds: Kinds = {}
    for row in _harm(prepared, rows):
        if row["status"] != "shown":
            continue
        names = weighted_kinds(prepared, row)
        every = frozenset(prepared.cubes.sources[row["_source"]].categories)
        told = [*((name, frozenset({name})) for name in names), ("", every - frozenset(names))]
        for (name, categories), count in zip(told, row["_harm_counts"], strict=True):
            kinds[HARM + name] = (row["_source"], categories)
            if not np.isnan(count):  # the source withholds it
                counts[_key(row, HARM + name)] = int(count)
    return counts, kinds


def hidden_harm(
    prepared: Prepared,
    rows: Sequence[Row],
    statuses: Mapping[CellKey, CellStatus],
    revealing: frozenset[CellKey] = frozenset(),
) -> Iterator[tuple[Row, str]]:
    """Yield the harm figures to hide, with the reason.

    Weights like 1, 100 and 5,000 let anybody read the counts of the kinds off their sum, so a
    harm figure is as telling as all its counts together. It is shown at a level and period
    only where no area has a small count of any kind (or of what has no weight), none of which
    a single incident makes up more than the city's rule of dominance allows, where none of the
    counts differs by a small number from an earlier release (`revealing`), and where no other
    figure of the same source is hidden: otherwise the whole level is, because the areas add up
    and a single hidden one could be worked out. Sources that are public already are shown.
    """
    feeds = {
        indicator_id: numerator.source_id for indicator_id, numerator in prepared.numerators.items()
    }
    telling = {
        (feeds.get(key[0]), key[1], key[3])
        for key, status in statuses.items()
        if status is not CellStatus.SHOWN and key[4] == "all"
    }
    told = {key[1:4] for key in revealing if key[0].startswith(HARM)}
    harm = [row for row in _harm(prepared, rows) if row["status"] == "shown"]
    reasons = [_own_reason(prepared, row, told) for row in harm]
    telling |= {_cell(row) for row, reason in zip(harm, reasons, strict=True) if reason}
    for row, reason in zip(harm, reasons, strict=True):
        if _cell(row) in telling:
            yield row, reason or "complementary"


def _own_reason(prepared: Prepared, row: Row, told: set[tuple[Any, ...]]) -> str | None:
    rule = prepared.city.disclosure
    if any(0 < count < rule.min_count for count in row["_harm_counts"]):
        return "small_count"
    if _key(row, HARM)[1:4] in told:
        return "earlier_release"
    return "dominance" if _single_share(prepared, row) > rule.dominance else None


def _single_share(prepared: Prepared, row: Row) -> float:
    """Return which share of the sum one incident of the heaviest kind that is there makes up."""
    names = weighted_kinds(prepared, row)
    weights = [prepared.city.harm.weights[name] for name in names] if prepared.city.harm else []
    present = [
        (count, weight)
        for count, weight in zip(row["_harm_counts"], weights, strict=False)
        if count
    ]
    total = sum(count * weight for count, weight in present)
    return max(weight for _, weight in present) / total if total > 0 else 0.0


def weighted_kinds(prepared: Prepared, row: Row) -> list[str]:
    """Return the kinds that have a weight, in the order of the row's counts."""
    weights = prepared.city.harm.weights if prepared.city.harm else {}
    return [one for one in prepared.cubes.sources[row["_source"]].categories if one in weights]


def _harm(prepared: Prepared, rows: Sequence[Row]) -> list[Row]:
    public = set(prepared.evidence.public_sources)
    return [row for row in rows if "_harm_counts" in row and row["_source"] not in public]


def _key(row: Row, name: str) -> CellKey:
    span = (row["period_start"], row["period_end"])
    return (name, row["level"], row["area_id"], span, "all")


def _cell(row: Row) -> tuple[str | None, str, Span]:
    return row["_source"], row["level"], (row["period_start"], row["period_end"])


__all__ = ["HARM", "harm_cells", "hidden_harm", "weighted_kinds"]
