"""Which figures stand for an area: chosen by the rules of the pages, read once for all areas."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from convive.app.ports import Build
from convive.app.shown_figures import newest_figures
from convive.core.model import FACES
from convive.reports.classes import preferred_denominator
from convive.reports.rows import Row, select

Place = tuple[str, str]
"""Level and code of an area."""


class AtlasFigures:
    """Everything that the atlas shows, by area.

    Attributes
    ----------
    leading : dict
        Face → the indicator that stands for it, in the order of the faces.
    city : tuple of str
        Level and code of the whole city.
    """

    def __init__(self, build: Build) -> None:
        self.build = build
        rows = select(build, "faces")
        by_face = {row["face"]: row["indicator_id"] for row in rows}
        self.leading = {f.value: by_face[f.value] for f in FACES if f.value in by_face}
        self.faces = {(r["level"], r["area_id"], r["face"]): r for r in rows}
        names = {one.id: one.name for one in build.city.denominators}
        self._names = names
        levels = {r["level"] for r in rows} | {"city"}
        self._newest = {
            (indicator, level): self._newest_of(indicator, level)
            for indicator in self.leading.values()
            for level in sorted(levels)
        }
        self._trends = {
            (r["indicator_id"], r["level"], r["area_id"]): r
            for indicator in self.leading.values()
            for r in select(build, "trends", indicator_id=indicator)
        }
        self._weeks = self._read_weeks()
        known = [(r["level"], r["area_id"]) for r in select(build, "areas", level="city")]
        self.city = known[0] if known else ("city", build.city.id)

    def newest(self, indicator: str, place: Place) -> Row | None:
        """Return the newest figure of everybody, by the denominator that leads."""
        return self._newest.get((indicator, place[0]), {}).get(place[1])

    def trend(self, indicator: str, place: Place) -> Row | None:
        """Return the change of an indicator."""
        return self._trends.get((indicator, *place))

    def week(self, place: Place) -> tuple[str, int | None] | None:
        """Return indicator and n of the hours of the week; None where they are not shown."""
        return self._weeks.get(place)

    def _newest_of(self, indicator: str, level: str) -> dict[str, Row]:
        every = select(self.build, "estimates", indicator_id=indicator)
        main = preferred_denominator(self.build, indicator, [r["denominator_id"] for r in every])
        rows: list[dict[str, Any]] = [
            r | {"denominator_name": self._names.get(r["denominator_id"])}
            for r in every
            if r["level"] == level and r["dimension"] == "all" and r["denominator_id"] == main
        ]
        return newest_figures(rows)

    def _read_weeks(self) -> dict[Place, tuple[str, int | None]]:
        headline = self.leading.get("recorded", "")
        shown: dict[Place, dict[str, Row]] = defaultdict(dict)
        for row in select(self.build, "profiles"):
            kept = shown[row["level"], row["area_id"]]
            if row["indicator_id"] not in kept or row["status"] == "shown":
                kept.setdefault(row["indicator_id"], row)
                if kept[row["indicator_id"]]["status"] != "shown":
                    kept[row["indicator_id"]] = row
        found = {}
        for place, rows in shown.items():
            first = min(rows, key=lambda one: (one != headline, one))
            if rows[first]["status"] == "shown":
                found[place] = (first, rows[first]["n"])
        return found
