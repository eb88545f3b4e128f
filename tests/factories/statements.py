"""Rows of the tables that say something: trends, faces, gaps, index, findings, sources …."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from convive.core.model import City
from factories import figures
from factories.figures import FELT, HEADLINES, LEVEL, POLICE, REGISTER, SHOWN, SURVEY, WALKS, factor

Row = dict[str, Any]
TREND_COLUMNS = ("change_percent", "low", "high", "p", "q", "n")


def _verdict(low: float, high: float) -> str:
    """Return the verdict on a change by its interval."""
    if high < 0:
        return "clear_fall"
    if low > 0:
        return "clear_rise"
    return "no_clear_change"


def _trends(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return one change per indicator and area; cannot tell in the smallest area."""
    rows = []
    truth = {"burglary_rate": -22.0, "unsafe_dark_share": 3.0}
    for area in areas:
        for indicator in figures.INDICATORS:
            if indicator in {"observed_score", "unemployment"}:
                continue
            share = indicator.endswith("_share")
            change = truth.get(indicator, 0.0) + float(rng.normal(0, 1.5))
            half = (120 if share else 900) / area["residents"] ** 0.5
            row = {
                "indicator_id": indicator, "level": area["level"], "area_id": area["area_id"],
                "before_start": date(2024, 3, 1), "before_end": date(2024, 11, 1),
                "after_start": date(2025, 3, 1), "after_end": date(2025, 11, 1),
                "change_percent": change, "low": change - half, "high": change + half,
                "change_unit": "points" if share else "percent",
                "verdict": _verdict(change - half, change + half), "p": 0.02, "q": 0.09,
                "n": int(area["residents"] * 0.08), "method": "trend",
                "segment_start": date(2024, 3, 1), **SHOWN,
            }  # fmt: skip
            if area["area_id"] == "n12":
                row |= dict.fromkeys(TREND_COLUMNS) | figures.hidden() | {"verdict": "cannot_tell"}
            rows.append(row)
    return rows


def _score(area: Row, face: str) -> float:
    """Return the standardised difference from the city, + is worse."""
    profile = LEVEL if face in {"recorded", "experienced"} else FELT
    times = 1.0 if face == "recorded" else 0.8
    return times * (factor(area, profile) - float(profile.mean())) / float(profile.std())


def _faces(areas: list[Row]) -> list[Row]:
    """Return the four faces of each area below the city."""
    rows = []
    for area in areas:
        if area["level"] == "city":
            continue
        for face, half in (
            ("recorded", 0.2),
            ("experienced", 0.5),
            ("felt", 0.45),
            ("observed", 0.55),
        ):
            score = _score(area, face)
            verdict = (
                "clearly_above"
                if score > half
                else "clearly_below"
                if score < -half
                else "like_the_city"
            )
            row = {
                "level": area["level"], "area_id": area["area_id"], "face": face,
                "indicator_id": HEADLINES[face], "score": score, "low": score - half,
                "high": score + half, "p": 0.01, "q": 0.03, "verdict": verdict, "n": 180, **SHOWN,
            }  # fmt: skip
            if area["area_id"] == "n12" and face != "recorded":
                row |= dict.fromkeys(("score", "low", "high", "p", "q", "n"))
                row |= figures.hidden("few_respondents") | {"verdict": "cannot_tell"}
            rows.append(row)
    return rows


def _gaps(faces: list[Row]) -> list[Row]:
    """Return the differences between each pair of faces."""
    order = list(HEADLINES)
    found = {(r["level"], r["area_id"], r["face"]): r for r in faces}
    rows = []
    for (level, area_id, face), a in found.items():
        for other in order[order.index(face) + 1 :]:
            b = found[level, area_id, other]
            row: Row = {"level": level, "area_id": area_id, "face_a": face, "face_b": other}
            if a["score"] is None or b["score"] is None:
                rows.append(row | {"verdict": "cannot_tell", **figures.hidden("few_respondents")})
                continue
            difference = b["score"] - a["score"]
            verdict = "clearly_above" if difference > 0.7 else "like_the_city"
            rows.append(row | {"difference": difference, "low": difference - 0.6, "high": difference + 0.6,
                               "p": 0.004, "q": 0.02, "verdict": verdict, "joint_p": 0.002,
                               "joint_q": 0.01 if area_id == "n08" else 0.4,
                               "odd_face": "felt" if area_id == "n08" else None, **SHOWN})  # fmt: skip
    return rows


PARTS = [
    {"indicator_id": "recorded_total_rate", "year": 2023, "is_carried": False},
    {"indicator_id": "unsafe_dark_share", "year": 2023, "is_carried": False},
]
COMPONENTS = ("overall", "objective", "subjective", "burglary.objective", "theft.objective",
              "violence.objective", "perception.subjective")  # fmt: skip


