"""What interviews and meetings speak of, counted per area."""

from __future__ import annotations

from collections import Counter

from convive.app.assess.prepare import CITY, Prepared, Row


def theme_rows(prepared: Prepared) -> list[Row]:
    """Return notes per level, area, theme and direction; notes without area count in the city."""
    counts: Counter[tuple[str, str, str, str]] = Counter()
    for note in prepared.evidence.notes.to_pylist():
        for level, area in _places(prepared, note["area_level"], note["area_id"]):
            counts[(level, area, note["theme"], note["direction"])] += 1
    return [
        {
            "level": level,
            "area_id": area,
            "theme": theme,
            "direction": direction,
            "n": n,
            "status": "shown",
        }
        for (level, area, theme, direction), n in counts.items()
    ]


def _places(prepared: Prepared, level: str | None, area: str | None) -> list[tuple[str, str]]:
    territory = prepared.territory
    found = [(CITY, territory.city_id)]
    frame = territory.frames.get(level or "")
    if frame is None or area not in frame.ids or frame.level == CITY:
        return found
    at = frame.ids.index(area)
    for to in territory.levels:
        up = territory.way_up(frame.level, to)
        if up is not None and up[at] >= 0:
            found.append((to, territory.frames[to].ids[up[at]]))
    return found
