"""Rows of the numeric tables of the synthetic build: estimates, series, trends, faces …."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np

from convive.core.model import City

Row = dict[str, Any]
POLICE, SURVEY, WALKS, REGISTER = "police", "city_survey", "walks", "register"
RECORDED = {
    "recorded_total_rate": 41.0, "burglary_rate": 4.2, "violence_rate": 6.1,
    "theft_rate": 15.5, "vandalism_rate": 5.3, "nuisance_rate": 8.4,
}  # fmt: skip
SURVEYED = {
    "victim_share": ("experienced", 14.0), "reported_share": ("experienced", 46.0),
    "unsafe_dark_share": ("felt", 24.0), "unsafe_day_share": ("felt", 7.0),
    "trust_police_share": ("felt", 62.0),
}  # fmt: skip
INDICATORS = (*RECORDED, *SURVEYED, "observed_score", "unemployment")
HEADLINES = {
    "recorded": "recorded_total_rate", "experienced": "victim_share",
    "felt": "unsafe_dark_share", "observed": "observed_score",
}  # fmt: skip
LEVEL = np.array([0.55, 0.7, 0.8, 1.0, 1.05, 1.9, 1.2, 1.0, 1.15, 0.9, 0.75, 1.0])
FELT = np.array([0.5, 0.6, 0.8, 0.9, 1.0, 1.1, 1.1, 1.75, 1.3, 1.0, 0.8, 1.0])
MONTHS = tuple(date(2023 + m // 12, m % 12 + 1, 1) for m in range(36))
SHOWN: Row = {"status": "shown", "reason": None}


def hidden(reason: str = "small_count") -> Row:
    """Return status columns of a figure that is not shown."""
    return {"status": "suppressed", "reason": reason}


def after(month: date) -> date:
    """Return the first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def factor(area: Row, profile: np.ndarray) -> float:
    """Return the area's multiplier, residents-weighted for districts and the city."""
    code = area["area_id"]
    if area["level"] == "neighbourhood":
        return float(profile[int(code[1:]) - 1])
    if area["level"] == "district":
        first = 4 * (int(code[1:]) - 1)
        return float(profile[first : first + 4].mean())
    return float(profile.mean())


def _interval(value: float, half: float) -> Row:
    """Return value and interval, and the same pulled together as smoothed figures."""
    low, high = max(value - half, 0.0), value + half
    return {
        "value": value, "low": low, "high": high, "interval_level": 0.95,
        "smoothed": value * 0.98, "smoothed_low": low * 0.99 + 0.01, "smoothed_high": high * 0.985,
    }  # fmt: skip


def _blank(row: Row, reason: str) -> Row:
    """Return the row with its figures taken away and the reason given."""
    empty = ("value", "low", "high", "smoothed", "smoothed_low", "smoothed_high", "n")
    return row | dict.fromkeys(empty) | {"interval_level": 0.95} | hidden(reason)


def _rate(area: Row, indicator: str, year: int, events: int, denominator: tuple[str, float]) -> Row:
    """Return one recorded rate per 1,000."""
    base = denominator[1]
    rate, half = 1000 * events / base, 1000 * 1.96 * max(events, 1) ** 0.5 / base
    row = {
        "indicator_id": indicator, "face": "recorded", "level": area["level"],
        "area_id": area["area_id"], "period_kind": "year", "period_start": date(year, 1, 1),
        "period_end": date(year + 1, 1, 1), "dimension": "all", "group": "all", "n": events,
        "denominator_id": denominator[0], "denominator": base, "unit": "per_1000",
        "method": "crude_rate", "source_ids": [POLICE, REGISTER], **_interval(rate, half), **SHOWN,
    }  # fmt: skip
    return _blank(row, "small_count") if events < 5 else row


