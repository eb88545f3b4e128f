"""Build the Manchester pack from open data: ``python examples/real_packs/manchester.py OUT``.

Two police extracts overlap on purpose: one month of everything (June 2016, the whole force) and
36 months of burglary. Residents, workday population and household deprivation are those of the
census of 2011 for the LSOAs of 2011. (A larger table of England and Wales at hand is by LSOAs of
2021: 19 of Manchester's 282 areas are missing from it, so it is not used.) Deprivation comes as
counts; its share is derived here. The British Crime Survey is a national survey without area codes, so it is a reference only.
"""

from __future__ import annotations

import csv
from pathlib import Path

from pack_files import PackFolder, start_pack

WARDS = "gm_wards_2016_bng.geojson"
LSOA = "manchester_lsoa_2011.zip"
STREET = "2016-06-greater-manchester-street.zip"
BURGLARY = "gmp_burglary_2016-02_2019-01.csv.gz"
CENSUS = "census2011_manchester_lsoa_household_deprivation.csv"
SURVEY = "../bcs_2007_08_fear_of_crime/BCS0708_labels.csv.gz"

CITY = """[city]
id = "manchester"
name = "Manchester"
country = "GB"
languages = ["en"]
time_zone = "Europe/London"
crs = "EPSG:27700"
base_year = 2016

[[levels]]
id = "ward"
name = { en = "Ward", fr = "Circonscription", es = "Distrito", it = "Circoscrizione", de = "Wahlbezirk", pt = "Distrito", nl = "Wijk" }
file = "territory/wards.geojson"
code = "wd16cd"
label = "wd16nm"
keep = "lad16nm=Manchester"

[[levels]]
id = "lsoa"
name = { en = "Neighbourhood (LSOA)", fr = "Quartier (LSOA)", es = "Barrio (LSOA)", it = "Quartiere (LSOA)", de = "Nachbarschaft (LSOA)", pt = "Bairro (LSOA)", nl = "Buurt (LSOA)" }
file = "territory/lsoa.zip"
code = "code"
label = "name"
analysis = true

[[denominators]]
id = "residents"
name = { en = "residents", fr = "habitants", es = "residentes", it = "residenti", de = "Einwohner", pt = "residentes", nl = "inwoners" }

[[denominators]]
id = "workday_population"
name = { en = "people present on a working day", fr = "personnes présentes un jour ouvré", es = "personas presentes en día laborable", it = "persone presenti in un giorno feriale", de = "Anwesende an einem Werktag", pt = "pessoas presentes num dia útil", nl = "aanwezigen op een werkdag" }

[denominator_of]
theft_rate = "workday_population"
"""

STREET_TOML = """[source]
id = "street"
title = { en = "Street-level crime, June 2016" }
owner = "Greater Manchester Police, through data.police.uk"
licence = "Open Government Licence v3.0"
url = "https://data.police.uk"
files = ["street-2016-06.zip!*/*-street.csv"]
already_public = true
public_reason = "Every row is published on data.police.uk"

[columns]
id = "Crime ID"
month = "Month"
category = "Crime type"
longitude = "Longitude"
latitude = "Latitude"
area = "LSOA code"
area_level = "lsoa"
ignore_unknown_areas = true

[categories]
crosswalk = "data_police_uk"
"""

BURGLARY_TOML = """[source]
id = "burglary"
title = { en = "Burglary, February 2016 to January 2019" }
owner = "Greater Manchester Police, through data.police.uk"
licence = "Open Government Licence v3.0"
url = "https://data.police.uk"
files = ["burglary.csv.gz"]
already_public = true
public_reason = "Every row is published on data.police.uk"

[columns]
month = "Month"
category = "Crime.type"
longitude = "Longitude"
latitude = "Latitude"

[categories]
crosswalk = "data_police_uk"
"""

CENSUS_TOML = """[source]
id = "census"
title = { en = "Census 2011: resident and workday population" }
owner = "Office for National Statistics"
licence = "Open Government Licence v3.0"
url = "https://www.nomisweb.co.uk"
files = ["census-2011.csv"]
already_public = true
public_reason = "Published census tables"

[format]
skip_after_header = 1

[columns]
area = "GEO_CODE"
area_level = "lsoa"
ignore_unknown_areas = true
constant_year = 2011

[[values]]
column = "F2384"
statistic = "residents"

[[values]]
column = "F323339"
statistic = "workday_population"
"""

