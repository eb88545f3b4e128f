"""Quality of each source: the checks of the audit, the light and its reasons."""

from __future__ import annotations

import json
from collections.abc import Iterable

import numpy as np

from convive.app.assess.harm import harm_checks
from convive.app.assess.observed import placed_stops
from convive.app.assess.position import position_checks
from convive.app.assess.prepare import Prepared, Row
from convive.app.assess.rate_checks import rate_checks
from convive.app.assess.unmapped import told_unmapped
from convive.app.schema import as_json
from convive.core.model import Light

DOUBTFUL_SHARE = 0.20
"""From this share of failing rows on, a source is doubtful; a convention of Convive."""
USABLE_SHARE = 0.05
NAMED_SHARE = 0.01
WIDER_SHARE = 0.5
"""Where more rows than that lie outside, the source is about a wider region: no fault of it."""
_SHARES = ("within_month", "within_three")
_SEVERE = ("error", "warning")
_ABOUT_TERMS = ("agreement_expired", "retention_over")
"""Whether rows may still be held says nothing of how good they are: never doubtful for it."""


def quality_rows(prepared: Prepared) -> list[Row]:
    """Return what reading found, and what placing and dating the rows found."""
    rows: list[Row] = prepared.evidence.quality.to_pylist()
    known = {(row["source_id"], row["code"]) for row in rows}
    checks = [
        *_incident_checks(prepared),
        *_delay_checks(prepared),
        *_position_checks(prepared),
        *_observation_checks(prepared),
    ]
    for row in [*checks, *rate_checks(prepared)]:
        if row["n"] and (row["source_id"], row["code"]) not in known:
            rows.append(row)
    return told_unmapped(prepared, [*rows, *harm_checks(prepared)])


def _incident_checks(prepared: Prepared) -> Iterable[Row]:
    counted = prepared.cubes.counted(prepared.indicators)
    for source, tally in prepared.incident_sources.items():
        cells, names = tally.cells, tally.categories
        uncounted = [i for i, name in enumerate(names) if name and name not in counted]
        checks = {
            "outside_territory": ("warning", cells.is_outside),
            "no_area": ("warning", cells.has_no_area),
            "uncounted_category": ("warning", np.isin(cells.category, uncounted)),
            "no_time_of_day": ("note", ~cells.is_timed),
            "undated": ("warning", cells.year < 0),
        }
        for code, (severity, fails) in checks.items():
            n, base = cells.total(fails), cells.total()
            is_regional = code == "outside_territory" and n > WIDER_SHARE * base
            yield check_row(source, code, "note" if is_regional else severity, (n, base))


def _delay_checks(prepared: Prepared) -> Iterable[Row]:
    """Yield how quickly records arrive, and which months are still filling up."""
    for source, delay in prepared.delays.items():
        found, cube = delay.found, prepared.cubes.sources.get(source)
        if found.reason is None:
            shares = [
                int(100 * found.by_delay[min(month, len(found.by_delay) - 1)]) for month in (0, 3)
            ]
            row = check_row(
                source, "reporting_delay", "note", (found.n, prepared.incident_sources[source].n)
            )
            yield {**row, "params": row["params"] | dict(zip(_SHARES, shares, strict=True))}
        if cube is not None and cube.n_open:
            newest = int(cube.starts[-1].astype("datetime64[M]").astype(np.int64)) - delay.first
            share = found.completeness[newest] if newest < len(found.completeness) else np.nan
            code = "incomplete_months" if np.isfinite(share) else "incomplete_months_unknown"
            row = check_row(source, code, "note", (cube.n_open, len(cube.starts)))
            told = {"on_record": int(100 * share)} if np.isfinite(share) else {}
            yield {**row, "params": row["params"] | told}


def _position_checks(prepared: Prepared) -> Iterable[Row]:
    """Yield how many points may lie in another area of the level that is analysed."""
    for source, counted, n_crossing in position_checks(prepared):
        row = check_row(source, "uncertain_position", "warning", counted)
        yield {**row, "params": row["params"] | {"crossing": n_crossing}}


def _observation_checks(prepared: Prepared) -> Iterable[Row]:
    stops = placed_stops(prepared)
    for source in sorted(set(stops.source)):
        own = stops.source == source
        for code, fails in (("outside_territory", stops.is_outside), ("no_area", stops.no_area)):
            yield check_row(source, code, "warning", (int((own & fails).sum()), int(own.sum())))


def check_row(source: str, code: str, severity: str, counts: tuple[int, int]) -> Row:
    """Return a row of table ``quality``."""
    n, base = counts
    return {
        "source_id": source,
        "code": code,
        "severity": severity,
        "n": n,
        "base": base,
        "share": n / base if base else 0.0,
        "params": {"n": n, "base": base, "share": round(100 * n / base, 1) if base else 0.0},
        "examples": [],
    }


def source_rows(prepared: Prepared, quality: list[Row]) -> list[Row]:
    """Return the sources with light and reasons, the gravest reason first."""
    rows = []
    for source in prepared.evidence.sources.to_pylist():
        own = [row for row in quality if row["source_id"] == source["source_id"]]
        graded = sorted(own, key=lambda row: (-_weight(row), row["code"]))
        named = [row for row in graded if _weight(row) > 0]
        light = _light(max((_weight(row) for row in own), default=0.0), source)
        reasons = [{"code": row["code"], "params": _params(row)} for row in named]
        public = prepared.evidence.public_sources.get(source["source_id"])
        if public is not None:
            reasons.append({"code": "already_public", "params": {"reason": dict(public)}})
        rows.append({**source, "light": light.value, "reasons": as_json(reasons)})
    return rows


def _params(row: Row) -> object:
    params = row["params"]
    return json.loads(params) if isinstance(params, str) else params


def _weight(row: Row) -> float:
    share = float(row["_most"] if row["share"] is None else row["share"])
    if row["severity"] not in _SEVERE or share < NAMED_SHARE:
        return 0.0
    if row["code"] in _ABOUT_TERMS:
        return USABLE_SHARE
    return 1.0 if row["severity"] == "error" else share


def _light(worst: float, source: Row) -> Light:
    if source["rows_used"] == 0 or worst >= DOUBTFUL_SHARE:
        return Light.DOUBTFUL
    return Light.USABLE if worst >= USABLE_SHARE else Light.GOOD