def _index(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return index points with 90 % intervals; bands by distance; none in the smallest area."""
    rows = []
    for area in areas:
        for year in (2023, 2025):
            for component in COMPONENTS:
                row: Row = {"level": area["level"], "area_id": area["area_id"], "year": year,
                            "component": component, "parts": PARTS}  # fmt: skip
                if area["area_id"] == "n12":
                    rows.append(row | figures.hidden("few_respondents"))
                    continue
                value = 100 - 14 * (_score(area, "recorded") + _score(area, "felt")) / 2
                value += float(rng.normal(0, 0.8))
                band = 1 if value > 109 else 2 if value > 94 else 3
                rows.append(row | {"value": value, "low": value - 5, "high": value + 5.5,
                                   "band": band if area["level"] != "city" else None, **SHOWN})  # fmt: skip
    return rows


def _groups(city: City) -> dict[str, list[Row]]:
    """Return contrasts, breaks, effects, raters, themes and missing families."""
    place = {"level": "city", "area_id": city.id}
    contrast = {
        **place, "indicator_id": "unsafe_dark_share", "period_start": date(2025, 3, 1),
        "period_end": date(2025, 6, 1), "dimension": "sex", "group_a": "female", "group_b": "male",
        "difference": 16.2, "low": 12.9, "high": 19.5, "p": 1e-9, "q": 1e-8, "n_a": 1500, "n_b": 1490, **SHOWN,
    }  # fmt: skip
    jump = {**place, "indicator_id": "recorded_total_rate", "starts_on": date(2024, 3, 1),
            "is_declared": True, "is_used": True, "ratio": 1.18, "low": 1.12, "high": 1.24, "p": 0.0001, "q": 0.001,
            "reason": {"en": "New recording rule", "es": "Nueva norma de registro"}}  # fmt: skip
    effect = {
        "intervention_id": "lighting", "title": {"en": "Lighting of the passages", "es": "Luz en los pasajes"},
        "indicator_id": "burglary_rate", "level": "neighbourhood", "areas": ["n08"],
        "comparison_areas": ["n09", "n10"], "starts": date(2024, 9, 1), "effect_percent": -34.0,
        "low": -52.0, "high": -9.0, "p": 0.011, "q": 0.04, "n_before": 61, "n_after": 35,
        "verdict": "worked", "method": "intervention", **SHOWN,
    }  # fmt: skip
    raters = [{"source_id": WALKS, "rater": f"R{i}", "effect": 0.6 if i == 3 else 0.02 * i, "low": 0.02 * i - 0.2,
               "high": 0.02 * i + 0.2, "p": 0.5, "q": 0.7, "n": 102, "is_biased": i == 3} for i in range(6)]  # fmt: skip
    themes = [{"level": "neighbourhood", "area_id": "n08", "theme": "nuisance", "direction": "worse", "n": 7, **SHOWN},
              {"level": "neighbourhood", "area_id": "n05", "theme": "theft", "direction": "better", **figures.hidden()}]  # fmt: skip
    missing = [{"family": "repeat_targets", "consequence": "repeat_targets", "params": {}}]
    return {"contrasts": [contrast], "breaks": [jump], "effects": [effect], "raters": raters,
            "themes": themes, "missing": missing}  # fmt: skip


def _source(source_id: str, kind: str, title: dict[str, str], **more: Any) -> Row:
    """Return one source with its quality."""
    return {
        "source_id": source_id, "kind": kind, "title": title, "owner": "City of Ribera",
        "licence": "CC BY 4.0", "url": None, "scope": "city", "sampling": None, "period_start": date(2023, 1, 1),
        "period_end": date(2026, 1, 1), "files": [{"path": f"{source_id}.csv", "sha256": "cd" * 32, "bytes": 100}],
        "rows_read": 9000, "rows_used": 8910, "rows_rejected": 90, "light": "good", "reasons": [],
    } | more  # fmt: skip


def _sources() -> list[Row]:
    """Return five sources, one usable with a reason, one about elsewhere."""
    return [
        _source(POLICE, "incidents", {"en": "Recorded incidents", "es": "Incidentes registrados"},
                light="usable", reasons=[{"code": "no_coordinates", "params": {"n": 90, "share": 1.0}}]),
        _source(SURVEY, "survey", {"en": "City survey", "es": "Encuesta municipal"}, rows_read=2990, rows_used=2990, rows_rejected=0),
        _source(WALKS, "observations", {"en": "Walks", "es": "Recorridos"}, rows_read=612, rows_used=612, rows_rejected=0),
        _source(REGISTER, "statistics", {"en": "Municipal register", "es": "Padrón"}),
        _source("national_survey", "survey", {"en": "National survey"}, scope="reference", light="doubtful",
                reasons=[{"code": "no_weights", "params": {}}]),
    ]  # fmt: skip


def _finding(
    rank: int, code: str, params: Row, place: tuple[str, str], *evidence: Row, **more: Any
) -> Row:
    """Return one finding."""
    return {
        "rank": rank, "finding_id": f"{code}:{place[1]}", "code": code, "params": params,
        "level": place[0], "area_id": place[1], "indicator_ids": [], "faces": [], "p": 0.001, "q": 0.01,
        "caveats": [], "evidence": list(evidence), "certainty": "strong", "verdict": "clear_fall",
    } | more  # fmt: skip


def _evidence(table: str, indicator: str, place: tuple[str, str], n: int, *sources: str) -> Row:
    """Return a way back to the rows."""
    query = (f"SELECT * FROM {table} WHERE indicator_id = '{indicator}' "
             f"AND level = '{place[0]}' AND area_id = '{place[1]}'")  # fmt: skip
    return {"table": table, "query": query, "sources": list(sources), "n": n}


def statement_rows(city: City, areas: list[Row], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Return rows of every table that figures.py does not make."""
    faces = _faces(areas)
    quality = [{"source_id": POLICE, "code": "no_coordinates", "severity": "warning", "n": 90, "base": 9000,
                "share": 0.01, "params": {"n": 90, "share": 1.0},
                "examples": [{"file": "police.csv", "sheet": None, "row": 14}]}]  # fmt: skip
    return {
        "trends": _trends(areas, rng), "faces": faces, "gaps": _gaps(faces), "index": _index(areas, rng),
        "sources": _sources(), "quality": quality, "findings": findings(city), **_groups(city),
    }  # fmt: skip


def findings(city: City) -> list[Row]:
    """Return the ranked findings: a fall, a gap, a group, a misleading rate, a break, a gap in data."""
    whole, molino, centro = ("city", city.id), ("neighbourhood", "n08"), ("neighbourhood", "n06")
    total, unsafe = "recorded_total_rate", "unsafe_dark_share"
    fall = {
        "indicator": "burglary_rate",
        "area": city.name,
        "scope": "city",
        "change": -22.0,
        "low": -26.0,
        "high": -18.0,
        "change_unit": "percent",
        "since": "2024-03-01",
        "until": "2025-11-01",
        "n": 690,
    }
    gap = {
        "area": "Molino",
        "worse": "felt",
        "other": "recorded",
        "difference": 1.9,
        "low": 1.1,
        "high": 2.7,
        "reported": 46.0,
        "has_reported": "yes",
    }
    group = {
        "indicator": unsafe,
        "dimension": "sex",
        "higher": "female",
        "lower": "male",
        "higher_value": 35.1,
        "lower_value": 18.4,
        "difference": 16.2,
        "low": 12.9,
        "high": 19.5,
        "n": 2990,
    }
    rate = {
        "area": "Centro",
        "indicator": total,
        "value": 77.9,
        "workday_value": 19.0,
        "times": 1.9,
        "workday_times": 0.4,
    }
    jump = {
        "day": "2024-03-01",
        "indicator": total,
        "is_measured": "yes",
        "ratio": 1.18,
        "change": 18.0,
        "low": 12.0,
        "high": 24.0,
    }
    return [
        _finding(1, "trend_fall", fall, whole, _evidence("trends", "burglary_rate", whole, 690, POLICE, REGISTER),
                 indicator_ids=["burglary_rate"], faces=["recorded"], caveats=["recorded_not_all"]),
        _finding(2, "gap_felt_above_recorded", gap, molino,
                 _evidence("faces", unsafe, molino, 179, POLICE, SURVEY), verdict="clearly_above",
                 indicator_ids=[unsafe, total], faces=["recorded", "felt"], caveats=["small_numbers"]),
        _finding(3, "group_difference", group, whole, _evidence("contrasts", unsafe, whole, 2990, SURVEY),
                 verdict="clearly_above", indicator_ids=[unsafe], faces=["felt"]),
        _finding(4, "denominator_matters", rate, centro,
                 _evidence("estimates", total, centro, 460, POLICE, REGISTER),
                 certainty="likely", verdict="like_the_city", indicator_ids=[total], faces=["recorded"]),
        _finding(5, "recording_break_declared", jump, whole, _evidence("breaks", total, whole, 8900, POLICE),
                 certainty="tentative", verdict="cannot_tell", indicator_ids=[total], faces=["recorded"]),
    ]  # fmt: skip
