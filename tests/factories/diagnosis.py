"""Small result tables from which every kind of finding follows, one planted fact each."""

from __future__ import annotations

from datetime import date
from typing import Any

from convive.catalogue import find
from convive.core.diagnosis import build_findings
from convive.core.model import City, Finding, Level

Row = dict[str, Any]
Tables = dict[str, list[Row]]
PART = {"indicator_id": "burglary_rate", "year": 2025, "is_carried": False}
SHOWN: Row = {"status": "shown", "reason": None}
YEAR: Row = {
    "period_kind": "year",
    "period_start": date(2025, 1, 1),
    "period_end": date(2026, 1, 1),
}
AREAS = [f"n{i:02d}" for i in range(1, 17)]

CITY = City(
    id="ribera",
    name="Ribera",
    country="ES",
    languages=("en",),
    time_zone="Europe/Madrid",
    crs="EPSG:25830",
    base_year=2023,
    levels=(Level("hood", {"en": "Neighbourhood"}, is_analysis=True),),
)


def area_rows() -> list[Row]:
    rows: list[Row] = [
        {"level": "city", "area_id": "ribera", "name": "Ribera", "residents": 80_000.0}
    ]
    rows += [
        {"level": "hood", "area_id": a, "name": f"Area {a[1:]}", "residents": 5_000.0}
        for a in AREAS
    ]
    return rows


def estimate(indicator: str, area: str, value: float | None, **more: Any) -> Row:
    level = "city" if area == "ribera" else "hood"
    known = find.indicator(indicator)
    return {
        "indicator_id": indicator, "face": known.face.value, "level": level, "area_id": area,
        **YEAR, "dimension": "all", "group": "all", "value": value,
        "low": None if value is None else value * 0.9, "high": None if value is None else value * 1.1,
        "n": 200, "denominator_id": known.denominator, "unit": known.unit, **SHOWN,
        "source_ids": ["police" if known.face.value == "recorded" else "survey"], **more,
    }  # fmt: skip


def trend(indicator: str, area: str, change: float, q: float, **more: Any) -> Row:
    verdict = ("clear_rise" if change > 0 else "clear_fall") if q <= 0.05 else "no_clear_change"
    return {
        "indicator_id": indicator, "level": "city" if area == "ribera" else "hood", "area_id": area,
        "before_start": date(2023, 1, 1), "before_end": date(2024, 1, 1),
        "after_start": date(2025, 1, 1), "after_end": date(2026, 1, 1),
        "change_percent": change, "low": change - 4, "high": change + 4,
        "change_unit": "points" if indicator.endswith("_share") else "percent",
        "verdict": verdict, "p": q / 5, "q": q, "n": 900, **SHOWN, **more,
    }  # fmt: skip


def face(area: str, name: str, score: float, q: float, **more: Any) -> Row:
    headline = {
        "recorded": "recorded_total_rate", "experienced": "victim_share",
        "felt": "unsafe_dark_share", "observed": "observed_score",
    }[name]  # fmt: skip
    clear = "clearly_above" if score > 0 else "clearly_below"
    return {
        "level": "hood", "area_id": area, "face": name, "indicator_id": headline, "score": score,
        "low": score - 0.5, "high": score + 0.5, "p": q / 5, "q": q,
        "verdict": clear if q <= 0.05 else "like_the_city", "n": 180, **SHOWN, **more,
    }  # fmt: skip


def gap(area: str, a: str, b: str, difference: float, q: float, **more: Any) -> Row:
    clear = "clearly_above" if difference > 0 else "clearly_below"
    return {
        "level": "hood", "area_id": area, "face_a": a, "face_b": b, "difference": difference,
        "low": difference - 0.8, "high": difference + 0.8, "p": q / 5, "q": q,
        "verdict": clear if q <= 0.05 else "like_the_city", **SHOWN, **more,
    }  # fmt: skip


