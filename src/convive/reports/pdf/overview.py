"""The city as a whole: four faces, maps, series, groups, index, interventions."""

from __future__ import annotations

from typing import Any

import pyarrow.compute as pc

from convive.app.ports import Build
from convive.catalogue.positions import position_sentences
from convive.catalogue.texts import localised, say
from convive.core.model import FACES, Face
from convive.reports import words
from convive.reports.charts.index import MOST
from convive.reports.classes import preferred_denominator
from convive.reports.palette import TONES
from convive.reports.pdf.pictures import Pictures
from convive.reports.rows import Row, area_names, first, is_shown, newest, select
from convive.reports.tables.geopackage import headlines

Content = dict[str, Any]


def city_figure(build: Build, indicator: str, level: str, area_id: str) -> Row | None:
    """Return the newest figure of everybody, by the denominator that stands first."""
    where = {"indicator_id": indicator, "level": level, "area_id": area_id, "dimension": "all"}
    rows = newest(select(build, "estimates", **where))
    chosen = preferred_denominator(build, indicator, [row["denominator_id"] for row in rows])
    return next((row for row in rows if row["denominator_id"] == chosen), None)


def verdict_of(build: Build, indicator: str, level: str, area_id: str, language: str) -> Content:
    """Return the verdict on the change with its tone, its size and the stretches compared."""
    row = first(build, "trends", indicator_id=indicator, level=level, area_id=area_id)
    code = row["verdict"] if row else "cannot_tell"
    found = {
        "verdict": words.lookup(f"verdict.{code}", language, code),
        "tone": TONES.get(code, "plain"),
        "change": "",
    }
    if row and is_shown(row) and row["change_percent"] is not None:
        change, between = words.change(row, language), words.change_interval(row, language)
        found["change"] = f"{change} ({between})"
    return found


def faces(build: Build, pictures: Pictures, language: str) -> Content:
    """Return the four faces of the city: value, unit, interval, sparkline, verdict."""
    listed = []
    for indicator in headlines(build):
        row = city_figure(build, indicator, "city", build.city.id)
        if row is None:
            continue
        entry = {
            "name": say(f"face.{row['face']}", language),
            "label": words.indicator_label(indicator, language),
            "spark": pictures.draw("spark", indicator=indicator),
            **verdict_of(build, indicator, "city", build.city.id, language),
        }
        listed.append(entry | _value(row, language))
    return {"title": say("report.section.faces", language), "list": listed}


def _value(row: Row, language: str) -> Content:
    """Return the figure's value, unit, interval and n in words, or why it is not shown."""
    period = words.period(row["period_start"], row["period_end"], language)
    if not is_shown(row) or row["value"] is None:
        return {
            "value": "–",
            "unit": words.not_shown(row, language),
            "interval": "",
            "n": "",
            "period": period,
        }
    return {
        "value": words.figure(row["value"], row["unit"], language),
        "unit": "" if row["unit"] == "percent" else words.unit_words(row, language),
        "interval": words.interval(row["low"], row["high"], row["unit"], language),
        "n": say("report.n", language, n=row["n"]) if row["n"] is not None else "",
        "period": period,
    }


def _section(key: str, language: str, **parts: Any) -> Content | None:
    """Return a section, or None where it would be empty."""
    filled = {name: part for name, part in parts.items() if part}
    if not filled.get("figures") and not filled.get("table"):
        return None
    return {"title": say(key, language), **filled}


def _drawn(*figures: dict[str, str] | None) -> list[dict[str, str]]:
    """Return the figures that could be drawn."""
    return [figure for figure in figures if figure]


def face_maps(build: Build, pictures: Pictures, language: str) -> list[dict[str, str]]:
    """Return a map of every face, at the analysis level or the finest one that has outlines."""
    note = say("report.map_note", language)
    found = []
    for indicator in headlines(build):
        for level in _levels_with_outlines(build):
            title = _map_title(build, indicator, level, language)
            drawn = pictures.draw("map", indicator=indicator, level=level, title=title, note=note)
            if drawn:
                found.append(drawn)
                break
    return found


def _levels_with_outlines(build: Build) -> list[str]:
    """Return levels that can be drawn: the analysis level, coarser ones, then finer ones."""
    known = [level.id for level in build.city.levels]
    at = known.index(build.city.analysis_level.id)
    table = build.tables["areas"]
    drawn = set(table.filter(pc.is_valid(table["geometry"]))["level"].to_pylist())
    return [level for level in (*known[at::-1], *known[at + 1 :]) if level in drawn]


def _map_title(build: Build, indicator: str, level: str, language: str) -> str:
    """Return what a map shows: indicator, level and period."""
    row = city_figure(build, indicator, "city", build.city.id)
    parts = [words.level_name(build.city, level, language)]
    if row:
        parts.append(words.period(row["period_start"], row["period_end"], language))
    return _named(indicator, ", ".join(part for part in parts if part), language)


def maps(
    build: Build, pictures: Pictures, drawn: list[dict[str, str]], language: str
) -> Content | None:
    """Return the maps that the summary does not show and the city's series."""
    figures = [map_ | {"note": ""} for map_ in drawn[1:]]
    recorded = [i for i in headlines(build) if _face(build, i) == Face.RECORDED]
    for indicator in [*recorded, *_with_findings(build, recorded)]:
        title = _named(indicator, build.city.name, language)
        note = series_note(build, indicator, "city", language)
        figures += _drawn(pictures.draw("series", indicator=indicator, title=title, note=note))
    return _section("report.section.maps", language, figures=figures, breaks=True)


