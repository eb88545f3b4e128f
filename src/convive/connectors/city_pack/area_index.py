"""Finds the area of a row by its code or name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.area_names import NameIndex, fold
from convive.connectors.city_pack.mapping_schema import AreaColumns
from convive.connectors.city_pack.problem_log import Gravity, SourceLog, Totals, Words
from convive.connectors.city_pack.sheet import Sheet, as_mask
from convive.core.model import Severity

N_LOOKED_INTO = 50
"""Of the words of a stretch that no area has so many are compared with all names."""


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
    _named: dict[str, NameIndex] = field(default_factory=dict, compare=False)

    def code_of(self, level: str, text: str, *, by_label: bool) -> str | None:
        """Return the code of an area, or None where it is unknown or its name ambiguous."""
        if not by_label:
            return text if text in self.names.get(level, {}) else None
        return self._of(level).code_of(text)

    def near(self, level: str, text: str) -> str | None:
        """Return the name of the area that may have been meant, where there is but one."""
        return self._of(level).near(text)

    def _of(self, level: str) -> NameIndex:
        if level not in self._named:
            self._named[level] = NameIndex(self.names.get(level, {}))
        return self._named[level]


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
    is_near: np.ndarray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    """Which of the unknown ones read like the name of an area."""
    near: Mapping[str, int] = field(default_factory=dict)
    """These, each with the name that may be meant, and how many rows have them."""


def pad_codes(texts: pa.Array, pad: int | None) -> pa.Array:
    """Return codes with leading zeros up to a length; longer ones stay."""
    if pad is None:
        return texts
    return pc.utf8_lpad(pc.replace_substring_regex(texts, r"\.0$", ""), pad, "0")


def find_areas(texts: pa.Array, columns: AreaColumns, index: AreaIndex) -> FoundAreas:
    """Return the areas that a column of codes or names stands for."""
    level = columns.level_key
    encoded = pc.dictionary_encode(texts)
    written = encoded.dictionary
    words = pad_codes(written, columns.area_pad).to_pylist()
    by_label = columns.area_by == "label"
    named = _meant(written.to_pylist(), words, columns)
    codes = [index.code_of(level, word, by_label=by_label) for word in named]
    positions = np.asarray(pc.fill_null(encoded.indices, len(words)))
    found = pa.array([*codes, None], pa.string()).take(pa.array(positions))
    is_absent = positions == len(words)
    is_unknown = as_mask(found.is_null()) & ~is_absent
    counted = np.bincount(positions[is_unknown], minlength=len(words) + 1)
    # A file may hold any number of words that no area has; only the commonest are looked into.
    is_asked = by_label and not columns.ignore_unknown_areas
    commonest = np.argsort(-counted, kind="stable")[: N_LOOKED_INTO if is_asked else 0]
    asked = {int(i) for i in commonest if counted[i]}
    meant = [index.near(level, word) if i in asked else None for i, word in enumerate(words)]
    told = list(zip(words, meant, counted.tolist(), strict=False))
    return FoundAreas(
        found,
        is_unknown,
        is_absent,
        _summed((word, n) for word, name, n in told if n and name is None),
        np.array([*(name is not None for name in meant), False])[positions],
        _summed((f"{word} ({name}?)", n) for word, name, n in told if name is not None),
    )


def _meant(written: Sequence[str], padded: Sequence[str], columns: AreaColumns) -> list[str]:
    """Return what each word of a file means by the mapping: as it is written, else padded.

    Names are the same where they are the same as names of areas.
    """
    given = columns.area_names
    if not given:
        return list(padded)
    if columns.area_by != "label":
        return [
            given.get(raw, given.get(word, word)) for raw, word in zip(written, padded, strict=True)
        ]
    folded = {fold(name): meant for name, meant in given.items()}
    return [
        given[raw] if raw in given else folded.get(fold(raw), folded.get(fold(word), word))
        for raw, word in zip(written, padded, strict=True)
    ]


def _summed(counts: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Return how many rows have each word; two ways to write a code are one."""
    found: dict[str, int] = {}
    for word, n in counts:
        found[word] = found.get(word, 0) + n
    return found


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
    gravity = Gravity(len(rows), sheet.n_rows, share=1.0)
    is_near = found.is_near & found.is_unknown
    checks = {
        "UNKNOWN_AREA": (sheet.rows[found.is_unknown & ~is_near], named),
        "AREA_SPELT_OTHERWISE": (sheet.rows[is_near], Words(found.near, "areas", "n_areas")),
    }
    for code, (some, words) in checks.items():
        totals = Totals(gravity, words)
        source.rows(code, place, some, sheet.n_rows, totals=totals, level=columns.area_level)


def like_any(texts: pa.Array, patterns: list[str]) -> np.ndarray:
    """Return which texts fit one of the patterns (? one character, * any)."""
    encoded = pc.dictionary_encode(texts)
    words = encoded.dictionary.to_pylist()
    fits = np.array([*(any(fnmatchcase(w, p) for p in patterns) for w in words), False])
    return np.asarray(fits[np.asarray(pc.fill_null(encoded.indices, len(words)))])
