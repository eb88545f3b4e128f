"""Findings about groups, repeats and hours: who, again, and when."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from convive.core.diagnosis.facts import (
    Facts,
    Row,
    Subject,
    Weight,
    finding,
    is_clear,
    is_shown,
    link,
)
from convive.core.model import Certainty, Face, Finding, Verdict

FULL_DIFFERENCE = {"percent": 20.0, "score_0_5": 1.5}
REPEAT_WORTH_SAYING = 10.0
FEWEST_REPEATS_BASE = 30
WINDOW_HOURS = 6
WINDOW_SHARE = 40.0
"""Percent of a day's incidents within six hours from which it is said; even spread is 25."""
WEEKEND_SHARE = 38.0
"""Percent on Saturday and Sunday from which it is said; even spread is 28.6."""
MOST_TIMES = 2
FEWEST_ITEMS = 2
"""From so many observed items with the same difference on, they are told together."""
BESIDE_HEADLINE = 0.5
"""What a difference in an indicator that stands for no face weighs beside one that does."""
MOST_DIFFERENCES = 3
"""Findings of one face and dimension; the table of contrasts has the others."""
RECORDED_CAVEATS = ("untested", "recorded_not_all")


def group_differences(facts: Facts) -> Iterator[Finding]:
    """Yield the largest clear differences in the city, one per indicator and dimension."""
    best: dict[tuple[str, str], Row] = {}
    for row in facts.rows("contrasts", level="city"):
        if is_clear(row, facts.fdr) and row.get("difference"):
            key = (row["indicator_id"], row["dimension"])
            if key not in best or abs(row["difference"]) > abs(best[key]["difference"]):
                best[key] = row
    rows = list(best.values())
    dark = [row for row in rows if _is_worse_at_night(facts, row)]
    if len(dark) >= FEWEST_ITEMS:
        yield _worse_at_night(facts, dark)
        rows = [row for row in rows if row not in dark]
    found = [_difference(facts, row) for row in rows]
    told: Counter[tuple[Face, str]] = Counter()
    for one in sorted(found, key=lambda f: (-f.importance, f.id)):
        kind = (one.faces[0], str(one.params["dimension"]))
        told[kind] += 1
        if told[kind] <= MOST_DIFFERENCES:
            yield one


def _is_worse_at_night(facts: Facts, row: Row) -> bool:
    if facts.face(row["indicator_id"]) != Face.OBSERVED or row["dimension"] != "daypart":
        return False
    pair = (row["group_a"], row["group_b"])
    return (pair if row["difference"] > 0 else pair[::-1]) == ("day", "night")