def effect(name: str, verdict: str, percent: float, q: float) -> Row:
    return {
        "intervention_id": name, "title": {"en": f"Plan {name}", "es": f"Plano {name}"},
        "indicator_id": "burglary_rate", "level": "hood", "areas": ["n03"], "comparison_areas": ["n04"],
        "starts": date(2024, 9, 1), "effect_percent": percent, "low": percent - 15,
        "high": percent + 15, "p": q / 5, "q": q, "n_before": 61, "n_after": 35, "verdict": verdict,
        "method": "intervention", **SHOWN,
    }  # fmt: skip


def source(name: str, kind: str, **more: Any) -> Row:
    return {
        "source_id": name, "kind": kind, "title": {"en": name.title()}, "scope": "city",
        "rows_used": 900, "light": "good", "reasons": [], **more,
    }  # fmt: skip


def profile_rows() -> list[Row]:
    """Burglaries gather in the six hours from 22:00, and at the weekend."""
    return [
        {
            "indicator_id": "burglary_rate", "level": "city", "area_id": "ribera", "weekday": day,
            "hour": hour, "n": 600, **SHOWN,
            "expected_count": (5.0 if hour >= 22 or hour < 4 else 1.0) * (3.0 if day >= 6 else 1.0),
        }
        for day in range(1, 8)
        for hour in range(24)
    ]  # fmt: skip


def estimate_rows() -> list[Row]:
    rows = [estimate("recorded_total_rate", "ribera", 40.0)]
    rows.append(
        estimate("recorded_total_rate", "ribera", 40.0, denominator_id="workday_population")
    )
    for i, area in enumerate(AREAS):
        heavy = i < 3
        rows.append(
            estimate("recorded_total_rate", area, 150.0 if heavy else 15.0, n=750 if heavy else 75)
        )
        rows.append(
            estimate(
                "recorded_total_rate", area, 38.0 if i == 0 else 120.0 if heavy else 15.0,
                denominator_id="workday_population", n=750 if heavy else 75,
            )
        )  # fmt: skip
    rows += [
        estimate("reported_share", "ribera", 45.0),
        estimate("repeat_share", "ribera", 22.0),
        estimate("unsafe_dark_share", "ribera", 23.0),
        estimate("unsafe_dark_share", "n05", 41.0),
        estimate("observed_score", "ribera", 3.1),
        estimate("observed_score", "n06", 1.9),
        estimate("victim_share", "ribera", 14.0),
        estimate("victim_share", "n07", 29.0),
    ]
    for group, value in (("female", 31.0), ("male", 15.0)):
        rows.append(estimate("unsafe_dark_share", "ribera", value, dimension="sex", group=group))
    for group, value in (("16-24", 30.0), ("45-64", 18.0)):
        rows.append(
            estimate("unsafe_dark_share", "ribera", value, dimension="age_group", group=group)
        )
    for group, value in (("day", 3.4), ("night", 2.6)):
        rows.append(estimate("observed_score", "ribera", value, dimension="daypart", group=group))
    return rows


def contrast(indicator: str, dimension: str, a: str, b: str, difference: float) -> Row:
    return {
        "indicator_id": indicator, "level": "city", "area_id": "ribera", "period_start": YEAR["period_start"], "period_end": YEAR["period_end"],
        "dimension": dimension, "group_a": a, "group_b": b, "difference": difference,
        "low": difference - 3, "high": difference + 3, "p": 1e-6, "q": 1e-5, "n_a": 1500, "n_b": 1490, **SHOWN,
    }  # fmt: skip


