"""Which class of the map an area falls into: breaks chosen once per indicator and level."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from convive.app.ports import Build
from convive.catalogue.find import indicator as find_indicator
from convive.catalogue.texts import format_number, say
from convive.core.errors import NotFoundError
from convive.core.model import Face
from convive.reports import words
from convive.reports.palette import SEQUENCE
from convive.reports.rows import Row, is_shown, select
from convive.reports.ticks import class_breaks, class_of, decimals_of


@dataclass(frozen=True, slots=True)
class Classified:
    """The figures of one period on one level, each with its class.

    `classes` maps area → 0 … 4; `unsure` holds areas whose interval reaches another class;
    areas that are in `rows` but not in `classes` are not shown.
    """

    indicator: str
    level: str
    unit: str
    period_start: date
    period_end: date
    denominator: str | None
    breaks: tuple[float, ...]
    rows: dict[str, Row]
    classes: dict[str, int]
    unsure: frozenset[str]
    is_reversed: bool = False
    """Whether higher is better: then the lowest class is the darkest, so dark is always worse."""

    def shade(self, number: int) -> str:
        """Return the palette token of a class; fewer classes are spread over the five shades."""
        count = len(self.breaks) + 1
        place = round(number * 4 / (count - 1)) if count > 1 else 2
        return SEQUENCE[4 - place] if self.is_reversed else SEQUENCE[place]

    def token(self, area_id: str) -> str:
        """Return the palette token of an area: q0 … q4, or few."""
        return self.shade(self.classes[area_id]) if area_id in self.classes else "few"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One line of a map's key."""

    token: str
    words: str
    is_hatched: bool = False


def _is_reversed(indicator: str) -> bool:
    """Tell whether more of an indicator is better; unknown and context ones are not turned."""
    with suppress(NotFoundError):
        found = find_indicator(indicator)
        return not found.is_lower_better and found.face != Face.CONTEXT
    return False


def preferred_denominator(build: Build, indicator: str, known: Sequence[str | None]) -> str | None:
    """Return which denominator stands first: the pack's choice, the definition's, residents."""
    wishes = [build.city.denominator_of.get(indicator)]
    with suppress(NotFoundError):
        wishes.append(find_indicator(indicator).denominator)
    wishes += ["residents", *sorted(d for d in known if d)]
    return next((wish for wish in wishes if wish in known), None)


def value_of(row: Row, suffix: str = "") -> float | None:
    """Return the figure that maps and lists use: smoothed where there is one, else crude.

    `suffix` is ``_low`` or ``_high`` for the ends of its interval.
    """
    name = "smoothed" + suffix if row["smoothed"] is not None else suffix.lstrip("_") or "value"
    found: float | None = row[name]
    return found


def classify(
    build: Build,
    indicator: str,
    *,
    level: str | None = None,
    period_start: date | None = None,
    denominator: str | None = None,
) -> Classified:
    """Return the areas' figures in classes; the newest period unless one is named.

    Raises
    ------
    NotFoundError
        CHART_EMPTY where the level has no figure of the indicator.
    """
    level = level or build.city.analysis_level.id
    rows = select(build, "estimates", indicator_id=indicator, level=level, dimension="all")
    known = sorted({row["denominator_id"] for row in rows}, key=str)
    chosen = denominator if denominator in known else preferred_denominator(build, indicator, known)
    rows = [row for row in rows if row["denominator_id"] == chosen]
    if not any(is_shown(row) for row in rows):
        raise NotFoundError("CHART_EMPTY", chart="map", indicator=indicator, area="")
    pooled = [value_of(row) for row in rows if is_shown(row)]
    breaks = tuple(class_breaks([v for v in pooled if v is not None]))
    start = period_start or max(r["period_start"] for r in rows if is_shown(r))
    current = {row["area_id"]: row for row in rows if row["period_start"] == start}
    if not current:
        raise NotFoundError("CHART_EMPTY", chart="map", indicator=indicator, area="")
    return _classified(indicator, level, chosen, breaks, current)


def _classified(
    indicator: str,
    level: str,
    denominator: str | None,
    breaks: tuple[float, ...],
    rows: dict[str, Row],
) -> Classified:
    """Return the rows of one period with their classes."""
    classes, unsure = {}, set()
    for area_id, row in rows.items():
        value = value_of(row)
        if not is_shown(row) or value is None:
            continue
        classes[area_id] = class_of(value, breaks)
        ends = (value_of(row, "_low"), value_of(row, "_high"))
        if any(end is not None and class_of(end, breaks) != classes[area_id] for end in ends):
            unsure.add(area_id)
    one = next(iter(rows.values()))
    return Classified(
        indicator=indicator,
        level=level,
        unit=one["unit"],
        period_start=one["period_start"],
        period_end=one["period_end"],
        denominator=denominator,
        breaks=breaks,
        rows=rows,
        classes=classes,
        unsure=frozenset(unsure),
        is_reversed=_is_reversed(indicator),
    )


def key_entries(found: Classified, language: str) -> list[KeyEntry]:
    """Return the key of a map: classes in words, what hatching means, what is not shown."""
    entries = [
        KeyEntry(found.shade(i), text) for i, text in enumerate(_class_words(found, language))
    ]
    if found.unsure:
        entries.append(KeyEntry("q2", say("report.key.unsure", language), is_hatched=True))
    if len(found.classes) < len(found.rows):
        entries.append(KeyEntry("few", say("report.key.few", language)))
    return entries


def _class_words(found: Classified, language: str) -> list[str]:
    """Return the classes in words, the unit at both ends."""
    breaks, places = found.breaks, decimals_of(found.breaks)
    if not breaks:
        some = [value_of(found.rows[area]) for area in found.classes]
        return [words.figure(v, found.unit, language) for v in some[:1] if v is not None]

    def with_unit(x: float) -> str:
        """Return the break with its unit."""
        if found.unit == "percent":
            return say(f"report.percent{min(places, 1)}", language, x=x)
        return format_number(x, language, places)

    plain = [format_number(x, language, places) for x in breaks]
    between = [f"{low}–{high}" for low, high in pairwise(plain)]
    under = say("report.key.under", language, x=with_unit(breaks[0]))
    over = say("report.key.over", language, x=with_unit(breaks[-1]))
    return [under, *between, over]


def in_words(found: Classified, area_id: str, language: str) -> str:
    """Return an area's figure with interval, or why it is not shown."""
    row = found.rows.get(area_id)
    if row is None or area_id not in found.classes:
        return words.not_shown(row or {}, language)
    value = value_of(row)
    text = words.figure(value if value is not None else 0.0, found.unit, language)
    between = words.interval(value_of(row, "_low"), value_of(row, "_high"), found.unit, language)
    unsure = f", {say('report.key.unsure', language)}" if area_id in found.unsure else ""
    text = f"{text} ({between}){unsure}" if between else text + unsure
    return words.noted(text, row, language)