def _worse_at_night(facts: Facts, rows: list[Row]) -> Finding:
    """Return one finding for all items that walkers rate worse by night."""
    headline = facts.headline(Face.OBSERVED)
    rows = sorted(rows, key=lambda r: (-abs(r["difference"]), r["indicator_id"]))
    ids = tuple(r["indicator_id"] for r in rows)
    items = [r for r in rows if r["indicator_id"] != headline]
    weakest = max(rows, key=lambda r: r["q"])
    n = max((r.get("n_a") or 0) + (r.get("n_b") or 0) for r in rows)
    where = {
        "indicator_id": sorted(ids),
        "level": "city",
        "area_id": facts.city.id,
        "dimension": "daypart",
    }
    size = abs(rows[len(rows) // 2]["difference"]) / FULL_DIFFERENCE["score_0_5"]
    return finding(
        "worse_at_night",
        Subject(*facts.whole, ids, (Face.OBSERVED,)),
        {
            "items": [r["indicator_id"] for r in items],
            "largest": items[0]["indicator_id"],
            "difference": abs(items[0]["difference"]),
            "n": n,
        },
        Verdict.CANNOT_TELL,
        Weight(facts.tested(weakest, *ids), size, 0.5, None, weakest["q"]),
        ((link("contrasts", where, facts.sources(*ids), n),), facts.caveats(*ids, n=n)),
    )


def _difference(facts: Facts, row: Row) -> Finding:
    indicator, dimension = row["indicator_id"], row["dimension"]
    pair = (row["group_a"], row["group_b"])
    higher, lower = pair if row["difference"] > 0 else (pair[1], pair[0])
    figures = [
        facts.newest(indicator, row["level"], row["area_id"], dimension, g) for g in (higher, lower)
    ]
    known = facts.indicators.get(indicator)
    unit = known.unit if known else "percent"
    n = (row.get("n_a") or 0) + (row.get("n_b") or 0)
    params = {
        "indicator": indicator,
        "dimension": dimension,
        "higher": higher,
        "lower": lower,
        "higher_value": figures[0]["value"] if figures[0] else None,
        "lower_value": figures[1]["value"] if figures[1] else None,
        "difference": abs(row["difference"]),
        "low": min(abs(row["low"]), abs(row["high"])),
        "high": max(abs(row["low"]), abs(row["high"])),
        "unit": unit if all(figures) else "other",
        "n": n,
    }
    where = {name: row[name] for name in ("indicator_id", "level", "area_id", "dimension")}
    leads = 1.0 if known and known.is_headline else BESIDE_HEADLINE
    weight = Weight(
        facts.tested(row, indicator),
        leads * min(abs(row["difference"]) / FULL_DIFFERENCE.get(unit, 20.0), 1.0),
        0.5,
        row.get("p"),
        row["q"],
    )
    links = (
        link("contrasts", where, facts.sources(indicator), n),
        link("estimates", where, facts.sources(indicator)),
    )
    return finding(
        "group_difference",
        Subject(row["level"], row["area_id"], (indicator,), (facts.face(indicator),), dimension),
        params,
        Verdict.CLEARLY_ABOVE,
        weight,
        (links, facts.caveats(indicator, n=n)),
    )


def repeats(facts: Facts) -> Iterator[Finding]:
    """Yield how much happens again at the same targets; a description, not a test."""
    row = facts.newest("repeat_share", *facts.whole)
    if row is None or (row.get("n") or 0) < FEWEST_REPEATS_BASE:
        return
    if row["value"] < REPEAT_WORTH_SAYING:
        return
    columns = ("indicator_id", "level", "area_id", "period_start", "dimension")
    params = {"share": row["value"], "low": row.get("low"), "high": row.get("high"), "n": row["n"]}
    yield finding(
        "repeat_concentration",
        Subject(*facts.whole, ("repeat_share",), (Face.RECORDED,)),
        params,
        Verdict.CLEARLY_ABOVE,
        Weight(Certainty.TENTATIVE, row["value"] / 50),
        (
            (link("estimates", {c: row[c] for c in columns}, row["source_ids"] or (), row["n"]),),
            RECORDED_CAVEATS,
        ),
    )


def times(facts: Facts) -> Iterator[Finding]:
    """Yield the hours and days on which recorded incidents gather, at most two of them."""
    found: list[Finding] = []
    indicators = sorted({r["indicator_id"] for r in facts.rows("profiles", level="city")})
    for indicator in indicators:
        rows = facts.rows("profiles", level="city", indicator_id=indicator)
        if not all(is_shown(r) and r.get("expected_count") is not None for r in rows):
            continue  # shares of the hours that happen to be shown would mislead
        total = sum(r["expected_count"] for r in rows)
        if total > 0 and (rows[0].get("n") or 0) >= FEWEST_REPEATS_BASE:
            found += _times_of(facts, indicator, rows, total)
    found.sort(key=lambda f: (-f.importance, f.id))
    yield from found[:MOST_TIMES]


def _times_of(facts: Facts, indicator: str, rows: list[Row], total: float) -> list[Finding]:
    hours = [sum(r["expected_count"] for r in rows if r["hour"] == h) for h in range(24)]
    windows = [sum(hours[(s + i) % 24] for i in range(WINDOW_HOURS)) for s in range(24)]
    start = max(range(24), key=lambda h: windows[h])
    window = 100 * windows[start] / total
    weekend = 100 * sum(r["expected_count"] for r in rows if r["weekday"] >= 6) / total
    made = []
    if window >= WINDOW_SHARE:
        hours_params = {"from_hour": start, "to_hour": (start + WINDOW_HOURS) % 24, "share": window}
        made.append(_time(facts, indicator, "hours", hours_params, rows[0]["n"]))
    if weekend >= WEEKEND_SHARE:
        made.append(_time(facts, indicator, "weekend", {"share": weekend}, rows[0]["n"]))
    return made


def _time(facts: Facts, indicator: str, when: str, params: dict[str, float], n: int) -> Finding:
    even = 25.0 if when == "hours" else 200 / 7
    where = {"indicator_id": indicator, "level": "city", "area_id": facts.city.id}
    return finding(
        "time_concentration",
        Subject(*facts.whole, (indicator,), (facts.face(indicator),), when),
        {"indicator": indicator, "when": when, "n": n, **params},
        Verdict.CLEARLY_ABOVE,
        Weight(Certainty.TENTATIVE, (params["share"] - even) / (100 - even)),
        ((link("profiles", where, facts.sources(indicator), n),), RECORDED_CAVEATS),
    )
