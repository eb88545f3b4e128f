"""What the restricted store holds, source by source, and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from convive.app.ports import Kept
from convive.app.protection.ports import ProtectedStore
from convive.app.protection.rows import ROW_KINDS
from convive.app.protection.terms import Terms, months_after


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing of one source."""

    source_id: str
    kind: str
    rows: int
    size: int
    """Bytes."""
    first_day: str | None
    last_day: str | None
    terms: Terms | None
    """None where the pack no longer has the source."""

    @property
    def next_weeding(self) -> date | None:
        """Return the first day on which a row of it is too old."""
        if self.terms is None or not self.terms.retention_months or not self.first_day:
            return None
        first = date.fromisoformat(self.first_day)
        return months_after(first, self.terms.retention_months) + timedelta(days=1)


def holdings(terms: Iterable[Terms], *, store: ProtectedStore, actor: str) -> tuple[Holding, ...]:
    """Return what is kept, sorted by source and kind; no content is opened."""
    known = {one.source_id: one for one in terms}
    groups: dict[tuple[str, str], list[Kept]] = {}
    with store.session(actor=actor, purpose="list", read_only=True) as session:
        for kept in session.everything():
            groups.setdefault((kept.source_id or "", kept.kind), []).append(kept)
    return tuple(
        _holding(source, kind, parts, known.get(source))
        for (source, kind), parts in sorted(groups.items())
    )


def _holding(source: str, kind: str, parts: list[Kept], terms: Terms | None) -> Holding:
    days = [
        str(part.meta[name]) for part in parts for name in ("first_day",) if part.meta.get(name)
    ]
    lasts = [str(part.meta["last_day"]) for part in parts if part.meta.get("last_day")]
    return Holding(
        source_id=source,
        kind=kind,
        rows=sum(int(part.meta.get("n") or 0) for part in parts),
        size=sum(int(part.meta["bytes"]) for part in parts),
        first_day=min(days, default=None),
        last_day=max(lasts, default=None),
        terms=terms if kind in ROW_KINDS else None,
    )
