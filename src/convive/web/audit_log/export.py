"""Events as files: every field that is hashed, so that the chain can be checked elsewhere.

By the JSON lines: in the CSV, a text that a spreadsheet would run stands behind an apostrophe.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC

from django.db.models import QuerySet

from convive.app.spreadsheet_cells import harmless
from convive.web.audit_log.models import Event

COLUMNS = (
    "id", "at", "actor_id", "actor_label", "verb", "object_kind", "object_id", "details",
    "previous_hash", "hash",
)  # fmt: skip
_BATCH = 2000


def _values(event: Event) -> dict[str, object]:
    found = {name: getattr(event, name) for name in COLUMNS}
    return found | {"at": event.at.astimezone(UTC).isoformat(timespec="microseconds")}


def as_csv(found: QuerySet[Event]) -> Iterator[str]:
    """Yield lines of CSV."""
    yield ",".join(COLUMNS) + "\r\n"
    for event in found.iterator(chunk_size=_BATCH):
        line = io.StringIO()
        csv.writer(line).writerow([harmless(one) for one in _values(event).values()])
        yield line.getvalue()


def as_json(found: QuerySet[Event]) -> Iterator[str]:
    """Yield one JSON object a line."""
    for event in found.iterator(chunk_size=_BATCH):
        yield json.dumps(_values(event), ensure_ascii=True) + "\n"


EXPORTS: Mapping[str, tuple[str, Callable[[QuerySet[Event]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", as_csv),
    "jsonl": ("application/x-ndjson", as_json),
}
