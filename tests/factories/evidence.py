"""Small evidence made by hand: a town of two districts with five neighbourhoods each.

Every count is known in advance, so that tests can say what the audit must find.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import shapely

from convive.app import tables
from convive.app.ports import Evidence, IncidentParts
from convive.app.schema import table_from_rows
from convive.core.model import City, Denominator, DisclosureRule, Intervention, Level

DISTRICTS = ("A", "B")
NEIGHBOURHOODS = tuple(f"{district}{i}" for district in DISTRICTS for i in range(1, 6))
RESIDENTS = 4000.0


def make_city(**changes: Any) -> City:
    """Return the town as its pack would declare it."""
    city = City(
        id="testville",
        name="Testville",
        country="ES",
        languages=("en", "es"),
        time_zone="Europe/Madrid",
        crs="EPSG:25830",
        base_year=2023,
        levels=(
            Level("district", {"en": "District"}),
            Level("neighbourhood", {"en": "Neighbourhood"}, parent="district", is_analysis=True),
        ),
        denominators=(Denominator("residents", {"en": "Residents"}),),
        disclosure=DisclosureRule(min_count=5, reason="test"),
    )
    return replace(city, **changes)


def box_of(area: str) -> shapely.Polygon:
    """Return the square of a neighbourhood: districts side by side, neighbourhoods stacked."""
    x, y = DISTRICTS.index(area[0]), int(area[1]) - 1
    return shapely.box(x, y, x + 1, y + 1)


def area_rows() -> list[dict[str, Any]]:
    """Return the rows of table areas."""
    rows: list[dict[str, Any]] = [
        {
            "level": "district",
            "area_id": district,
            "name": f"District {district}",
            "is_analysis": False,
            "geometry": shapely.union_all(
                [box_of(a) for a in NEIGHBOURHOODS if a[0] == district]
            ).wkb,
        }
        for district in DISTRICTS
    ]
    rows += [
        {
            "level": "neighbourhood",
            "area_id": area,
            "name": f"Neighbourhood {area}",
            "parent_level": "district",
            "parent_id": area[0],
            "is_analysis": True,
            "geometry": box_of(area).wkb,
        }
        for area in NEIGHBOURHOODS
    ]
    return rows


def incident_rows(
    counts: Mapping[tuple[str, str, int], int],
    *,
    source: str = "police",
    years: Iterable[int] = (2023, 2024),
) -> list[dict[str, Any]]:
    """Return incidents: (neighbourhood, category, hour of the day) → so many each year.

    They lie in the middle of the neighbourhood and are spread evenly over the year, the first
    on 1 January, the last in late December.
    """
    rows = []
    for (area, category, hour), n in sorted(counts.items()):
        middle = box_of(area).centroid
        for year in years:
            for i in range(n):
                day = date(year, 1, 1) + timedelta(days=round(i * 364 / max(n - 1, 1)))
                rows.append(
                    {
                        "source_id": source,
                        "file": "police.csv",
                        "row": len(rows) + 2,
                        "starts": datetime(day.year, day.month, day.day, hour),  # noqa: DTZ001
                        "precision": "hour",
                        "longitude": middle.x,
                        "latitude": middle.y,
                        "category_source": category,
                        "category": category,
                    }
                )
    return rows


def source_row(source: str, kind: str, **changes: Any) -> dict[str, Any]:
    """Return a row of table sources."""
    return {
        "source_id": source,
        "kind": kind,
        "title": {"en": source},
        "owner": "Testville",
        "licence": "CC-BY-4.0",
        "scope": "city",
        "sampling": None,
        "files": [],
        "rows_read": 1,
        "rows_used": 1,
        "rows_rejected": 0,
        "light": "good",
        "reasons": [],
        **changes,
    }


def resident_rows(value: float = RESIDENTS) -> list[dict[str, Any]]:
    """Return residents of every neighbourhood at the start of 2024."""
    return [
        {
            "source_id": "register",
            "statistic": "residents",
            "area_level": "neighbourhood",
            "area_id": area,
            "period_start": date(2024, 1, 1),
            "period_end": date(2025, 1, 1),
            "value": value,
        }
        for area in NEIGHBOURHOODS
    ]


def survey_rows(
    *, n: int = 60, seed: int = 3, source: str = "survey", level: str | None = "neighbourhood"
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return respondents and answers: people of B feel unsafe twice as often as those of A."""
    rng = np.random.default_rng(seed)
    people, answers = [], []
    for number in range(n * len(NEIGHBOURHOODS)):
        area = NEIGHBOURHOODS[number % len(NEIGHBOURHOODS)]
        key = {
            "source_id": source,
            "wave": "2024",
            "wave_date": date(2024, 10, 1),
            "respondent": number,
        }
        people.append(
            {
                **key,
                "weight": 1.0,
                "area_level": level,
                "area_id": area if level else None,
                "sex": "female" if number % 3 else "male",
                "age_group": ("16-24", "25-64", "65+")[number % 7 % 3],
            }
        )
        unsafe = rng.random() < (0.5 if area[0] == "B" else 0.25)
        answer = "very_unsafe" if unsafe else "very_safe"
        answers.append({**key, "item": "feel_safe_dark", "answer": answer})
    return people, answers


def make_evidence(**parts: Any) -> Evidence:
    """Return evidence; every table that is left out is empty, areas and city have defaults."""
    specs = {spec.name: spec for spec in tables.EVIDENCE_TABLES}
    specs["sources"] = tables.SOURCES
    specs["quality"] = tables.QUALITY
    filled: dict[str, Any] = {
        name: table_from_rows(spec, parts.pop(name, [])) for name, spec in specs.items()
    }
    filled["incidents"] = IncidentParts.of(filled["incidents"])
    return Evidence(
        city=parts.pop("city", None) or make_city(),
        areas=table_from_rows(tables.AREAS, parts.pop("areas", None) or area_rows()),
        **filled,
        **parts,
    )


def town(**changes: Any) -> Evidence:
    """Return a town with incidents, residents and a survey: enough for most tests."""
    counts: dict[tuple[str, str, int], int] = {}
    for i, area in enumerate(NEIGHBOURHOODS):
        counts[(area, "burglary", 3)] = 6 + i
        counts[(area, "theft", 12)] = 40 + 10 * i
        counts[(area, "violence", 23)] = 12
    people, answers = survey_rows()
    parts: dict[str, Any] = {
        "incidents": incident_rows(counts),
        "statistics": resident_rows(),
        "respondents": people,
        "answers": answers,
        "sources": [
            source_row("police", "incidents"),
            source_row("register", "statistics"),
            source_row("survey", "survey"),
        ],
    }
    return make_evidence(**{**parts, **changes})


def action(**changes: Any) -> Intervention:
    """Return an action in A1 from July 2024 on."""
    plain = Intervention(
        id="lights",
        title={"en": "Lights"},
        level="neighbourhood",
        areas=("A1",),
        starts=date(2024, 7, 1),
        categories=("theft",),
    )
    return replace(plain, **changes)