def planted() -> Tables:
    """Return tables in which every kind of finding is planted."""
    breaks = [
        {
            "indicator_id": "recorded_total_rate", "level": "city", "area_id": "ribera",
            "starts_on": on, "is_declared": declared, "is_used": True, "ratio": ratio, "low": 1.1, "high": 1.3,
            "p": 1e-5, "q": 1e-4, "reason": {"en": "New rule"} if declared else None,
        }
        for on, declared, ratio in (
            (date(2024, 3, 1), True, 1.18), (date(2023, 7, 1), False, 0.7), (date(2022, 7, 1), True, None),
        )
    ]  # fmt: skip
    index = [
        {"level": "hood", "area_id": a, "year": 2025, "component": "overall", "value": 100.0,
         "band": 3 if a in {"n01", "n02"} else 1, "parts": [PART], **SHOWN}
        for a in AREAS
    ]  # fmt: skip
    quality = [
        {"source_id": "police", "code": code, "severity": "note", "n": n, "base": 400,
         "share": n / 400, "params": {"per": 100_000}, "examples": []}
        for code, n in (("rates_reproduced", 400), ("rates_differ", 1))
    ]  # fmt: skip
    return {
        "areas": area_rows(),
        "estimates": estimate_rows(),
        "trends": [
            trend("burglary_rate", "ribera", -22.0, 0.001),
            trend("unsafe_dark_share", "ribera", 4.0, 0.03),
            trend("violence_rate", "ribera", 1.0, 0.8),
            trend("victim_share", "ribera", 6.0, 0.7, verdict="cannot_tell"),
            trend("burglary_rate", "n01", -30.0, 0.02),
            *(trend("nuisance_rate", a, 25.0, 0.02) for a in AREAS[:4]),
            *(trend("robbery_rate", a, -25.0, 0.02) for a in AREAS[:4]),
        ],
        "series": [
            {"indicator_id": "burglary_rate", "level": "city", "area_id": "ribera", "period_kind": "month",
             "period_start": date(2025, 12, 1), "is_incomplete": True}
        ],
        "faces": [
            *(face(a, "recorded", 2.0, 0.01) for a in AREAS[:4]),
            face("n05", "felt", 2.4, 0.001),
            face("n06", "observed", 1.8, 0.02),
            face("n07", "experienced", 1.9, 0.02),
            face("n12", "felt", -2.0, 0.01),
            face("n13", "felt", -1.5, 0.03),
        ],
        "gaps": [
            gap("n05", "recorded", "felt", 2.1, 0.001),
            gap("n08", "recorded", "experienced", 1.7, 0.02),
            gap("n09", "recorded", "felt", -1.6, 0.02),
            gap("n10", "felt", "observed", 1.6, 0.02),
            gap("n11", "experienced", "felt", 1.6, 0.02),
        ],
        "index": index,
        "profiles": profile_rows(),
        "raters": [
            {"source_id": "walks", "rater": r, "effect": e, "low": e - 0.1, "high": e + 0.1,
             "p": 0.001, "q": q, "n": 100, "is_biased": q < 0.05}
            for r, e, q in (("r1", 0.6, 0.001), ("r2", -0.5, 0.004), ("r3", 0.01, 0.9))
        ],
        "contrasts": [
            contrast("unsafe_dark_share", "sex", "female", "male", 16.0),
            contrast("unsafe_dark_share", "age_group", "45-64", "16-24", -12.0),
            contrast("observed_score", "daypart", "day", "night", 0.8),
            contrast("observed_lighting", "daypart", "night", "day", -1.2),
            contrast("observed_people", "daypart", "day", "night", 0.9),
        ],
        "breaks": breaks,
        "effects": [
            effect("lamps", "worked", -34.0, 0.01), effect("bikes", "harmful", 40.0, 0.02),
            effect("posters", "did_not_work", 1.0, 0.8), effect("walks", "cannot_tell", -5.0, 0.6),
        ],
        "sources": [
            source("police", "incidents"), source("survey", "survey"),
            source("national", "survey", scope="reference"),
            source("notes", "notes", light="doubtful", reasons=[{"code": "x", "params": {}}]),
        ],
        "quality": quality,
        "missing": [{"family": "time_of_day", "consequence": "time_of_day.consequence", "params": {}}],
        "themes": [],
    }  # fmt: skip


def findings_of(tables: Tables) -> tuple[Finding, ...]:
    """Return the findings of tables with the whole catalogue."""
    return build_findings(tables, city=CITY, indicators=find.indicators())
