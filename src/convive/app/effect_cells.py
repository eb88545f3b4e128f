"""Which effects of actions may be shown, and what their counts are to later releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from convive.app.assess.prepare import Prepared, Row
from convive.app.cell_sums import CellKey, categories_of
from convive.app.releases import Place, places_of
from convive.core.disclosure import CellStatus
from convive.core.model import Status

EFFECT = "effect:"
"""Before the indicator, in the names of the counts before and after an action."""
Kinds = dict[str, tuple[str, frozenset[str]]]
_COUNTS = ("n_before", "n_after")


def effect_cells(
    prepared: Prepared, rows: Sequence[Row]
) -> tuple[dict[CellKey, int], Kinds, dict[Place, frozenset[str]]]:
    """Return the counts before and after each action, what they count, and where.

    They are of all areas of an action together: an earlier or a later figure of one of these,
    or of the town, may lie within them or around them.
    """
    counts: dict[CellKey, int] = {}
    kinds: Kinds = {}
    places: dict[Place, frozenset[str]] = {}
    categories, outlines = categories_of(prepared), places_of(prepared)
    for row in _closed(prepared, rows):
        found = dict(_counted(row))
        if not found or row["indicator_id"] not in categories:
            continue
        counts |= found
        kinds[EFFECT + row["indicator_id"]] = categories[row["indicator_id"]]
        areas = [outlines.get((row["level"], area), frozenset()) for area in row["areas"]]
        places[(EFFECT, row["intervention_id"])] = frozenset().union(*areas)
    return counts, kinds, places


def hidden_effects(
    prepared: Prepared,
    rows: Sequence[Row],
    statuses: Mapping[CellKey, CellStatus],
    revealing: frozenset[CellKey] = frozenset(),
) -> Iterator[tuple[Row, str]]:
    """Yield the effects to hide, with the reason: few incidents, or few since an earlier release.

    Counts are taken away, in place, where one of the areas hides its own.
    """
    hiding = {key[:3] for key, status in statuses.items() if status != CellStatus.SHOWN}
    least = prepared.city.disclosure.min_count
    for row in _closed(prepared, rows):
        counts = [row.get(name) for name in _COUNTS]
        if any(count is not None and 0 < count < least for count in counts):
            yield row, "small_count"
        elif any(key in revealing for key, _ in _counted(row)):
            yield row, "earlier_release"
        elif any((row["indicator_id"], row["level"], area) in hiding for area in row["areas"]):
            row.update(dict.fromkeys(_COUNTS))


def shown_effects(prepared: Prepared, rows: Sequence[Row]) -> set[CellKey]:
    """Return the counts that are still there when the gate is passed."""
    shown = [row for row in _closed(prepared, rows) if row["status"] != Status.SUPPRESSED]
    return {key for row in shown for key, _ in _counted(row)}


def _closed(prepared: Prepared, rows: Sequence[Row]) -> list[Row]:
    public = set(prepared.evidence.public_sources)
    return [row for row in rows if prepared.numerators[row["indicator_id"]].source_id not in public]


def _counted(row: Row) -> Iterator[tuple[CellKey, int]]:
    for name, span in zip(_COUNTS, row.get("_spans", ()), strict=False):
        if row.get(name) is not None:
            name_of = (EFFECT + row["indicator_id"], EFFECT, row["intervention_id"])
            yield (*name_of, span, "all"), row[name]


__all__ = ["EFFECT", "effect_cells", "hidden_effects", "shown_effects"]
