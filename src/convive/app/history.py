"""What was published before: one entry an audit, newest first, with what changed in its findings.

No figure is kept, only codes of findings: what a later audit withholds must not live on here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from convive.app.ports import Build

MOST_ENTRIES = 50
Entry = Mapping[str, Any]
"""{digest, tables, built_at, new, changed, gone}; the last three list ids of findings."""


def run_digest(run: Mapping[str, Any]) -> str:
    """Return a digest of a run record: changes exactly when the audit does."""
    text = json.dumps(run, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def next_history(
    build: Build, run: Mapping[str, Any], earlier: Build | None, known: Sequence[Entry]
) -> list[dict[str, Any]]:
    """Return the history with a build before it; as it was where no table has changed.

    Parameters
    ----------
    build : Build
        About to be kept.
    run : mapping
        Its run record with the digests of its tables.
    earlier : Build or None
        What was published until now.
    known : sequence of Entry
        The history until now.
    """
    same: list[dict[str, Any]] = [dict(one) for one in known]
    if same and same[0].get("tables") == _tables_digest(run):
        # Nothing that anybody can see has changed; the address of the audit has.
        same[0] |= {"digest": run_digest(run), "built_at": run.get("built_at")}
        return list(same)
    now, before = _told(build), _told(earlier) if earlier else {}
    entry = {
        "digest": run_digest(run),
        "tables": _tables_digest(run),
        "built_at": run.get("built_at"),
        "new": sorted(set(now) - set(before)) if earlier else [],
        "changed": sorted(one for one in set(now) & set(before) if now[one] != before[one]),
        "gone": sorted(set(before) - set(now)),
    }
    return [entry, *same][:MOST_ENTRIES]


def _tables_digest(run: Mapping[str, Any]) -> str:
    return run_digest(run.get("tables") or {})


def _told(build: Build) -> dict[str, tuple[str, ...]]:
    """Return what each finding says: where any of it differs, the finding has changed."""
    names = ["finding_id", "code", "verdict", "certainty"]
    rows = build.tables["findings"].select(names).to_pylist()
    return {row["finding_id"]: tuple(row[name] for name in names[1:]) for row in rows}