DEPRIVATION_TOML = """[source]
id = "deprivation"
title = { en = "Census 2011: households deprived in at least one dimension (share derived from the published counts)" }
owner = "Office for National Statistics; share computed as 100 x (1 - F997 / F996)"
licence = "Open Government Licence v3.0"
url = "https://www.nomisweb.co.uk"
files = ["deprivation.csv"]
already_public = true
public_reason = "Published census tables"

[columns]
area = "lsoa"
area_level = "lsoa"
constant_year = 2011

[[values]]
column = "deprived_percent"
statistic = "deprived_households"
minimum = 0
maximum = 100

[[values]]
column = "households"
statistic = "households"
"""

SURVEY_TOML = """age_groups = [16, 25, 45, 65]

[source]
id = "bcs"
title = { en = "British Crime Survey 2007/08, England and Wales (no area codes)" }
owner = "Home Office; teaching data set of the UK Data Archive, SN 6891"
licence = "Crown copyright; microdata not to be passed on"
scope = "reference"
files = ["bcs-2007-08.csv.gz"]

[survey]
wave = "2007/08"
wave_date = 2007-10-01
missing = ["not coded"]

[columns]
respondent = "rowlabel"
weight = "tcindwt"
sex = "sex"
age = "age"

[sex]
"female" = "female"
"male" = "male"

[items.feel_safe_dark]
column = "walkdark"
[items.feel_safe_dark.answers]
"very safe" = "very_safe"
"fairly safe" = "fairly_safe"
"a bit unsafe" = "bit_unsafe"
"very unsafe" = "very_unsafe"

[items.feel_safe_day]
column = "walkday"
[items.feel_safe_day.answers]
"very safe" = "very_safe"
"fairly safe" = "fairly_safe"
"a bit unsafe" = "bit_unsafe"
"or very unsafe" = "very_unsafe"

[items.victim_12m]
column = "bcsvictim"
[items.victim_12m.answers]
"victim of crime" = "yes"
"not a victim of crime" = "no"

[items.worry_burglary]
column = "wburgl"
[items.worry_burglary.answers]
"very worried" = "very"
"fairly worried" = "fairly"
"not very worried" = "not_very"
"not at all worried" = "not_at_all"

[items.worry_violence]
column = "wattack"
[items.worry_violence.answers]
"very worried" = "very"
"fairly worried" = "fairly"
"not very worried" = "not_very"
"not at all worried" = "not_at_all"
"""


def derive_deprivation(pack: PackFolder) -> None:
    """Write households and the share deprived in one to four dimensions, per LSOA."""
    with (pack.data / CENSUS).open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["GEO_CODE"].startswith("E01")]
    pack.write_rows(
        "evidence/statistics/deprivation.csv",
        ("lsoa", "households", "deprived_percent"),
        [
            (row["GEO_CODE"], row["F996"], f"{100 * (1 - int(row['F997']) / int(row['F996'])):.4f}")
            for row in rows
        ],
    )


def build(pack: PackFolder) -> Path:
    """Write the whole pack and return its folder."""
    pack.require((WARDS, LSOA, STREET, BURGLARY, CENSUS, SURVEY))
    pack.write("city.toml", CITY)
    pack.copy(WARDS, "territory/wards.geojson")
    pack.copy(LSOA, "territory/lsoa.zip")
    pack.copy(STREET, "evidence/incidents/street-2016-06.zip")
    pack.copy(BURGLARY, "evidence/incidents/burglary.csv.gz")
    pack.copy(CENSUS, "evidence/statistics/census-2011.csv")
    pack.copy(SURVEY, "evidence/surveys/bcs-2007-08.csv.gz")
    derive_deprivation(pack)
    pack.write("evidence/incidents/street.toml", STREET_TOML)
    pack.write("evidence/incidents/burglary.toml", BURGLARY_TOML)
    pack.write("evidence/statistics/census.toml", CENSUS_TOML)
    pack.write("evidence/statistics/deprivation.toml", DEPRIVATION_TOML)
    pack.write("evidence/surveys/bcs.toml", SURVEY_TOML)
    return pack.out


if __name__ == "__main__":
    print(build(start_pack("greater_manchester")))
