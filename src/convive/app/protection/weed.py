"""Weeding: rows that are older than their source may be kept go, and that is proven.

The order makes it safe to be killed at any moment: the rewritten rows, what was removed and
what is still to be proven become the new state together; then the old contents are removed
from disk; then every remaining row is looked at again and the certificate is kept. A run that
finds a proof owing gives it first.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from convive.app.ports import Kept
from convive.app.protection.ports import ProtectedSession, ProtectedStore
from convive.app.protection.rows import ROW_KINDS, Span, kept_rows, schema_of, span_of
from convive.app.protection.terms import Terms
from convive.core.errors import StorageError

PENDING = "weeding/pending"
PURPOSE = "retention"


@dataclass(frozen=True, slots=True)
class SourceWeeding:
    """What weeding did, or would do, to one source."""

    source_id: str
    limit: str
    """First day that may still be kept, ISO 8601."""
    rows_before: int = 0
    rows_after: int = 0
    rows_undated: int = 0
    """Rows without a day: they stay until their file goes."""
    earliest_day: str | None = None
    """Earliest last day of a remaining row, found by reading them all."""
    removed: tuple[str, ...] = ()
    """SHA-256 of the contents that held the expired rows."""

    @property
    def is_kept(self) -> bool:
        """Tell whether the store holds, or held, rows of the source at all."""
        return bool(self.rows_before or self.removed)

    @property
    def n_removed(self) -> int:
        """Return how many rows went."""
        return self.rows_before - self.rows_after


@dataclass(frozen=True, slots=True)
class Leftover:
    """A delivered file that still holds rows that the store no longer has."""

    source_id: str
    label: str
    rows: int
    is_whole: bool
    """Whether every row of it has expired."""


@dataclass(frozen=True, slots=True)
class Weeding:
    """The outcome of a run."""

    today: date
    sources: tuple[SourceWeeding, ...]
    leftovers: tuple[Leftover, ...]
    certificate: bytes | None = None
    """JSON; None where nothing was removed or nothing was to be changed."""

    @property
    def n_removed(self) -> int:
        """Return how many rows went, or would go."""
        return sum(source.n_removed for source in self.sources)


def weed(
    terms: Iterable[Terms],
    *,
    store: ProtectedStore,
    clock: Callable[[], datetime],
    actor: str,
    today: date | None = None,
    is_dry_run: bool = False,
) -> Weeding:
    """Remove every kept row that is older than its source may be kept.

    Parameters
    ----------
    terms : iterable of Terms
        Of every source of the pack.
    store : ProtectedStore
        The restricted store.
    clock : callable
        Gives the moment of the certificate, and the day where `today` is left out.
    actor : str
        Who weeds, for the log.
    today : date, optional
        Day to reckon from.
    is_dry_run : bool
        Only tell what would go.

    Raises
    ------
    ConflictError
        STORE_LOCKED while another writes.
    StorageError
        WEEDING_NOT_PROVEN where a removed content is still there or an old row is left; from
        the store.
    """
    now = clock()
    day = today or now.date()
    known = sorted(terms, key=lambda one: one.source_id)
    with store.session(actor=actor, purpose=PURPOSE, read_only=is_dry_run) as session:
        results = [
            _weed_source(session, one, day, is_dry_run=is_dry_run)
            for one in known
            if one.limit(day)
        ]
        if is_dry_run:
            return Weeding(day, tuple(results), leftovers(session, known))
        owing = _with_owing(session, results)
        _commit_removal(session, owing)
        session.purge()
        proven = tuple(_proven(session, one) for one in owing)
        certificate = None
        if any(one.removed for one in proven):
            certificate = _certificate(proven, day, now, actor)
            session.put(f"certificate/{now.isoformat()}", certificate, kind="certificate")
        session.drop(PENDING)
        session.commit()
        session.purge()
        return Weeding(day, proven, leftovers(session, known), certificate)


def leftovers(session: ProtectedSession, terms: Iterable[Terms]) -> tuple[Leftover, ...]:
    """Return the delivered files that still hold rows that were weeded."""
    found = []
    for one in terms:
        parts = [kept for kind in ROW_KINDS for kept in session.listed(kind, one.source_id)]
        for delivered in one.delivered:
            own = [kept for kept in parts if _file_of(kept) == delivered.label]
            rows = sum(int(kept.meta.get("weeded", 0)) for kept in own)
            if rows:
                is_whole = not any(kept.meta["n"] for kept in own)
                found.append(Leftover(one.source_id, delivered.label, rows, is_whole))
    return tuple(found)


def _file_of(kept: Kept) -> str:
    return str(kept.meta.get("file", "")).partition("!")[0]


def _weed_source(
    session: ProtectedSession, terms: Terms, today: date, *, is_dry_run: bool
) -> SourceWeeding:
    limit = terms.limit(today) or today
    result = SourceWeeding(terms.source_id, limit.isoformat())
    for kept in [k for kind in ROW_KINDS for k in session.listed(kind, terms.source_id)]:
        n = int(kept.meta["n"])
        if str(kept.meta.get("first_day") or "") >= limit.isoformat():
            span = Span(n, 0, 0, None)
        else:
            span = span_of(session.open(kept), limit)
        result = replace(
            result,
            rows_before=result.rows_before + n,
            rows_after=result.rows_after + n - span.n_expired,
            removed=(*result.removed, kept.digest) if span.n_expired else result.removed,
        )
        if span.n_expired and not is_dry_run:
            _rewrite(session, kept, limit, span)
    return result


def _rewrite(session: ProtectedSession, kept: Kept, limit: date, span: Span) -> None:
    path = session.open(kept)
    with session.writing(
        kept.name, kind=kept.kind, source_id=kept.source_id, schema=schema_of(path)
    ) as writer:
        for table in kept_rows(path, limit):
            writer.write(table)
        first = str(kept.meta.get("first_day") or "")
        writer.meta.update(kept.meta)
        writer.meta["n"] = span.n - span.n_expired
        writer.meta["first_day"] = max(first, limit.isoformat()) if writer.meta["n"] else None
        if not writer.meta["n"]:
            writer.meta["last_day"] = None
        writer.meta["weeded_before"] = limit.isoformat()
        writer.meta["weeded"] = int(kept.meta.get("weeded", 0)) + span.n_expired
    session.note("weed", kept, rows=span.n_expired)


def _with_owing(
    session: ProtectedSession, results: Iterable[SourceWeeding]
) -> tuple[SourceWeeding, ...]:
    """Return the results joined with what an interrupted run has removed and not yet proven."""
    kept = session.find(PENDING)
    before = {} if kept is None else _parsed(session.open(kept).read_bytes())
    joined = []
    for one in results:
        owed = before.pop(one.source_id, None)
        if owed is not None:
            removed = tuple(dict.fromkeys((*owed.removed, *one.removed)))
            one = replace(one, rows_before=owed.n_removed + one.rows_before, removed=removed)  # noqa: PLW2901
        joined.append(one)
    return (*joined, *before.values())


def _commit_removal(session: ProtectedSession, results: Iterable[SourceWeeding]) -> None:
    done = [asdict(one) for one in results if one.removed]
    if done:
        session.put(PENDING, json.dumps(done, sort_keys=True).encode(), kind="weeding")
    session.commit()


def _parsed(content: bytes) -> dict[str, SourceWeeding]:
    found = [
        SourceWeeding(**row | {"removed": tuple(row["removed"])}) for row in json.loads(content)
    ]
    return {one.source_id: one for one in found}


def _proven(session: ProtectedSession, result: SourceWeeding) -> SourceWeeding:
    """Return the result with what reading every remaining row has shown.

    Raises
    ------
    StorageError
        WEEDING_NOT_PROVEN.
    """
    limit = date.fromisoformat(result.limit)
    needed = {kept.digest for kept in session.everything()}
    still = [digest for digest in result.removed if session.on_disk(digest)]
    spans = [
        span_of(session.open(kept), limit)
        for kind in ROW_KINDS
        for kept in session.listed(kind, result.source_id)
    ]
    # A content that another source, with other terms, needs as well is not a leftover.
    if set(still) - needed or any(span.n_expired for span in spans):
        raise StorageError("WEEDING_NOT_PROVEN", source=result.source_id)
    first = min((span.first_day for span in spans if span.first_day), default=None)
    return replace(
        result,
        rows_after=sum(span.n for span in spans),
        rows_undated=sum(span.n_undated for span in spans),
        earliest_day=first.isoformat() if first else None,
    )


def _certificate(results: Iterable[SourceWeeding], today: date, now: datetime, actor: str) -> bytes:
    body: Mapping[str, Any] = {
        "certificate": "weeding",
        "format": 1,
        "day": today.isoformat(),
        "made_at": now.isoformat(timespec="seconds"),
        "actor": actor,
        "sources": [
            asdict(one) | {"rows_removed": one.n_removed} for one in results if one.is_kept
        ],
        "proof": {
            "every_remaining_row_was_read": True,
            "no_remaining_row_ends_before_the_limit": True,
            "no_removed_content_is_on_disk": True,
        },
    }
    return (json.dumps(body, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()