def _recorded(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return yearly recorded rates; by day and night for the city."""
    rows = []
    for area in areas:
        people = area["residents"]
        for indicator, base in RECORDED.items():
            for year in (2023, 2024, 2025):
                fall = 0.88 ** (year - 2023) if indicator == "burglary_rate" else 1.0
                expected = base * fall * factor(area, LEVEL) * people / 1000
                events = int(rng.poisson(expected))
                rows.append(_rate(area, indicator, year, events, ("residents", people)))
                if year == 2025 and indicator in {"recorded_total_rate", "theft_rate"}:
                    present = people * (4.1 if area["area_id"] == "n06" else 0.9)
                    row = _rate(area, indicator, year, events, ("workday_population", present))
                    rows.append(row)
                if year == 2025 and area["level"] == "city":
                    for group, share in (("day", 0.58), ("night", 0.42)):
                        row = _rate(
                            area, indicator, year, int(events * share), ("residents", people)
                        )
                        rows.append(row | {"dimension": "daypart", "group": group})
    return rows


def _positions(estimates: list[Row]) -> list[Row]:
    """Return where neighbourhoods stand under both denominators: n06 by residents only."""
    rows = []
    for row in estimates:
        if row["level"] != "neighbourhood" or row["indicator_id"] != "recorded_total_rate":
            continue
        if row["period_start"] != date(2025, 1, 1) or row["dimension"] != "all":
            continue
        is_above = row["area_id"] == "n06" and row["denominator_id"] == "residents"
        names = ("indicator_id", "level", "area_id", "denominator_id", "period_start", "period_end")
        tested = {
            "ratio": 3.0 if is_above else 1.0, "score": 2.5 if is_above else 0.0,
            "low": 2.0 if is_above else -0.5, "high": 3.0 if is_above else 0.5,
            "p": 0.0001 if is_above else 0.9, "q": 0.001 if is_above else 0.95,
            "verdict": "clearly_above" if is_above else "like_the_city", "n": row["n"],
        }  # fmt: skip
        rows.append({name: row[name] for name in names} | tested | SHOWN)
    return rows


def _share(
    area: Row, indicator: str, wave: int, n: int, group: tuple[str, str], share: float
) -> Row:
    """Return one survey share in percent."""
    half = 1.96 * (max(share, 1) * (100 - share) / max(n, 1)) ** 0.5 * 1.2
    row = {
        "indicator_id": indicator, "face": SURVEYED[indicator][0], "level": area["level"],
        "area_id": area["area_id"], "period_kind": "wave", "period_start": date(wave, 3, 1),
        "period_end": date(wave, 6, 1), "dimension": group[0], "group": group[1], "n": n,
        "denominator_id": None, "denominator": None, "unit": "percent", "method": "survey_share",
        "source_ids": [SURVEY], **_interval(share, half), **SHOWN,
    }  # fmt: skip
    return _blank(row, "few_respondents") if n < 30 else row


GROUPS = (
    ("sex", "female", 1.3), ("sex", "male", 0.68), ("age_group", "16-24", 1.15),
    ("age_group", "25-44", 0.9), ("age_group", "45-64", 0.95), ("age_group", "65+", 1.1),
)  # fmt: skip


def _surveyed(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return survey shares per wave; by sex and age for the city; too few in one area."""
    rows = []
    for area in areas:
        n = int(area["residents"] / 24)
        for indicator, (face, base) in SURVEYED.items():
            profile = FELT if face == "felt" else np.sqrt(LEVEL)
            for wave in (2023, 2025):
                drift = 1.12 if indicator == "unsafe_dark_share" and wave == 2025 else 1.0
                share = min(base * drift * factor(area, profile) * rng.normal(1, 0.02), 95.0)
                rows.append(_share(area, indicator, wave, n, ("all", "all"), share))
                if area["level"] == "city":
                    for dimension, group, times in GROUPS:
                        value = min(share * times, 97.0)
                        part = n // (2 if dimension == "sex" else 4)
                        rows.append(_share(area, indicator, wave, part, (dimension, group), value))
    return rows


def _observed(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return observation scores (0-5) and unemployment, undivided by groups."""
    rows = []
    for area in areas:
        n = {"city": 612, "district": 204}.get(area["level"], 51 if area["area_id"] != "n12" else 6)
        score = float(np.clip(3.6 - 0.55 * factor(area, FELT) + rng.normal(0, 0.05), 0, 5))
        common = {"level": area["level"], "area_id": area["area_id"], "dimension": "all", "group": "all",
                  "period_start": date(2025, 1, 1), "period_end": date(2026, 1, 1)}  # fmt: skip
        row = common | {
            "indicator_id": "observed_score", "face": "observed", "period_kind": "all", "n": n,
            "unit": "score_0_5", "method": "observer_scores", "source_ids": [WALKS],
            **_interval(score, 2.1 / n**0.5), **SHOWN,
        }  # fmt: skip
        rows.append(_blank(row, "few_observations") if n < 10 else row)
        context = common | {
            "indicator_id": "unemployment", "face": "context", "period_kind": "year",
            "value": 9.0 * factor(area, LEVEL), "interval_level": 0.95, "unit": "percent",
            "method": "statistic", "source_ids": [REGISTER], **SHOWN,
        }  # fmt: skip
        rows.append(context)
    return rows


def _reference() -> Row:
    """Return one figure about elsewhere: a national survey without area codes."""
    nation = {"level": "reference", "area_id": "national_survey"}
    row = _share(nation, "unsafe_dark_share", 2025, 11676, ("all", "all"), 25.1)
    return row | {"source_ids": ["national_survey"]}


def _series(areas: list[Row], rng: np.random.Generator) -> list[Row]:
    """Return 36 months of counts with bands; a break in March 2024; two open months."""
    rows = []
    for area in areas:
        for indicator in ("recorded_total_rate", "burglary_rate"):
            base = RECORDED[indicator] * factor(area, LEVEL) * area["residents"] / 12000
            for m, month in enumerate(MONTHS):
                jump = 1.18 if month >= date(2024, 3, 1) and indicator != "burglary_rate" else 1.0
                expected = base * jump * (1 + 0.16 * np.cos((m - 9) / 12 * 2 * np.pi)) * 0.99**m
                fill = {34: 0.8, 35: 0.45}.get(m, 1.0)
                count = int(rng.poisson(expected * fill))
                half = 2 * expected**0.5 + 0.04 * expected
                row = {
                    "indicator_id": indicator, "level": area["level"], "area_id": area["area_id"],
                    "period_kind": "month", "period_start": month, "period_end": after(month),
                    "count": count, "expected": expected, "expected_low": max(expected - half, 0),
                    "expected_high": expected + half, "is_incomplete": m >= 34,
                    "segment": int(jump > 1), **_filling(fill, count, area["level"]), **SHOWN,
                }  # fmt: skip
                if 0 < count < 5 and area["level"] != "city":
                    row |= {"count": None, **_filling(1.0, 0, ""), **hidden()}
                rows.append(row)
    return rows


def _filling(share: float, count: int, level: str) -> Row:
    """Return how complete a month is; a range is told of the city only."""
    is_told = share < 1.0 and level == "city"
    return {
        "completeness": share if share < 1.0 else None,
        "expected_final_low": int(count / share * 0.95) if is_told else None,
        "expected_final_high": int(count / share * 1.05) if is_told else None,
    }


def _profiles(city: City, rng: np.random.Generator) -> list[Row]:
    """Return the hour × weekday grid of the city and two neighbourhoods."""
    rows = []
    for level, area_id, total in (("city", city.id, 2900), ("neighbourhood", "n06", 460),
                                  ("neighbourhood", "n08", 180)):  # fmt: skip
        shape = np.ones((7, 24)) + 1.2 * np.cos((np.arange(24) - 19) / 24 * 2 * np.pi)[None, :]
        shape[4:, 22:] += 4.0
        shape[5:, :4] += 4.5
        shape = np.clip(shape + rng.uniform(0, 0.3, (7, 24)), 0.05, None)
        shape *= total / shape.sum()
        for weekday in range(7):
            for hour in range(24):
                rows.append({"indicator_id": "recorded_total_rate", "level": level, "area_id": area_id,
                             "weekday": weekday + 1, "hour": hour,
                             "expected_count": float(shape[weekday, hour]), "n": total, **SHOWN})  # fmt: skip
    rows += [{"indicator_id": "recorded_total_rate", "level": "neighbourhood", "area_id": "n12",
              "weekday": d, "hour": h, **hidden()} for d in range(1, 8) for h in range(24)]  # fmt: skip
    return rows


def figure_rows(city: City, areas: list[Row], rng: np.random.Generator) -> dict[str, list[Row]]:
    """Return rows of estimates, positions, series and profiles."""
    estimates = [
        *_recorded(areas, rng),
        *_surveyed(areas, rng),
        *_observed(areas, rng),
        _reference(),
    ]
    return {
        "estimates": estimates,
        "positions": _positions(estimates),
        "series": _series(areas, rng),
        "profiles": _profiles(city, rng),
    }
