"""Every word that stands in data of the synthetic town, and so in no catalogue of texts."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
from babel import Locale

from convive.catalogue.yaml_files import CATALOGUE
from convive.web.language import LANGUAGE_NAMES
from factories.build import shared_build
from factories.town_plan import town_plan

ALWAYS = "Convive EUR CSV XLSX SHA ICCS Spring audit"
"""A name, a currency, kinds of files, a digest, a classification, the title of a campaign."""
DEFINITIONS = ("indicators", "instruments", "classifications", "texts/en/limits.yaml")
"""The limits of an indicator are put into its definition when that is read."""


def words_of_data() -> frozenset[str]:
    """Return the words of tables, plan, months and definitions, in small letters."""
    return frozenset(
        word.casefold() for text in _texts() for word in re.findall(r"[^\W\d_]{3,}", text)
    )


def _texts() -> Iterator[str]:
    build = shared_build()
    yield from (ALWAYS, repr(build.city), repr(build.run), repr(town_plan()))
    yield from LANGUAGE_NAMES.values()
    yield from Locale("en").months["format"]["wide"].values()
    for table in build.tables.values():
        for column in table.columns:
            if pa.types.is_string(column.type):
                yield " ".join(str(value) for value in column.unique().to_pylist())
    for folder in DEFINITIONS:
        place = CATALOGUE / folder
        for path in sorted(place.rglob("*.yaml")) or [place]:
            yield path.read_text(encoding="utf-8")
