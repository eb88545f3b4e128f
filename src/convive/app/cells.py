"""The counts that would be published, and whether each may be shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from convive.app.assess.prepare import CITY, Prepared
from convive.app.cell_sums import CellKey, Span, Sums, categories_of, sums_of
from convive.app.differencing import Differencing
from convive.app.releases import outlines
from convive.core.disclosure import CellRole, CellStatus, Known, suppress_changes


@dataclass
class Cells:
    """Every count that would be published, once each, however many tables show it."""

    counts: dict[CellKey, int] = field(default_factory=dict)

    def add(self, key: CellKey, count: int | None) -> None:
        """Take a count in; the same cell always has the same count."""
        if count is not None:
            self.counts[key] = int(count)

    def statuses(
        self,
        prepared: Prepared,
        *,
        min_count: int,
        earlier: Differencing | None = None,
        dominated: frozenset[CellKey] = frozenset(),
    ) -> dict[CellKey, CellStatus]:
        """Return for each cell whether it may be shown, all margins taken into account.

        With earlier releases: also so that no difference to what they showed is a small count.
        Cells that one place dominates are protected like small ones.
        """
        alone = self._suppressed(prepared, min_count, Differencing(), dominated)
        if earlier is None or not earlier.n_releases:
            return alone
        together = self._suppressed(prepared, min_count, earlier, dominated)
        return {
            key: CellStatus.EARLIER_RELEASE
            if status is CellStatus.COMPLEMENTARY
            and (key in earlier.revealing or alone[key] is CellStatus.SHOWN)
            else status
            for key, status in together.items()
        }

    def _suppressed(
        self,
        prepared: Prepared,
        min_count: int,
        earlier: Differencing,
        dominated: frozenset[CellKey],
    ) -> dict[CellKey, CellStatus]:
        before = {**earlier.derived, **earlier.former_hidden, **earlier.former_shown}
        counts = {**before, **earlier.shown, **earlier.hidden, **self.counts}
        keys = sorted(counts)
        kinds = {**earlier.kinds, **categories_of(prepared)}
        known = Sums(prepared, kinds, outlines(prepared) if before else {}, earlier.places)
        equations, rests, implied = sums_of(known, keys, [counts[key] for key in keys])
        roles = [
            CellRole.SENSITIVE if key in dominated else self._role(key, min_count, earlier)
            for key in keys
        ]
        found = suppress_changes(
            [*(counts[key] for key in keys), *rests],
            [_known(before, keys, len(rests)) for before in earlier.before],
            margins=equations,
            min_count=min_count,
            roles=np.array([*roles, *[CellRole.DERIVED] * len(rests)], dtype=np.int8),
            implied=implied,
        )
        return {
            key: CellStatus.DOMINANCE
            if key in dominated and status == CellStatus.COMPLEMENTARY
            else CellStatus(int(status))
            for key, status in zip(keys, found.status, strict=False)
            if key in self.counts
        }

    def _role(self, key: CellKey, min_count: int, earlier: Differencing) -> CellRole:
        if key in earlier.revealing:
            return CellRole.SENSITIVE
        if key in earlier.former_shown:
            return CellRole.FIXED
        if key in earlier.shown and not 0 < self.counts.get(key, 0) < min_count:
            return CellRole.FIXED
        return CellRole.PUBLISHED if key in self.counts else CellRole.DERIVED


def _known(before: Mapping[CellKey, int], keys: Sequence[CellKey], n_rests: int) -> Known:
    """Return what an earlier release told of the cells: of rests it names none."""
    counts = [*(before.get(key, -1) for key in keys), *[-1] * n_rests]
    return Known(np.array(counts, dtype=np.int64), np.array(counts) >= 0)


__all__ = ["CITY", "CellKey", "Cells", "Span"]
