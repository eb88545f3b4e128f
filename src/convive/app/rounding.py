"""Published counts as multiples of the city's base, and everything that is made from them.

Whatever a reader could turn back into the exact count is computed from the rounded one: rates,
intervals, smoothed rates, shares, harm. What comes from many counts at once (what was to be
expected, changes) keeps only the digits that do not tell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import scipy  # its statistics take half a second to load: at their first use

from convive.app.assess.prepare import Prepared, Row
from convive.app.harm_cells import weighted_kinds
from convive.app.traces import EXPECTED
from convive.core.disclosure import round_for_publication, rounded_counts
from convive.core.harm import MIN_EVENTS, harm_rate
from convive.core.model import Indicator, Status
from convive.core.rates import crude_rate

LIMITS = ("low", "high")
FEW_DIGITS = 1
"""Base that leaves two digits."""


def round_rows(prepared: Prepared, rows: Mapping[str, Sequence[Row]]) -> None:
    """Round what is shown of sources that are not public already; changes the rows.

    Call it when everything that must be hidden is, and smooth afterwards.
    """
    base = prepared.city.disclosure.rounding
    if base < 2:
        return
    public = set(prepared.evidence.public_sources)
    closed = {key for key, one in prepared.numerators.items() if one.source_id not in public}
    _rates(prepared, [r for r in rows.get("estimates", ()) if r["indicator_id"] in closed], base)
    for row in rows.get("estimates", ()):
        if row["status"] == Status.SHOWN and not public & set(row["source_ids"]):
            _sum_or_share(prepared, row, base)
    for table, rounded in (("series", _month), ("trends", _change), ("effects", _effect)):
        for row in rows.get(table, ()):
            if row["indicator_id"] in closed:
                rounded(row, base)
    for row in (one for one in rows.get("profiles", ()) if one["_source"] not in public):
        _hour(row, base)


def to_base(count: int, base: int) -> int:
    """Return one count as a multiple of the base."""
    return int(rounded_counts([count], base)[0])


def _rates(prepared: Prepared, rows: Sequence[Row], base: int) -> None:
    """Round the counts of recorded indicators; rates and intervals are those of the rounded."""
    by_indicator: dict[str, list[Row]] = {}
    for row in rows:
        if row.get("n") is not None:
            by_indicator.setdefault(row["indicator_id"], []).append(row)
    for indicator_id, own in by_indicator.items():
        for row, n in zip(own, rounded_counts([row["n"] for row in own], base), strict=True):
            row["n"] = int(n)
        rated = [row for row in own if row.get("value") is not None]
        if rated:
            _rerated(prepared.indicator(indicator_id), rated)


def _rerated(indicator: Indicator, rows: Sequence[Row]) -> None:
    counts = np.array([row["n"] for row in rows], dtype=float)
    people = np.array([row["denominator"] for row in rows], dtype=float)
    found = crude_rate(counts, people, per=indicator.per, level=indicator.level)
    for i, row in enumerate(rows):
        row.update(value=float(found.rate[i]), low=float(found.low[i]), high=float(found.high[i]))


def _sum_or_share(prepared: Prepared, row: Row, base: int) -> None:
    if "_harm_counts" in row:
        _harm(prepared, row, base)
    elif "_parts" in row:
        _share(row, base)


def _harm(prepared: Prepared, row: Row, base: int) -> None:
    names = weighted_kinds(prepared, row)
    counts = rounded_counts(row["_harm_counts"][: len(names)], base) if row["value"] else None
    weights = prepared.city.harm.weights if prepared.city.harm else {}
    weight = np.array([weights[name] for name in names])
    if counts is None or counts[weight > 0].sum() < MIN_EVENTS:
        row.update(dict.fromkeys(("value", *LIMITS, "n")))
        row.update(status="unavailable", reason=row["reason"] or "too_few_incidents")
        return
    indicator = prepared.indicator(row["indicator_id"])
    found = harm_rate(
        [counts], weight, [row["denominator"]], per=indicator.per, level=indicator.level
    )
    row.update(value=float(found.rate[0]), n=int(found.n[0]))
    row.update(low=float(found.low[0]), high=float(found.high[0]))


def _share(row: Row, base: int) -> None:
    again, others = (to_base(part, base) for part in row["_parts"])
    if not again + others:
        return
    limits = scipy.stats.binomtest(again, again + others).proportion_ci(
        row["interval_level"], method="wilson"
    )
    row.update(value=100 * again / (again + others), n=again + others)
    row.update(low=100 * float(limits.low), high=100 * float(limits.high))


def _month(row: Row, base: int) -> None:
    if row.get("count") is not None:
        row["count"] = to_base(row["count"], base)
    for name in EXPECTED:
        value = row.get(name)
        if value is not None:
            row[name] = _few(value) if name == "completeness" else float(base * round(value / base))


def _change(row: Row, base: int) -> None:
    """Let the change be that of the rounded stretches; its interval goes along."""
    stretches = row.get("_stretches", ())
    if row.get("change_percent") is None or len(stretches) != 2:
        return
    before, after = (to_base(n, base) for _, n in stretches)
    exact = 1 + row["change_percent"] / 100
    ratio = after / before if before else 0.0
    row["n"] = before + after
    row["p"] = None if row["p"] is None else float(f"{row['p']:.1g}")
    if not ratio or exact <= 0:
        row.update(dict.fromkeys(("change_percent", *LIMITS)))
        return
    row["change_percent"] = 100 * (ratio - 1)
    for name in LIMITS:
        if row[name] is not None:
            row[name] = _few(100 * ((1 + row[name] / 100) * ratio / exact - 1))


def _effect(row: Row, base: int) -> None:
    for name in ("n_before", "n_after"):
        if row.get(name) is not None:
            row[name] = to_base(row[name], base)
    for name in ("effect_percent", *LIMITS):
        if row.get(name) is not None:
            row[name] = _few(row[name])
    if row.get("p") is not None:
        row["p"] = float(f"{row['p']:.1g}")


def _hour(row: Row, base: int) -> None:
    """Let the hours add up to the rounded week, but for the digits that are left."""
    if row["n"] is None:
        return
    n = to_base(row["n"], base)
    if row.get("expected_count") is not None:
        row["expected_count"] = _few(row["expected_count"] * n / row["n"])
    row["n"] = n


def _few(value: float) -> float:
    return float(round_for_publication(value, FEW_DIGITS))


__all__ = ["round_rows", "to_base"]
