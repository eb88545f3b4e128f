"""Starts a city pack: folders, a city.toml to fill in, and examples of mapping files."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from convive.core.errors import ConflictError

FAMILIES = ("incidents", "counts", "surveys", "statistics", "observations", "notes")


def start_pack(folder: Path, answers: Mapping[str, Any]) -> tuple[Path, ...]:
    """Write the skeleton of a pack and return its files, sorted.

    Parameters
    ----------
    folder : Path
        Made where it does not exist.
    answers : mapping
        `name`, `country`, `languages` (first = main), `time_zone`, `crs`, `base_year`.

    Raises
    ------
    ConflictError
        PACK_EXISTS where the folder holds something already.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ConflictError("PACK_EXISTS", folder=str(folder))
    files = pack_files(answers)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return tuple(sorted(folder / name for name in files))


def pack_files(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return the skeleton as path → text; nothing is written."""
    files = {"city.toml": _city_toml(answers), "README.md": _readme(str(answers["name"]))}
    files["territory/.gitkeep"] = ""
    for family in FAMILIES:
        head = _SOURCE.format(family=family)
        files[f"evidence/{family}/{family}.toml.example"] = head + _EXAMPLES[family]
    return files


def city_id(name: str) -> str:
    """Return an id made from a name.

    Examples
    --------
    >>> city_id("Sankt Pölten")
    'sankt-polten'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64] or "city"


def _quoted(text: object) -> str:
    plain = "".join(c for c in str(text) if c.isprintable())
    escaped = plain.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _city_toml(answers: Mapping[str, Any]) -> str:
    languages = tuple(answers["languages"]) or ("en",)
    return _CITY.format(
        id=_quoted(city_id(str(answers["name"]))),
        name=_quoted(answers["name"]),
        country=_quoted(str(answers["country"]).upper()),
        languages=", ".join(_quoted(language) for language in languages),
        time_zone=_quoted(answers["time_zone"]),
        crs=_quoted(answers["crs"]),
        base_year=int(answers["base_year"]),
        main=languages[0],
    )


def _readme(name: str) -> str:
    return _README.format(name=name)


_CITY = """# What every key means: docs/reference/pack.md

[city]
id = {id}
name = {name}
country = {country}
languages = [{languages}]
time_zone = {time_zone}
crs = {crs}             # a projection in metres
base_year = {base_year}              # base of the safety index

# Areas, from coarse to fine. Put the files into territory/ and name their columns here.
# One level is enough: then delete the first one, and the line `parent` of the other.
[[levels]]
id = "district"
name = {{ {main} = "District" }}
file = "territory/districts.gpkg"
code = "code"
label = "name"

[[levels]]
id = "neighbourhood"
name = {{ {main} = "Neighbourhood" }}
file = "territory/neighbourhoods.gpkg"
code = "code"
label = "name"
parent = "district_code"
analysis = true                # areas are compared at this level

[[denominators]]
id = "residents"
name = {{ {main} = "residents" }}

# [[breaks]]                   # known changes in recording
# source = "police"
# on = 2023-03-01
# reason = {{ {main} = "New recording system" }}

# [[interventions]]            # actions whose effect the audit looks at
# id = "lighting"
# title = {{ {main} = "New lighting" }}
# level = "neighbourhood"
# areas = ["N01"]
# starts = 2024-01-01
# categories = ["burglary"]

[disclosure]                   # below these numbers nothing is shown
min_count = 5
min_respondents = 30
min_observations = 10
reason = ""
"""

_README = """# {name}: city pack

1. Put the area files into `territory/` and name their columns in `city.toml`.
2. Put each source into its folder under `evidence/`, copy the example beside it to `<name>.toml`
   and name the columns of your file in it. Delete the examples that you do not need.
3. `convive check .` lists everything that is wrong, with file, row and remedy.
4. `convive audit .` builds the diagnosis.

Keep personal data out of what you share: the folder `evidence/` holds raw records.
"""

_SOURCE = """# Copy to <name>.toml beside the data file and fill in. Every key: docs/reference/pack.md

[source]
id = "{family}"
title = {{ en = "What this source is" }}
owner = "Who answers for it"
licence = "Terms of use"
files = ["{family}-*.csv"]

"""

_EXAMPLES: Mapping[str, str] = {
    "incidents": """[columns]
id = "case"
starts = ["date", "time"]
category = "offence"
longitude = "longitude"
latitude = "latitude"

[categories.map]
"Burglary" = "burglary"
"Robbery" = "robbery"
""",
    "counts": """[columns]
area = "code"
area_level = "neighbourhood"
year = "year"

[values]
"Burglary" = "burglary"
"Robbery" = "robbery"
""",
    "surveys": """[survey]
wave = "2024"
wave_date = 2024-10-15

[columns]
respondent = "id"
weight = "weight"
stratum = "stratum"
area = "neighbourhood"
area_level = "neighbourhood"
sex = "sex"
age = "age"

[sex]
"woman" = "female"
"man" = "male"

[items.feel_safe_dark]
column = "q1"
[items.feel_safe_dark.answers]
"very safe" = "very_safe"
"fairly safe" = "fairly_safe"
"a bit unsafe" = "bit_unsafe"
"very unsafe" = "very_unsafe"
""",
    "statistics": """[columns]
area = "code"
area_level = "neighbourhood"
year = "year"

[[values]]
column = "population"
statistic = "residents"
""",
    "observations": """[columns]
place = "place"
rater = "observer"
date = "date"
time = "time"
longitude = "longitude"
latitude = "latitude"

[items]
lighting = "lighting"
openness = "openness"
""",
    "notes": """[columns]
id = "note"
date = "date"
area = "neighbourhood"
area_level = "neighbourhood"
theme = "theme"
face = "face"
direction = "direction"
""",
}
