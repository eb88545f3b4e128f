"""Findings about change over time: falls, rises, no clear change, cannot tell."""

from __future__ import annotations

from collections.abc import Iterator

from convive.core.diagnosis.facts import (
    Facts,
    Row,
    Subject,
    Weight,
    finding,
    is_clear,
    is_shown,
    iso,
    link,
)
from convive.core.model import Certainty, Face, Finding, Verdict

FULL_MAGNITUDE = {"percent": 40.0, "points": 15.0}
"""Change that counts as fully large, by its unit."""
MOST_SINGLE_AREAS = 2
"""More areas than these with the same change of the same indicator become one finding."""
ALSO_TOLD = ("burglary_rate", "violence_rate")
"""Indicators beside the headlines that people ask for even where nothing changed."""


def changes(facts: Facts) -> Iterator[Finding]:
    """Yield findings from `trends`."""
    rows = [r for r in facts.rows("trends") if facts.face(r["indicator_id"]) != Face.CONTEXT]
    clear = [r for r in rows if is_clear(r, facts.fdr) and r.get("change_percent")]
    for row in clear:
        if row["level"] == "city":
            yield _clear_change(facts, row)
    yield from _in_areas(facts, [r for r in clear if r["level"] == facts.level])
    for row in rows:
        if row["level"] == "city" and row not in clear and _is_asked_for(facts, row):
            yield from _unclear(facts, row)


def _is_asked_for(facts: Facts, row: Row) -> bool:
    known = facts.indicators.get(row["indicator_id"])
    return is_shown(row) and known is not None and (known.is_headline or known.id in ALSO_TOLD)


def _subject(facts: Facts, row: Row, area_id: str | None = None, key: str = "") -> Subject:
    indicator = row["indicator_id"]
    return Subject(
        row["level"], area_id or row["area_id"], (indicator,), (facts.face(indicator),), key
    )


def _params(facts: Facts, row: Row) -> dict[str, object]:
    return {
        "indicator": row["indicator_id"],
        "area": facts.name(row["level"], row["area_id"]),
        "scope": "city" if row["level"] == "city" else "area",
        "change": row["change_percent"],
        "low": row["low"],
        "high": row["high"],
        "change_unit": row["change_unit"],
        "basis": _basis(facts, row),
        "since": iso(row.get("before_start")),
        "until": iso(row.get("after_end")),
        "n": row["n"],
    }


def _basis(facts: Facts, row: Row) -> str:
    """Return what the change comes from: season can only be taken out of months."""
    if row["change_unit"] == "points":
        return "points"
    return "years" if row["indicator_id"] in facts.counted_by_year else "months"


def _where(row: Row) -> dict[str, object]:
    return {name: row[name] for name in ("indicator_id", "level", "area_id")}


def _weight(facts: Facts, row: Row, areas: list[str] | None = None) -> Weight:
    full = FULL_MAGNITUDE.get(row["change_unit"], 40.0)
    return Weight(
        certainty=facts.tested(row, row["indicator_id"]),
        magnitude=abs(row["change_percent"]) / full,
        people=facts.people(row["level"], areas or [row["area_id"]]),
        p=row.get("p"),
        q=row["q"],
    )


def _caveats(facts: Facts, row: Row) -> tuple[str, ...]:
    indicator = row["indicator_id"]
    codes = [c for c in facts.caveats(indicator, n=row.get("n")) if c != "residents_not_visitors"]
    codes += [code for code, ids in facts.unstable.items() if indicator in ids]
    return tuple(codes)


def _clear_change(facts: Facts, row: Row) -> Finding:
    is_rise = row["change_percent"] > 0
    indicator = row["indicator_id"]
    links = (link("trends", _where(row), facts.sources(indicator), row.get("n")),)
    return finding(
        "trend_rise" if is_rise else "trend_fall",
        _subject(facts, row),
        _params(facts, row),
        Verdict.CLEAR_RISE if is_rise else Verdict.CLEAR_FALL,
        _weight(facts, row),
        (links, _caveats(facts, row)),
    )


def _in_areas(facts: Facts, rows: list[Row]) -> Iterator[Finding]:
    groups: dict[tuple[str, bool], list[Row]] = {}
    for row in rows:
        groups.setdefault((row["indicator_id"], row["change_percent"] > 0), []).append(row)
    for (_, is_rise), members in groups.items():
        if len(members) <= MOST_SINGLE_AREAS:
            yield from (_clear_change(facts, row) for row in members)
        else:
            yield _many_areas(facts, members, is_rise=is_rise)


def _many_areas(facts: Facts, members: list[Row], *, is_rise: bool) -> Finding:
    """Return one finding for areas that changed alike; the least sure of them sets q."""
    weakest = max(members, key=lambda r: r["q"])
    middle = sorted(members, key=lambda r: r["change_percent"])[len(members) // 2]
    indicator = middle["indicator_id"]
    area_ids = sorted(r["area_id"] for r in members)
    where = {"indicator_id": indicator, "level": facts.level, "area_id": area_ids}
    subject = Subject("city", facts.city.id, (indicator,), (facts.face(indicator),), "areas")
    weight = _weight(facts, {**middle, "p": None, "q": weakest["q"]}, area_ids)
    params = {
        "indicator": indicator,
        "areas": facts.names(facts.level, area_ids),
        "n_areas": len(members),
        "change": middle["change_percent"],
        "change_unit": middle["change_unit"],
    }
    return finding(
        "trend_rise_areas" if is_rise else "trend_fall_areas",
        subject,
        params,
        Verdict.CLEAR_RISE if is_rise else Verdict.CLEAR_FALL,
        weight,
        ((link("trends", where, facts.sources(indicator)),), _caveats(facts, middle)),
    )


def _unclear(facts: Facts, row: Row) -> Iterator[Finding]:
    """Yield "no clear change" and "cannot tell", which are answers, not failures."""
    is_unchanged = row["verdict"] in {
        Verdict.NO_CLEAR_CHANGE,
        Verdict.LIKELY_RISE,
        Verdict.LIKELY_FALL,
    }
    if row.get("change_percent") is None:
        return
    certainty = Certainty.LIKELY if is_unchanged else Certainty.TENTATIVE
    links = (link("trends", _where(row), facts.sources(row["indicator_id"]), row.get("n")),)
    yield finding(
        "no_clear_change" if is_unchanged else "cannot_tell",
        _subject(facts, row),
        _params(facts, row),
        Verdict(row["verdict"]) if is_unchanged else Verdict.CANNOT_TELL,
        Weight(certainty, 0.2, 1.0, row.get("p"), None),
        (links, _caveats(facts, row)),
    )
