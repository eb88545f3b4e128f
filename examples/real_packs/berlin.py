"""Build the Berlin pack from open data: ``python examples/real_packs/berlin.py OUT``.

Findings are made for the 143 Bezirksregionen, whose boundaries were not at hand; maps show the
58 Prognoseräume and 12 Bezirke. Rates are divided by the population that the crime atlas itself
implies (counts against published rates), so that they equal the published ones; the register of
June 2022 gives the Planungsräume. What is derived says so in its source's title and owner.
"""

from __future__ import annotations

import csv
import gzip
import json
import math
from pathlib import Path

import openpyxl
from pack_files import PackFolder, start_pack

ATLAS = "kriminalitaetsatlas_2015-2024.xlsx"
LOR = "LOR_2021.csv"
BEZIRKE = "bezirksgrenzen.geojson.gz"
PROGNOSERAEUME = "lor_prognoseraeume_2021_wgs84.geojson.gz"
BICYCLES = "fahrraddiebstahl_2022-2023.csv.gz"
REGISTER = "einwohnerbestand_06-2022_plr.csv"
SOCIAL = "mss_2021_index_plr.csv"
YEARS = range(2015, 2025)
PER = 100_000

CITY = """[city]
id = "berlin"
name = "Berlin"
country = "DE"
languages = ["de", "en"]
time_zone = "Europe/Berlin"
crs = "EPSG:25833"
base_year = 2019

[[levels]]
id = "bezirk"
name = { en = "District", fr = "Arrondissement", es = "Distrito", it = "Distretto", de = "Bezirk", pt = "Distrito", nl = "Stadsdeel" }
file = "territory/bezirke.geojson"
code = "nummer"
label = "name"

[[levels]]
id = "prognoseraum"
name = { en = "Forecast area", fr = "Zone de prévision", es = "Área de previsión", it = "Area di previsione", de = "Prognoseraum", pt = "Área de previsão", nl = "Prognosegebied" }
file = "territory/prognoseraeume.geojson.gz"
code = "PGR_ID"
label = "PGR_NAME"
parent_prefix = 2

[[levels]]
id = "bezirksregion"
name = { en = "District region", fr = "Région de district", es = "Región de distrito", it = "Regione distrettuale", de = "Bezirksregion", pt = "Região de distrito", nl = "Districtsregio" }
file = "territory/lor.csv"
code = "Bezirksregion (Nummer)"
label = "Bezirksregion (Name)"
parent = "Prognoseraum (Nummer)"
analysis = true

[[levels]]
id = "planungsraum"
name = { en = "Planning area", fr = "Zone de planification", es = "Área de planificación", it = "Area di pianificazione", de = "Planungsraum", pt = "Área de planeamento", nl = "Planningsgebied" }
file = "territory/lor.csv"
code = "Planungsraum (Nummer)"
label = "Planungsraum (Name)"
parent = "Bezirksregion (Nummer)"

[[denominators]]
id = "residents"
name = { en = "residents", fr = "habitants", es = "residentes", it = "residenti", de = "Einwohner", pt = "residentes", nl = "inwoners" }
"""

