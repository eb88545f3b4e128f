"""Which harm figures must be hidden: a weighted sum can be taken apart into its counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from convive.app.assess.prepare import Prepared, Row
from convive.app.cells import CellKey
from convive.core.disclosure import CellStatus


def hidden_harm(
    prepared: Prepared,
    rows: Sequence[Row],
    statuses: Mapping[CellKey, CellStatus],
    min_count: int,
) -> Iterator[tuple[Row, str]]:
    """Yield the harm figures to hide, with the reason.

    Weights like 1, 100 and 5,000 let anybody read the counts of the kinds off their sum, so a
    harm figure is as telling as all its counts together. It is shown at a level and period
    only where no area has a small count of any kind (or of what has no weight), and where no
    other figure of the same source is hidden there: otherwise the whole level is, because the
    areas add up and a single hidden one could be worked out. Sources that are public already
    are shown as they are.
    """
    public = set(prepared.evidence.public_sources)
    harm = [row for row in rows if "_harm_counts" in row and row["_source"] not in public]
    feeds = {
        indicator_id: numerator.source_id for indicator_id, numerator in prepared.numerators.items()
    }
    telling = {
        (feeds.get(key[0]), key[1], key[3])
        for key, status in statuses.items()
        if status is not CellStatus.SHOWN and key[4] == "all"
    }
    small = {_cell(row) for row in harm if _has_small(row, min_count)}
    for row in harm:
        if row["status"] == "shown" and _cell(row) in small | telling:
            yield row, "small_count" if _has_small(row, min_count) else "complementary"


def _cell(row: Row) -> tuple[str | None, str, tuple[object, object]]:
    return row["_source"], row["level"], (row["period_start"], row["period_end"])


def _has_small(row: Row, min_count: int) -> bool:
    # NaN is a count that the source withholds: nothing can be worked out from a missing row.
    return any(0 < count < min_count for count in row["_harm_counts"])
