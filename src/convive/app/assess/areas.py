"""Every area with its newest number of residents, and the city itself."""

from __future__ import annotations

from convive.app.assess.context import residents_now
from convive.app.assess.prepare import CITY, Prepared, Row


def area_rows(prepared: Prepared) -> list[Row]:
    """Return the rows of table ``areas``; the city is level ``city``."""
    residents = {
        level: dict(zip(frame.ids, residents_now(prepared, level), strict=True))
        for level, frame in prepared.territory.frames.items()
    }
    rows: list[Row] = []
    has_city = False
    for row in prepared.evidence.areas.to_pylist():
        known = residents.get(row["level"], {}).get(row["area_id"])
        rows.append({**row, "residents": known})
        has_city = has_city or row["level"] == CITY
    if not has_city:
        rows.append(
            {
                "level": CITY,
                "area_id": prepared.city.id,
                "name": prepared.city.name,
                "is_analysis": False,
                "area_km2": _sum_km2(prepared),
                "residents": residents[CITY][prepared.city.id],
            }
        )
    return rows


def _sum_km2(prepared: Prepared) -> float | None:
    sizes = [
        row["area_km2"]
        for row in prepared.evidence.areas.select(["level", "area_km2"]).to_pylist()
        if row["level"] == prepared.analysis
    ]
    return None if not sizes or None in sizes else float(sum(sizes))