ATLAS_TOML = """[source]
id = "atlas"
title = { de = "Kriminalitätsatlas 2015-2024", en = "Crime atlas 2015-2024" }
owner = "Polizei Berlin"
licence = "CC BY-SA"
url = "https://www.kriminalitaetsatlas.berlin.de"
files = ["kriminalitaetsatlas.xlsx"]
already_public = true
public_reason = { de = "Veröffentlicht im Kriminalitätsatlas Berlin", en = "Published in the Kriminalitätsatlas Berlin" }

[format]
sheet = "Fallzahlen_{year}"
header_row = 5

[columns]
area = "LOR-Schlüssel (Bezirksregion)"
area_level = "bezirksregion"
area_pad = 6
label = "Bezeichnung (Bezirksregion)"
drop_areas = ["??0000"]
unassigned_areas = ["??9900", "999900"]
total_area = "999999"

[values]
"Straftaten -insgesamt-" = "all_recorded"
"Raub" = "robbery"
"Körper-verletzungen -insgesamt-" = "violence"
"Freiheits-beraubung, Nötigung, Bedrohung, Nachstellung" = "threat"
"Diebstahl -insgesamt-" = "all_theft"
"Diebstahl von Kraftwagen" = "vehicle_theft"
"Diebstahl an/aus Kfz" = "theft_from_vehicle"
"Fahrrad- diebstahl" = "bicycle_theft"
"Wohnraum- einbruch" = "burglary"
"Brand- stiftung" = "arson"
"Sach-beschädigung -insgesamt-" = "vandalism"
"Rauschgift-delikte" = "drugs"

[published_rates]
sheet = "HZ_{year}"
per = 100000
"""

BICYCLES_TOML = """[source]
id = "bicycles"
title = { de = "Fahrraddiebstahl 2022-2023", en = "Bicycle thefts 2022-2023" }
owner = "Polizei Berlin"
licence = "CC BY-SA"
url = "https://daten.berlin.de"
files = ["fahrraddiebstahl.csv.gz"]
already_public = true
public_reason = { de = "Jede Zeile ist als offene Daten veröffentlicht", en = "Every row is published as open data" }

[columns]
starts = ["TATZEIT_ANFANG_DATUM", "TATZEIT_ANFANG_STUNDE"]
ends = ["TATZEIT_ENDE_DATUM", "TATZEIT_ENDE_STUNDE"]
category = "DELIKT"
area = "LOR"
area_level = "planungsraum"
area_pad = 8

[categories]
crosswalk = "berlin_bicycle"
"""

IMPLIED_TOML = """[source]
id = "implied_population"
title = { de = "Einwohner, aus dem Kriminalitätsatlas errechnet", en = "Residents implied by the crime atlas (derived)" }
owner = "Derived: the whole number of residents for which counts give every published rate of the area and year"
licence = "CC BY-SA"
files = ["implied-population.csv"]
already_public = true
public_reason = { de = "Ergibt sich aus veröffentlichten Zahlen", en = "Follows from published figures" }

[columns]
area = "bezirksregion"
area_level = "bezirksregion"
area_pad = 6
year = "year"

[[values]]
column = "residents"
statistic = "residents"
"""

REGISTER_TOML = """[source]
id = "register"
title = { de = "Einwohnerbestand Juni 2022", en = "Population register, June 2022" }
owner = "Amt für Statistik Berlin-Brandenburg"
licence = "CC BY 3.0 DE"
files = ["einwohnerbestand.csv"]
already_public = true
public_reason = { de = "Veröffentlichte Bevölkerungszahlen", en = "Published population tables" }

[format]
null = ["", "–"]

[columns]
area = "PLR-ID"
area_level = "planungsraum"
area_pad = 8
constant_year = 2022

[[values]]
column = "Gesamt"
statistic = "residents"
"""

SOCIAL_TOML = """[source]
id = "social"
title = { de = "Monitoring Soziale Stadtentwicklung 2021", en = "Social urban development monitoring 2021" }
owner = "Senatsverwaltung für Stadtentwicklung"
licence = "dl-de-by-2.0"
files = ["mss-2021.csv"]
already_public = true
public_reason = { de = "Veröffentlichter Index", en = "Published index" }

[columns]
area = "PLR-ID"
area_level = "planungsraum"
area_pad = 8
constant_year = 2021

[[values]]
column = "Status-Index (standardisierte Statussumme)"
statistic = "social_status_index"

[[values]]
column = "Dynamik-Index (standardisierte Dynamik-summe)"
statistic = "social_dynamics_index"
"""