def series_note(build: Build, indicator: str, level: str, language: str) -> str:
    """Return what the band and the dashes of a series mean; nothing where it has neither."""
    months = first(build, "series", indicator_id=indicator, level=level, period_kind="month")
    return say("report.series_note", language) if months else ""


def _named(indicator: str, name: str, language: str) -> str:
    """Return an indicator's label and what it is about here."""
    label = words.indicator_label(indicator, language)
    return say("report.labelled", language, label=label, name=name)


def _face(build: Build, indicator: str) -> str:
    """Return the face of an indicator."""
    row = first(build, "faces", indicator_id=indicator)
    return str(row["face"]) if row else ""


def _with_findings(build: Build, known: list[str]) -> list[str]:
    """Return other indicators that findings about the city speak of and that have a series."""
    found: list[str] = []
    for row in select(build, "findings", level="city"):
        found += [i for i in row["indicator_ids"] if i not in (*known, *found)]
    return found[:3]


def changes(build: Build, language: str) -> Content | None:
    """Return the table of the city's indicators with value, interval, change and verdict."""
    order = {face: i for i, face in enumerate(FACES)}
    rows = select(build, "trends", level="city")
    table = []
    for row in rows:
        figure = city_figure(build, row["indicator_id"], "city", build.city.id)
        if figure is None or figure["face"] not in order:
            continue
        value = _value(figure, language)
        change = words.change(row, language) if is_shown(row) else words.not_shown(row, language)
        label = words.indicator_label(row["indicator_id"], language)
        unit = f" {value['unit']}" if value["unit"] else ""
        cells = [label, value["value"] + unit, value["interval"], change,
                 words.lookup(f"verdict.{row['verdict']}", language, row["verdict"])]  # fmt: skip
        table.append((order[figure["face"]], label, cells))
    columns = ("indicator", "value", "interval", "change", "verdict")
    return _section(
        "report.group.trends",
        language,
        table={
            "columns": [say(f"report.column.{name}", language) for name in columns],
            "rows": [cells for _, _, cells in sorted(table)],
            "widths": [2.0, 1.5, 1.3, 1.6, 1.3],
        }
        if table
        else None,
    )


def when(build: Build, pictures: Pictures, language: str) -> Content | None:
    """Return hours of the week of the whole city."""
    known = sorted(
        {r["indicator_id"] for r in select(build, "profiles", level="city", hour=0, weekday=1)}
    )
    note = say("report.clock_note", language)
    figures = [
        pictures.draw("clock", indicator=i, title=words.indicator_label(i, language), note=note)
        for i in sorted(known, key=lambda i: (i not in headlines(build), i))[:2]
    ]
    return _section("report.section.when", language, figures=_drawn(*figures))


def groups(build: Build, pictures: Pictures, language: str) -> Content | None:
    """Return the felt and experienced headlines by sex and age; by part of the day if recorded."""
    figures = []
    for indicator in headlines(build):
        for dimension in ("sex", "age_group", "daypart"):
            label = words.lookup(f"dimension.{dimension}", language, dimension)
            title = _named(indicator, label, language)
            figures.append(
                pictures.draw("groups", indicator=indicator, dimension=dimension, title=title)
            )
    drawn = _drawn(*figures)
    if drawn:
        drawn[-1]["note"] = say("report.groups_note", language)
    return _section("report.section.groups", language, figures=drawn)


def denominators(build: Build, pictures: Pictures, language: str) -> Content | None:
    """Return what the choice of the population changes."""
    figures = [
        pictures.draw(
            "denominators",
            indicator=i,
            title=words.indicator_label(i, language),
            note=" ".join(
                [say("report.denominators_note", language), *_positions(build, i, language)]
            ),
        )
        for i in headlines(build)
    ]
    return _section("report.section.denominators", language, figures=_drawn(*figures))


def _positions(build: Build, indicator: str, language: str) -> list[str]:
    """Return how the picture changes with the denominator, in sentences."""
    if "positions" not in build.tables:
        return []
    rows = select(build, "positions", indicator_id=indicator)
    names = area_names(build)
    known = sorted({row["denominator_id"] for row in rows})
    return position_sentences(
        rows,
        preferred_denominator(build, indicator, known),
        area=lambda one: names.get((build.city.analysis_level.id, one), one),
        denominator=lambda one: words.denominator_words(build.city, one, language),
        language=language,
    )


def index(build: Build, pictures: Pictures, language: str) -> Content | None:
    """Return the index with tie bands."""
    note = say("report.index_note", language, year=build.city.base_year)
    listed = select(build, "areas", level=build.city.analysis_level.id)
    if len(listed) > MOST:
        note = f"{note} {say('report.index_cut', language, n=MOST)}"
    figure = pictures.draw("index", note=note)
    return _section("report.section.index", language, figures=_drawn(figure))


def effects(build: Build, language: str) -> Content | None:
    """Return what interventions changed, beyond their comparison areas."""
    rows = []
    for row in select(build, "effects"):
        shown = is_shown(row) and row["effect_percent"] is not None
        change = row | {"change_unit": "percent", "change_percent": row["effect_percent"]}
        rows.append(
            [
                localised(row["title"], language) or row["intervention_id"],
                words.indicator_label(row["indicator_id"], language),
                words.change(change, language) if shown else words.not_shown(row, language),
                words.change_interval(change, language) if shown else "",
                words.lookup(f"verdict.{row['verdict']}", language, row["verdict"]),
            ]
        )
    columns = ("intervention", "outcome", "change", "interval", "verdict")
    table = {
        "columns": [say(f"report.column.{name}", language) for name in columns],
        "rows": rows,
        "widths": [2.2, 1.7, 0.9, 1.5, 1.3],
    }
    return _section("report.section.effects", language, table=table if rows else None)
