"""Write the invented town as a city pack: files as a town hall would hand them over."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pyogrio.raw
import shapely
import xlsxwriter
from numpy.typing import NDArray

from . import look, mappings
from .city import DemoCity
from .fieldwork import DIRECTIONS, FACES, PARAMETERS, RATERS, THEMES
from .plan import CRS, OFFENCES, UNMAPPED_WORD, YEARS
from .survey import ITEMS, NO_ANSWER, Wave

FIXED_TIME = "2026-01-15T09:00:00.000Z"
"""Written into files that want a time of writing, so that the same seed gives the same bytes."""
OLD_ENCODING_YEARS = (2021, 2022)
"""The police system wrote Windows-1252 then, UTF-8 with a mark since."""


def write_pack(city: DemoCity, folder: Path) -> Path:
    """Write the pack into `folder` and the truth beside it; return the truth's path.

    The folder is made if needed; files of the same names are overwritten.
    """
    texts = {
        "city.toml": mappings.city_toml(city.seed, city.plan.actions),
        "harm.toml": mappings.harm_toml(),
        "look/logo.svg": look.logo_svg(),
        "strategy/plan-2024-2027.md": mappings.STRATEGY,
        "evidence/incidents/police.toml": mappings.incidents_toml(),
        "evidence/surveys/residents.toml": mappings.survey_toml(),
        "evidence/statistics/register.toml": mappings.statistics_toml(),
        "evidence/statistics/housing.toml": mappings.housing_toml(),
        "evidence/observations/walks.toml": mappings.observations_toml(),
        "evidence/notes/talks.toml": mappings.notes_toml(),
        "evidence/statistics/barrios.csv": _register(city),
        "evidence/observations/recorridos.csv": _walks(city),
        "evidence/notes/entrevistas.csv": _talks(city),
    }
    texts |= {
        f"evidence/surveys/encuesta-{wave.year}.csv": _survey(city, wave) for wave in city.survey
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
    for year, content in _incident_files(city):
        (folder / f"evidence/incidents/incidencias-{year}.csv").write_bytes(content)
    _write_housing(city, folder / "evidence/statistics/vivienda.xlsx")
    _write_areas(city, folder / "territory")
    truth = folder.parent / f"{folder.name}-truth.json"
    truth.write_text(
        json.dumps(city.truth, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    return truth


def _csv(header: Sequence[str], rows: Iterable[Sequence[Any]], delimiter: str = ",") -> str:
    """Return the text of a delimited file with Windows line ends."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def _write_areas(city: DemoCity, folder: Path) -> None:
    """Write both levels as layers of one GeoPackage."""
    folder.mkdir(parents=True, exist_ok=True)
    path, land = folder / "areas.gpkg", city.territory
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    parents = [land.district_codes[k] for k in land.districts]
    layers = (
        ("distritos", land.district_shapes, ("cod_distrito", "nombre"), (land.district_codes, land.district_names)),
        ("barrios", land.shapes, ("cod_barrio", "nombre", "cod_distrito"), (land.codes, land.names, parents)),
    )  # fmt: skip
    try:
        for layer, shapes, names, columns in layers:
            pyogrio.raw.write(
                path, shapely.to_wkb(np.array(shapes)), [np.array(c, dtype=object) for c in columns], list(names),
                layer=layer, driver="GPKG", geometry_type="MultiPolygon", crs=CRS,
            )  # fmt: skip
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _register(city: DemoCity) -> str:
    """Return the yearly neighbourhood table; living conditions drift a little."""
    people = city.people
    header = (
        "barrio",
        "nombre",
        "año",
        "residentes",
        "presentes_laborable",
        "viviendas",
        "locales_ocio",
        "paro_pct",
        "abandono_escolar_pct",
    )
    rows = [
        (
            code, name, year, people.residents[a, y], people.workday[a], people.dwellings[a], people.venues[a],
            f"{people.unemployment[a] - (0 if city.plan.is_null else 0.3 * y):.1f}", people.school_leaving[a],
        )
        for y, year in enumerate(YEARS)
        for a, (code, name) in enumerate(zip(city.territory.codes, city.territory.names, strict=True))
    ]  # fmt: skip
    return _csv(header, rows)


