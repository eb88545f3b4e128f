"""Build the Northumbria pack from open data: ``python examples/real_packs/northumbria.py OUT``.

Anti-social behaviour reports of 2020 with the rise of the first lockdown. The rise is declared
nowhere: it is a real change in what people reported (rules on gatherings were enforced and
reported through the same door), not a change in how reports are counted, so an audit that
calls it a break in recording is to be read with that in mind.
"""

from __future__ import annotations

from pathlib import Path

from pack_files import PackFolder, start_pack

WARDS = "northumbria_wards.gpkg"
DISTRICTS = "northumbria_districts.geojson"
POPULATION = "northumbria_ward_population.xlsx"
REPORTS = "northumbria_asb_2020.tab.gz"

CITY = """[city]
id = "northumbria"
name = "Northumbria"
country = "GB"
languages = ["en"]
time_zone = "Europe/London"
crs = "EPSG:27700"
base_year = 2020

[[levels]]
id = "district"
name = { en = "District", fr = "District", es = "Distrito", it = "Distretto", de = "Bezirk", pt = "Distrito", nl = "District" }
file = "territory/districts.geojson"
code = "objectid"
label = "district"

[[levels]]
id = "ward"
name = { en = "Ward", fr = "Circonscription", es = "Barrio", it = "Quartiere", de = "Wahlbezirk", pt = "Freguesia", nl = "Wijk" }
file = "territory/wards.gpkg"
code = "ward_code"
label = "ward_name"
analysis = true

[[denominators]]
id = "residents"
name = { en = "residents", fr = "habitants", es = "residentes", it = "residenti", de = "Einwohner", pt = "residentes", nl = "inwoners" }
"""

REPORTS_TOML = """[source]
id = "asb"
title = { en = "Anti-social behaviour reports, 2020" }
owner = "Northumbria Police, through data.police.uk"
licence = "CC BY 4.0; underlying Open Government Licence v3.0"
url = "https://data.police.uk"
files = ["asb-2020.tab.gz"]
already_public = true
public_reason = "Every row is published on data.police.uk"

[format]
type = "csv"
delimiter = "\\t"

[columns]
month = "month"
constant_category = "nuisance"
longitude = "longitude"
latitude = "latitude"
"""

POPULATION_TOML = """[source]
id = "population"
title = { en = "Residents by ward (the file does not say of which year)" }
owner = "Office for National Statistics"
licence = "Open Government Licence v3.0"
files = ["ward-population.xlsx"]
already_public = true
public_reason = "Published population estimates"

[columns]
area = "gss_code"
area_level = "ward"

[[values]]
column = "population"
statistic = "residents"
"""


def build(pack: PackFolder) -> Path:
    """Write the whole pack and return its folder."""
    pack.require((WARDS, DISTRICTS, POPULATION, REPORTS))
    pack.write("city.toml", CITY)
    pack.copy(DISTRICTS, "territory/districts.geojson")
    pack.copy(WARDS, "territory/wards.gpkg")
    pack.copy(REPORTS, "evidence/incidents/asb-2020.tab.gz")
    pack.copy(POPULATION, "evidence/statistics/ward-population.xlsx")
    pack.write("evidence/incidents/asb.toml", REPORTS_TOML)
    pack.write("evidence/statistics/population.toml", POPULATION_TOML)
    return pack.out


if __name__ == "__main__":
    print(build(start_pack("northumbria_asb_2020")))
