"""Ratings of places as observations: one row a stop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from convive.app.fieldwork.kept_forms import FieldRound, HandedRows, KeptForm
from convive.core.instruments.model import Instrument, Item, ItemType, Section
from convive.core.instruments.ratings import rated

HIGHEST = 3.0
"""Top of the scale on which observations are kept; the bottom is 0."""
GROUP = "group"
"""Rater of a stop that nobody in particular rated."""
NIGHT_FROM, NIGHT_TO = 20, 6
_FIXED = (
    "stop", "place", "rater", "date", "daypart", "longitude", "latitude", "area",
)  # fmt: skip


@dataclass(frozen=True)
class _Stop:
    """A form, or one round of a section that repeats."""

    form: KeptForm
    answers: Mapping[str, Any]
    path: tuple[str | int, ...] = ()

    @property
    def name(self) -> str:
        return "-".join(
            (self.form.id, *(str(one + 1) for one in self.path if isinstance(one, int)))
        )


def observation_rows(
    of: FieldRound, forms: Sequence[KeptForm], *, levels: Sequence[str]
) -> HandedRows:
    """Return the rows with their part of the mapping file, and what is left out.

    Parameters
    ----------
    levels : sequence of str
        Levels of the pack: an area of another level is not named.
    """
    used = _feeding(of.instrument)
    left: Counter[str] = Counter()
    level = _level(forms, levels)
    rows = []
    for stop in (stop for form in forms for stop in _stops(of.instrument, form, used)):
        why, row = _row(stop, used, level)
        left[why] += bool(why)
        if row:
            rows.append(row)
    has_area = level != "" and any(row[7] for row in rows)
    columns = (*_FIXED, *(item.feeds for item in used))
    return HandedRows(
        columns, rows, _mapping(used, level if has_area else "", rows),
        {code: n for code, n in sorted(left.items()) if code and n},
        {item.id: item.feeds for item in used}, _left_items(of.instrument, used),
    )  # fmt: skip


def _feeding(instrument: Instrument) -> list[Item]:
    """Return the ratings that feed an item of the core list, each of those once."""
    found: dict[str, Item] = {}
    for item in instrument.items():
        if item.feeds and item.type is ItemType.CHOICE and item.scale and item.scale.maximum:
            found.setdefault(item.feeds, item)
    return list(found.values())


def _left_items(instrument: Instrument, used: Sequence[Item]) -> dict[str, str]:
    kept = {item.id for item in used}
    return {
        item.id: "personal" if item.is_personal else "no_core_item"
        for item in instrument.items()
        if item.id not in kept and item.type is not ItemType.NOTE
    }


def _stops(instrument: Instrument, form: KeptForm, used: Sequence[Item]) -> Iterator[_Stop]:
    """Yield what was rated: the form itself, or each round of the section with the ratings."""
    names = {item.id for item in used}
    for section in instrument.sections():
        if section.repeats and names & {item.id for item in section.items()}:
            for number, one in enumerate(form.answers.get(section.id) or ()):
                yield _Stop(form, {**form.answers, **_flat(section, one)}, (section.id, number))
            return
    yield _Stop(form, form.answers)


def _flat(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers of a round with its position, if one was taken."""
    position = next((i.id for i in section.items() if i.type is ItemType.POSITION), "")
    return {**answers, "#position": answers.get(position)}


def _row(stop: _Stop, used: Sequence[Item], level: str) -> tuple[str, list[str]]:
    """Return why a stop is left out, or its row."""
    form = stop.form
    daypart = _daypart(stop)
    if not daypart:
        return "no_daypart", []
    point = _point(stop)
    area = form.area_id if form.area_level == level else ""
    if point is None and not area:
        return "no_place", []
    broken = {path[-1] for path in form.broken if path[:-1] in {(), stop.path}}
    ratings = [_rating(item, stop.answers) if item.id not in broken else "" for item in used]
    if not any(ratings):
        return "no_rating", []
    longitude, latitude = point or ("", "")
    place = (
        form.place or f"at {float(longitude):.4f} {float(latitude):.4f}" if point else form.place
    )
    if stop.path and point:
        place = f"at {float(longitude):.4f} {float(latitude):.4f}"
    head = [stop.name, place or area, form.rater or GROUP, form.day.isoformat(), daypart,
            longitude, latitude, area]  # fmt: skip
    return "", [*head, *ratings]


def _daypart(stop: _Stop) -> str:
    told = stop.form.daypart if stop.form.daypart in {"day", "night"} else ""
    said = str(stop.answers.get("daypart", ""))
    if told or said in {"day", "night"}:
        return told or said
    hour = stop.form.hour
    if hour is None:
        return ""
    return "night" if hour >= NIGHT_FROM or hour < NIGHT_TO else "day"


def _point(stop: _Stop) -> tuple[str, str] | None:
    """Return where it was: the position of the round, of the place, or of the form."""
    form = stop.form
    given = stop.answers.get("#position")
    if not isinstance(given, Mapping) and form.longitude is not None and form.latitude is not None:
        return f"{form.longitude:.6f}", f"{form.latitude:.6f}"
    if not isinstance(given, Mapping):
        given = next(
            (
                one
                for one in stop.answers.values()
                if isinstance(one, Mapping) and "latitude" in one
            ),
            None,
        )
    if given is None:
        return None
    return f"{float(given['longitude']):.6f}", f"{float(given['latitude']):.6f}"


def _rating(item: Item, answers: Mapping[str, Any]) -> str:
    """Return a rating from 0 to 3, empty where it measures nothing."""
    value, _ = rated(item, answers.get(item.id))
    values = [c.value for c in item.scale.choices if c.value is not None] if item.scale else []
    if value is None or not values or min(values) == max(values):
        return ""
    share = (value - min(values)) / (max(values) - min(values))
    return f"{HIGHEST * share:.4g}"


def _level(forms: Sequence[KeptForm], levels: Sequence[str]) -> str:
    """Return the level that most places are coded to, among those that the pack has."""
    found = Counter(form.area_level for form in forms if form.area_id and form.area_level in levels)
    return found.most_common(1)[0][0] if found else ""


def _mapping(used: Sequence[Item], level: str, rows: Sequence[Sequence[str]]) -> dict[str, Any]:
    columns = {name: name for name in ("stop", "place", "rater", "date", "daypart")}
    if any(row[5] for row in rows):
        columns |= {"longitude": "longitude", "latitude": "latitude"}
    if level:
        columns |= {"area": "area", "area_level": level}
    return {"columns": columns, "items": {item.feeds: item.feeds for item in used}}
