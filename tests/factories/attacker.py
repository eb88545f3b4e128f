"""A reader who keeps every publication and does sums with what is shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Secret:
    """A figure that is not shown, as it is in truth: what an attacker would like to know."""

    key: Key
    n: int | None
    figures: tuple[float, ...]
    """Value, interval, smoothed value and its interval: those that are there."""
    intervals: tuple[tuple[float, float], ...]


COLUMNS = ("value", "low", "high", "smoothed", "smoothed_low", "smoothed_high")


def secrets_of(shown: Rows, truth: Rows) -> list[Secret]:
    """Return what a build keeps back, from the figures of one that keeps nothing back."""
    hidden = {_row_key(row) for row in shown["estimates"] if row["status"] == "suppressed"}
    return [
        Secret(
            _row_key(row),
            row["n"],
            tuple(
                row[name]
                for name in COLUMNS
                # A share of a few is a plain fraction: many things have its digits.
                if row[name] is not None and not (name == "value" and row["unit"] == "percent")
            ),
            tuple(
                (row[low], row[high])
                for low, high in (("low", "high"), ("smoothed_low", "smoothed_high"))
                if row[low] is not None
            ),
        )
        for row in truth["estimates"]
        if _row_key(row) in hidden
    ]


def _row_key(row: Mapping[str, Any]) -> Key:
    names = ("indicator_id", "level", "area_id", "period_start", "period_end")
    return (*(row[name] for name in names), f"{row['group']} {row['denominator_id']}")  # type: ignore[return-value]


_NUMBER = r"-?\d[\d,]*\.?\d*(?:[eE][-+]?\d+)?"


INTERVALS = {
    "estimates": (("low", "high"), ("smoothed_low", "smoothed_high")),
    "variance_splits": (("areas_low", "areas_high"), ("groups_low", "groups_high")),
}
"""Published intervals: one that is hidden may read like one of them by chance."""


class Reader:
    """Looks for secrets in texts: their digits, their intervals, their keys beside a number."""

    def __init__(
        self, shown: Rows, secrets: Iterable[Secret], *, to: str = "to", comma: bool = False
    ) -> None:
        own = list(shown["estimates"])
        known = {f"{row[name]:.9g}" for row in own for name in COLUMNS if row[name] is not None}
        self._digits = {
            f"{figure:.9g}": secret.key
            for secret in secrets
            for figure in secret.figures
            # A round number can be anything; nine digits that nothing else has are the figure.
            if f"{figure:.9g}" not in known and len(f"{figure:.9g}") > 6
        }
        pairs = {
            pair
            for table, ends in INTERVALS.items()
            for row in shown.get(table, ())
            for low, high in ends
            if row[low] is not None
            for times in (
                (1, 100) if table == "variance_splits" else (1,)
            )  # shares read as percent
            for pair in _written(times * row[low], times * row[high])
        }
        self._pairs = {
            pair: secret.key
            for secret in secrets
            for interval in secret.intervals
            for pair in _written(*interval)
            if pair not in pairs
        }
        self._secrets = list(secrets)
        self._is_comma = comma
        self._to = re.compile(rf"({_NUMBER})\s?%?\s+{to}\s+({_NUMBER})")

    def found(self, text: str) -> set[Key]:
        """Return the secrets that a text tells."""
        if self._is_comma:
            text = re.sub(r"(?<=\d),(?=\d)", ".", text)
        numbers = {f"{_float(one):.9g}" for one in re.findall(_NUMBER, text)}
        told = {key for digits, key in self._digits.items() if digits in numbers}
        for low, high in self._to.findall(text):
            key = self._pairs.get((low.replace(",", ""), high.replace(",", "")))
            told |= {key} if key else set()
        return told

    def beside(self, content: Any) -> set[Key]:
        """Return the secrets whose count stands in a record that names indicator and area."""
        told: set[Key] = set()
        for record in _records(content):
            words = {str(one) for one in _leaves(record)} | {str(one) for one in _names(record)}
            for secret in self._secrets:
                is_named = all(any(part in word for word in words) for part in _marks(secret.key))
                if is_named and secret.n is not None and str(secret.n) in words:
                    told.add(secret.key)
        return told


def written_numbers(text: str) -> set[float]:
    """Return every number that stands in a text: commas may part thousands, or columns."""
    texts = (text, text.replace(",", " "))
    return {_float(one) for text in texts for one in re.findall(_NUMBER, text)}


def _marks(key: Key) -> tuple[str, str, str]:
    return key[0], key[2], str(key[3])


def _written(low: float, high: float) -> set[tuple[str, str]]:
    return {(f"{low:.{d}f}", f"{high:.{d}f}") for d in (1, 2) if f"{low:.{d}f}" != f"{high:.{d}f}"}


def _float(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return float("nan")


def _records(content: Any) -> Iterator[Any]:
    """Yield the innermost mappings and lists of a document, and those around them."""
    if isinstance(content, Mapping | list):
        inner = list(content.values() if isinstance(content, Mapping) else content)
        if len(str(content)) < 500:
            yield content
        for one in inner:
            yield from _records(one)


def _leaves(content: Any) -> Iterator[Any]:
    if isinstance(content, Mapping | list):
        for one in content.values() if isinstance(content, Mapping) else content:
            yield from _leaves(one)
    else:
        yield content


def _names(content: Any) -> Iterator[Any]:
    if isinstance(content, Mapping):
        for name, one in content.items():
            yield name
            yield from _names(one)
    elif isinstance(content, list):
        for one in content:
            yield from _names(one)
