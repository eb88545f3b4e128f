"""Findings about the evidence itself: recording, observers, sources, gaps in the data."""

from __future__ import annotations

from collections.abc import Iterator

from convive.core.diagnosis.facts import (
    Facts,
    Row,
    Subject,
    Weight,
    finding,
    is_clear,
    iso,
    link,
)
from convive.core.model import Certainty, Face, Finding, Verdict

RATE_CHECKS = ("rates_reproduced", "rates_differ")
"""Codes of `quality` that compare published rates with ours."""

GRAVE_GAPS = {
    "incidents": 0.95,
    "population": 0.95,
    "survey": 0.5,
    "local_survey": 0.5,
    "survey_sample": 0.5,
}
SLIGHT_GAP = 0.2
"""How much a missing family matters: without residents there is no rate, without a survey half
of security is unknown; the rest is worth having."""


def recording_breaks(facts: Facts) -> Iterator[Finding]:
    """Yield jumps in recording, declared or found, the clearest indicator of each day."""
    chosen: dict[tuple[object, bool], list[Row]] = {}
    for row in facts.rows("breaks"):
        declared = bool(row["is_declared"])
        if declared or is_clear(row, facts.fdr):
            chosen.setdefault((row["starts_on"], declared), []).append(row)
    headline = facts.headline(Face.RECORDED)
    for (_, declared), rows in chosen.items():
        rows.sort(key=lambda r: (r["indicator_id"] != headline, r.get("q") or 1, r["indicator_id"]))
        yield _break(facts, rows, is_declared=declared)


def _break(facts: Facts, rows: list[Row], *, is_declared: bool) -> Finding:
    row = rows[0]
    ids = tuple(r["indicator_id"] for r in rows)
    percent = None if row.get("ratio") is None else 100 * (row["ratio"] - 1)
    params = {
        "indicator": row["indicator_id"],
        "n_indicators": len(ids),
        "day": iso(row["starts_on"]),
        "change": percent,
        "is_measured": "no" if percent is None else "rise" if percent > 0 else "fall",
        "reason": row.get("reason") or {},
    }
    q = row.get("q")
    certainty = Certainty.STRONG if is_declared else facts.tested(row, row["indicator_id"])
    where = {"starts_on": row["starts_on"], "indicator_id": list(ids)}
    return finding(
        "recording_break_declared" if is_declared else "recording_break_found",
        Subject(row["level"], row["area_id"], ids, (Face.RECORDED,), str(row["starts_on"])),
        params,
        Verdict.CANNOT_TELL if percent is None else _direction(percent),
        Weight(certainty, 0.5, 1.0, row.get("p"), q),
        ((link("breaks", where, facts.sources(*ids)),), ("break_not_security",)),
    )


def _direction(percent: float) -> Verdict:
    return Verdict.CLEAR_RISE if percent > 0 else Verdict.CLEAR_FALL


def biased_raters(facts: Facts) -> Iterator[Finding]:
    """Yield observers who clearly rate unlike the others, one finding a source."""
    by_source: dict[str, list[Row]] = {}
    for row in facts.rows("raters"):
        if row["is_biased"] and is_clear(row, facts.fdr):
            by_source.setdefault(row["source_id"], []).append(row)
    for source, rows in by_source.items():
        weakest = max(rows, key=lambda r: r["q"])
        raters = sorted(r["rater"] for r in rows)
        params = {
            "raters": raters,
            "n_raters": len(raters),
            "effect": max((r["effect"] for r in rows), key=abs),
            "n": sum(r["n"] for r in rows),
        }
        where = {"source_id": source, "rater": raters}
        yield finding(
            "rater_bias",
            Subject(*facts.whole, (), (Face.OBSERVED,), source),
            params,
            Verdict.CLEARLY_ABOVE,
            Weight(facts.tested(weakest), 0.4, 0.6, None, weakest["q"]),
            ((link("raters", where, [source], params["n"]),), ("scores_corrected",)),
        )


def reference_surveys(facts: Facts) -> Iterator[Finding]:
    """Yield surveys about elsewhere: they say nothing about the areas of this city."""
    for row in facts.rows("sources", scope="reference", kind="survey"):
        if row["rows_used"] is None:  # too few answered to speak of them
            continue
        yield _of_source(facts, "survey_is_reference", row, {"n": row["rows_used"]}, 0.3)


def doubtful_sources(facts: Facts) -> Iterator[Finding]:
    """Yield sources of doubtful quality."""
    for row in facts.rows("sources", light="doubtful"):
        reasons = row.get("reasons") or ()
        yield _of_source(facts, "quality_doubtful", row, {"n_reasons": len(reasons)}, 0.5)


def _of_source(
    facts: Facts, code: str, row: Row, params: dict[str, object], magnitude: float
) -> Finding:
    where = {"source_id": row["source_id"]}
    return finding(
        code,
        Subject(*facts.whole, (), (), row["source_id"]),
        {"source": row["title"], "source_id": row["source_id"], **params},
        Verdict.CANNOT_TELL,
        Weight(Certainty.TENTATIVE, magnitude),
        ((link("sources", where, [row["source_id"]], row["rows_used"]),), ("untested",)),
    )


def rate_checks(facts: Facts) -> Iterator[Finding]:
    """Yield whether the rates that a source publishes come out of its counts."""
    for row in facts.tables.get("quality", ()):
        if row["code"] not in RATE_CHECKS:
            continue
        source = facts.rows("sources", source_id=row["source_id"])
        given = row.get("params") or {}
        params = {
            "source": source[0]["title"] if source else row["source_id"],
            "n": row["n"],
            "base": row["base"],
            "per": given.get("per", 100_000),
            "largest": given.get("largest", 0.0),
        }
        where = {"source_id": row["source_id"], "code": row["code"]}
        same = row["code"] == "rates_reproduced"
        yield finding(
            row["code"],
            Subject(*facts.whole, (), (Face.RECORDED,), row["source_id"]),
            params,
            Verdict.LIKE_THE_CITY if same else Verdict.CANNOT_TELL,
            Weight(Certainty.STRONG if same else Certainty.LIKELY, 0.1 if same else 0.6, 0.3),
            ((link("quality", where, [row["source_id"]], row["base"]),), ()),
        )


def data_gaps(facts: Facts) -> Iterator[Finding]:
    """Yield families of data that the city does not have: gaps, not errors."""
    for row in facts.tables.get("missing", ()):
        yield finding(
            "data_gap",
            Subject(*facts.whole, (), (), row["family"]),
            {
                **(row.get("params") or {}),
                "family": row["family"],
                "consequence": f"{row['family']}.consequence",
            },
            Verdict.CANNOT_TELL,
            Weight(Certainty.TENTATIVE, GRAVE_GAPS.get(str(row["family"]), SLIGHT_GAP)),
            ((link("missing", {"family": row["family"]}, []),), ()),
        )