def _write_housing(city: DemoCity, path: Path) -> None:
    """Write the housing workbook: title lines above the header, codes as numbers."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties(
            {"title": "Vivienda", "created": datetime(2026, 1, 15, tzinfo=UTC).replace(tzinfo=None)}
        )
        sheet = book.add_worksheet("Barrios 2024")
        sheet.write(0, 0, "Servicio de Vivienda: condiciones por barrio, 2024")
        header = (
            "Código",
            "Barrio",
            "Viviendas en alquiler (%)",
            "Viviendas vacías (%)",
            "Hogares hacinados (%)",
        )
        sheet.write_row(3, 0, header)
        people = city.people
        for a, (code, name) in enumerate(
            zip(city.territory.codes, city.territory.names, strict=True)
        ):
            figures = [float(v[a]) for v in (people.rented, people.vacant, people.crowded)]
            sheet.write_row(4 + a, 0, [int(code), name, *figures])


def _survey(city: DemoCity, wave: Wave) -> str:
    """Return one wave as its field institute delivers it."""
    land = city.territory
    header = [
        "cuestionario",
        "oleada",
        "fecha",
        "peso",
        "distrito",
        "seccion",
        "barrio",
        "sexo",
        "edad",
    ]
    header += [column for column, _ in ITEMS.values()]
    labels = [{**words, "": "", NO_ANSWER: NO_ANSWER} for _, words in ITEMS.values()]
    answers = list(zip(*(wave.answers[item] for item in ITEMS), strict=True))
    rows = []
    for k, given in enumerate(answers):
        area = wave.area[k]
        code = land.codes[area]
        rows.append([
            f"{wave.year % 100}{k + 1:05d}", wave.year, f"{wave.year}-{wave.month[k]:02d}-15",
            "" if k in (411, 1207) else wave.weight[k], land.district_codes[land.districts[area]],
            f"{code}-{wave.section[k]:02d}", code, "Mujer" if wave.woman[k] else "Hombre", wave.age[k],
            *(words[answer] for words, answer in zip(labels, given, strict=True)),
        ])  # fmt: skip
    return _csv(header, rows)


def _walks(city: DemoCity) -> str:
    """Return the field sheet of the safety walks."""
    seen = city.observations
    header = ["parada", "lugar", "observador", "fecha", "momento", "x", "y", *PARAMETERS.values()]
    rows = [
        [
            f"S{k + 1:04d}", f"L{seen.place[k] + 1:04d}", RATERS[seen.rater[k]], str(seen.day[k]),
            "noche" if seen.night[k] else "día", *(f"{v:.0f}" for v in seen.xy[k]),
            *("" if rating < 0 else rating for rating in seen.ratings[k]),
        ]
        for k in range(seen.place.size)
    ]  # fmt: skip
    return _csv(header, rows)


def _talks(city: DemoCity) -> str:
    """Return the coded interview notes; the remark column is never read by an audit."""
    notes, codes = city.notes, city.territory.codes
    rows = [
        [
            f"E{k + 1:03d}", _day(str(notes.day[k])), codes[notes.area[k]], THEMES[notes.theme[k]],
            FACES[notes.face[k]], DIRECTIONS[notes.direction[k]], notes.remark[k],
        ]
        for k in range(notes.area.size)
    ]  # fmt: skip
    return _csv(
        ["nota", "fecha", "barrio", "tema", "aspecto", "tendencia", "quien"], rows, delimiter=";"
    )


def _day(iso: str) -> str:
    """Return 2024-05-31 as 31/05/2024."""
    return f"{iso[8:10]}/{iso[5:7]}/{iso[:4]}"


def _words(city: DemoCity, rng: np.random.Generator) -> NDArray[Any]:
    """Return the town's word for every incident; some of "other" have one nobody mapped."""
    offence = city.incidents.offence
    words = np.empty(offence.size, dtype=object)
    for k, kind in enumerate(OFFENCES):
        rows = np.flatnonzero(offence == k)
        choices = [*kind.words, UNMAPPED_WORD] if kind.category == "other" else list(kind.words)
        shares = np.array([0.8, 0.2]) if kind.category == "other" else None
        words[rows] = rng.choice(np.array(choices, dtype=object), rows.size, p=shares)
    return words


def _incident_files(city: DemoCity) -> Iterable[tuple[int, bytes]]:
    """Yield each year's extract with the faults of real extracts."""
    rng = np.random.default_rng([city.seed, 7])
    found, words = city.incidents, _words(city, rng)
    n = words.size
    starts, ends = np.datetime_as_string(found.starts), np.datetime_as_string(found.ends)
    fault = rng.uniform(size=n)
    no_hour, twice = rng.uniform(size=n) < 0.06, rng.uniform(size=n) < 0.0015
    years = np.array([int(text[:4]) for text in starts])
    header = [
        "Expediente",
        "Fecha desde",
        "Hora desde",
        "Fecha hasta",
        "Hora hasta",
        "Tipo",
        "X",
        "Y",
        "Objeto",
    ]
    for year in YEARS:
        rows: list[list[str]] = []
        for number, k in enumerate(np.flatnonzero(years == year), start=1):
            row = [
                f"{year}/{number:06d}",
                *_when(str(starts[k]), str(ends[k]), is_day=bool(no_hour[k])),
                words[k],
            ]
            row += [
                *_where(found.xy[k], float(fault[k])),
                _object(int(found.offence[k]), int(found.target[k])),
            ]
            rows += [row, list(row)] if twice[k] else [row]
        yield year, _faulty(year, header, rows)


def _faulty(year: int, header: list[str], rows: list[list[str]]) -> bytes:
    """Return the file of a year: old encoding, impossible dates, a blank tail, as they come."""
    if year == 2024:
        for row in rows[500:503]:
            row[1] = "31/02/2024"
    text = _csv(header, rows, delimiter=";")
    if year == 2023:
        text += (";" * (len(header) - 1) + "\r\n") * 40
    return text.encode("cp1252" if year in OLD_ENCODING_YEARS else "utf-8-sig")


def _when(starts: str, ends: str, *, is_day: bool) -> list[str]:
    """Return the four date and time cells."""
    to = ["", ""] if ends == "NaT" else [_day(ends), ends[11:16]]
    return [_day(starts), "" if is_day and not to[0] else starts[11:16], *to]


def _where(xy: NDArray[np.float64], fault: float) -> list[str]:
    """Return coordinates with decimal comma; 2.5 % are empty, 0.1 % zero."""
    if fault < 0.025:
        return ["", ""]
    if fault < 0.026:
        return ["0", "0"]
    return [f"{value:.1f}".replace(".", ",") for value in xy]


def _object(offence: int, target: int) -> str:
    """Return the object's id in the words of the register."""
    return f"{OFFENCES[offence].target}-{target:09d}" if target >= 0 else ""
