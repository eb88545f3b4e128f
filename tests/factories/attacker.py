"""A reader who keeps every publication and does sums with what is shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Rows = Mapping[str, list[dict[str, Any]]]
Key = tuple[str, str, str, Any, Any, str]


def harvested(rows: Rows) -> dict[Key, int]:
    """Return every count that is shown, or that a rate and its denominator give back."""
    found: dict[Key, int] = {}
    for table, column in (("estimates", "n"), ("series", "count")):
        for row in rows[table]:
            key = (
                *(row[name] for name in ("indicator_id", "level", "area_id")),
                *(row["period_start"], row["period_end"], row.get("group") or "all"),
            )
            if row.get(column) is not None:
                found[key] = row[column]
    return found


def counts_from_rates(rows: Rows, per: Mapping[str, float]) -> Iterable[tuple[Key, float]]:
    """Yield the counts that shown rates give: value × denominator ÷ base, n or no n."""
    for row in rows["estimates"]:
        base = per.get(row["indicator_id"])
        if base and row.get("value") is not None and row.get("denominator"):
            key = (
                *(row[name] for name in ("indicator_id", "level", "area_id")),
                *(row["period_start"], row["period_end"], row.get("group") or "all"),
            )
            yield key, row["value"] * row["denominator"] / base


def small_differences(before: Mapping[Key, int], after: Mapping[Key, int], fewest: int) -> set[Key]:
    """Return the figures that tell a small number when two publications are laid side by side."""
    return {key for key, n in after.items() if 0 < abs(n - before.get(key, n)) < fewest}


def recovered_by_sums(
    shown: Mapping[Key, int], districts: Mapping[str, tuple[str, ...]]
) -> dict[Key, int]:
    """Return counts of neighbourhoods that a district less the others gives."""
    found: dict[Key, int] = {}
    for key, total in shown.items():
        if key[1] != "district":
            continue
        parts = {area: (key[0], "neighbourhood", area, *key[3:]) for area in districts[key[2]]}
        missing = [part for part in parts.values() if part not in shown]
        if len(missing) == 1:
            found[missing[0]] = total - sum(shown[p] for p in parts.values() if p in shown)
    return found
