"""Finds the area of a row by its code or name."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.mapping_schema import AreaColumns
from convive.connectors.city_pack.problem_log import Gravity, SourceLog, Totals, Words
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.core.model import Severity


def fold(name: str) -> str:
    """Return a name without case, accents and punctuation, to compare names by.

    Examples
    --------
    >>> fold("CHAMARTÍN") == fold("Chamartin")
    True
    """
    bare = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in bare if c.isalnum())


@dataclass(frozen=True)
class AreaIndex:
    """Codes and names of the areas of every level, and the territory's bounds."""

    names: Mapping[str, Mapping[str, str]]
    """Level, or older vintage of a level (``level@vintage``) → code → name."""
    bounds: tuple[float, float, float, float] | None = None
    """West, south, east, north in degrees; None without geometry."""
    crs: str = ""
    carried: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Older vintage of a level → old code → code of the present area that it lies in whole."""
    _folded: dict[str, dict[str, str | None]] = field(default_factory=dict, compare=False)

    def code_of(self, level: str, text: str, *, by_label: bool) -> str | None:
        """Return the code of an area, or None where it is unknown or its name ambiguous."""
        known = self.names.get(level, {})
        if not by_label:
            return text if text in known else None
        if level not in self._folded:
            folded: dict[str, str | None] = {}
            for code, name in known.items():
                key = fold(name)
                folded[key] = None if key in folded else code
            self._folded[level] = folded
        return self._folded[level].get(fold(text))


@dataclass(frozen=True)
class FoundAreas:
    """Areas of the rows of a sheet."""

    codes: pa.Array
    """NULL where the area is unknown or absent."""
    is_unknown: np.ndarray
    """A code that the territory does not have."""
    is_absent: np.ndarray
    """No code at all."""
    unknown: Mapping[str, int] = field(default_factory=dict)
    """Unknown codes and how many rows have them, in order of appearance."""


def pad_codes(texts: pa.Array, pad: int | None) -> pa.Array:
    """Return codes with leading zeros up to a length; longer ones stay."""
    if pad is None:
        return texts
    return pc.utf8_lpad(pc.replace_substring_regex(texts, r"\.0$", ""), pad, "0")


def find_areas(texts: pa.Array, columns: AreaColumns, index: AreaIndex) -> FoundAreas:
    """Return the areas that a column of codes or names stands for."""
    level = columns.level_key
    encoded = pc.dictionary_encode(pad_codes(texts, columns.area_pad))
    words = encoded.dictionary.to_pylist()
    by_label = columns.area_by == "label"
    codes = [index.code_of(level, word, by_label=by_label) for word in words]
    positions = np.asarray(pc.fill_null(encoded.indices, len(words)))
    found = pa.array([*codes, None], pa.string()).take(pa.array(positions))
    is_absent = positions == len(words)
    is_unknown = as_mask(found.is_null()) & ~is_absent
    counted = np.bincount(positions[is_unknown], minlength=len(words) + 1)
    unknown = {word: int(n) for word, n in zip(words, counted, strict=False) if n}
    return FoundAreas(found, is_unknown, is_absent, unknown)


def note_unknown(found: FoundAreas, sheet: Sheet, columns: AreaColumns, source: SourceLog) -> None:
    """Note areas that the territory does not have, unless the file is known to cover more."""
    rows = sheet.rows[found.is_unknown]
    place = sheet.place(columns.area)
    named = Words(found.unknown, "areas", "n_areas")
    if columns.ignore_unknown_areas:
        source.rows(
            "OUTSIDE_CITY",
            place,
            rows,
            sheet.n_rows,
            severity=Severity.NOTE,
            totals=Totals(named=named),
            level=columns.area_level,
        )
        return
    source.rows(
        "UNKNOWN_AREA",
        place,
        rows,
        sheet.n_rows,
        totals=Totals(Gravity(len(rows), sheet.n_rows, share=1.0), named),
        level=columns.area_level,
    )


def like_any(texts: pa.Array, patterns: list[str]) -> np.ndarray:
    """Return which texts fit one of the patterns (? one character, * any)."""
    encoded = pc.dictionary_encode(texts)
    words = encoded.dictionary.to_pylist()
    fits = np.array([*(any(fnmatchcase(w, p) for p in patterns) for w in words), False])
    return np.asarray(fits[np.asarray(pc.fill_null(encoded.indices, len(words)))])