def implied_population(counts: list[float], rates: list[float]) -> int:
    """Return the residents for which counts give the published rates per 100,000.

    Rates are whole numbers in some years and exact in others: every rate leaves a range of
    populations, and the middle of what they share is taken. Rates of exact years leave one.

    Raises
    ------
    ValueError
        If no whole number of residents gives all rates.
    """
    low, high = 0.0, math.inf
    for count, rate in zip(counts, rates, strict=True):
        if count <= 0 or rate <= 0:
            continue
        slack = 0.5 if float(rate).is_integer() else rate * 1e-9
        low, high = max(low, count * PER / (rate + slack)), min(high, count * PER / (rate - slack))
    first, last = math.ceil(low), math.floor(high) if math.isfinite(high) else -1
    if first > last:
        raise ValueError("no population fits")
    return (first + last) // 2


def atlas_figures(path: Path, kind: str, year: int) -> dict[str, list[float]]:
    """Return the figures of each Bezirksregion of a sheet, subtotals left out."""
    book = openpyxl.load_workbook(path, read_only=True)
    found = {}
    for row in book[f"{kind}_{year}"].iter_rows(min_row=6, values_only=True):
        code = str(row[0] or "")
        if code.isdigit() and not code.endswith(("0000", "9900")) and code != "999999":
            found[code.zfill(6)] = [
                float(v) if isinstance(v, int | float) else 0.0 for v in row[2:]
            ]
    book.close()
    return found


def derive_population(pack: PackFolder) -> None:
    """Write the implied residents of every Bezirksregion and year."""
    rows = []
    for year in YEARS:
        counts = atlas_figures(pack.data / ATLAS, "Fallzahlen", year)
        rates = atlas_figures(pack.data / ATLAS, "HZ", year)
        rows += [
            (code, year, implied_population(counts[code], rates[code])) for code in sorted(rates)
        ]
    pack.write_rows(
        "evidence/statistics/implied-population.csv", ("bezirksregion", "year", "residents"), rows
    )


def derive_bezirke(pack: PackFolder) -> None:
    """Write the Bezirk boundaries with the official number, which the original lacks."""
    with (pack.data / LOR).open(encoding="utf-8-sig", newline="") as file:
        numbers = {row["Bezirk"]: row["Planungsraum (Nummer)"][:2] for row in csv.DictReader(file)}
    shapes = json.loads(gzip.decompress((pack.data / BEZIRKE).read_bytes()))
    for feature in shapes["features"]:
        name = feature["properties"]["name"]
        feature["properties"] = {"nummer": numbers[name], "name": name}
    pack.write("territory/bezirke.geojson", json.dumps(shapes, ensure_ascii=False))


def build(pack: PackFolder) -> Path:
    """Write the whole pack and return its folder."""
    pack.require((ATLAS, LOR, BEZIRKE, PROGNOSERAEUME, BICYCLES, REGISTER, SOCIAL))
    pack.write("city.toml", CITY)
    pack.copy(LOR, "territory/lor.csv")
    pack.copy(PROGNOSERAEUME, "territory/prognoseraeume.geojson.gz")
    derive_bezirke(pack)
    pack.copy(ATLAS, "evidence/counts/kriminalitaetsatlas.xlsx")
    pack.copy(BICYCLES, "evidence/incidents/fahrraddiebstahl.csv.gz")
    pack.copy(REGISTER, "evidence/statistics/einwohnerbestand.csv")
    pack.copy(SOCIAL, "evidence/statistics/mss-2021.csv")
    derive_population(pack)
    pack.write("evidence/counts/atlas.toml", ATLAS_TOML)
    pack.write("evidence/incidents/bicycles.toml", BICYCLES_TOML)
    pack.write("evidence/statistics/implied-population.toml", IMPLIED_TOML)
    pack.write("evidence/statistics/register.toml", REGISTER_TOML)
    pack.write("evidence/statistics/social.toml", SOCIAL_TOML)
    return pack.out


if __name__ == "__main__":
    print(build(start_pack("berlin")))
