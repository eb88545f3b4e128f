"""What a column looks like from its values: dates, hours, numbers, words, areas of the city."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.connectors.city_pack.area_index import AreaIndex
from convive.connectors.city_pack.cells import read_numbers
from convive.connectors.city_pack.dates import MONTH, YEAR, read_moments
from convive.connectors.city_pack.mapping_schema import Format
from convive.connectors.city_pack.sheet import Sheet, as_mask

N_WORDS = 2_000
"""So many different cells of a column are looked at, the most frequent first."""
MIN_AREA_SHARE = 0.3
MIN_AREA_ROWS = 20
"""So many rows with codes of the city are no accident, however small their share."""
CATEGORY_WORDS = 400
"""A column with more different words than this is no column of categories."""
_SLASHED = r"^\d{1,2}[-/]\s?\d{1,2}[-/]\s?\d{2,4}"
_TIME = r"^(\d{4}-\d{2}-\d{2}[ T])?([01]?\d|2[0-4])[:.h][0-5]\d(:[0-5]\d(\.\d+)?)?\s*([AaPp]\.?[Mm]\.?)?$"
_PLAIN_NUMBER = r"^[+-]?\d+([.,]\d+)?$"
_COMPACT_DAY = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$"
_POINT_TEXT = re.compile(
    r"^\s*((SRID=\d+;)?(MULTI)?(POINT|POLYGON|LINESTRING)|c)?\s*[({\[]", re.IGNORECASE
)
_YES_NO = frozenset(
    [
        "true",
        "false",
        "yes",
        "no",
        "y",
        "n",
        "t",
        "f",
        "0",
        "1",
        "ja",
        "nein",
        "oui",
        "non",
        "si",
        "sí",
        "sim",
        "não",
        "nee",
    ]
)


@dataclass(frozen=True)
class AreaMatch:
    """How well a column names the areas of one level."""

    level: str
    by: str
    """code or label."""
    pad: int | None
    share: float
    """Share of the filled cells that name an area of the city."""


@dataclass(frozen=True)
class Column:
    """A column of the sample and what its values look like; shares are of filled cells."""

    name: str
    n: int
    n_filled: int
    words: tuple[tuple[str, int], ...]
    """Different cells and how often they come, most frequent first."""
    n_distinct: int
    dates: float
    precision: str
    """month, year, day or minute: the finest that most cells give; empty without dates."""
    day_first: bool | None
    """Whether cells like 03/04/2024 put the day first; None where nothing says so."""
    is_slashed: bool
    times: float
    numbers: float
    wholes: float
    low: float
    high: float
    areas: tuple[AreaMatch, ...]

    @property
    def is_unique(self) -> bool:
        """Whether no value comes twice."""
        return self.n_filled > 1 and self.n_distinct == self.n_filled

    @property
    def is_words(self) -> bool:
        """Whether it holds a few words that come again and again."""
        most = self.n_filled - 1 if self.n_filled <= 60 else 0.5 * self.n_filled
        few = self.n_distinct <= max(2, min(CATEGORY_WORDS, most))
        return self.n_filled > 0 and few and self.numbers < 0.5 and self.dates < 0.5

    @property
    def is_yes_no(self) -> bool:
        """Whether it answers yes or no, which is no kind of incident."""
        return 0 < len(self.words) <= 6 and all(w.casefold() in _YES_NO for w, _ in self.words)

    @property
    def has_letters(self) -> bool:
        """Whether most cells are words, whatever their number."""
        return self.n_filled > 0 and self.numbers < 0.5 and self.dates < 0.5 and self.times < 0.5

    @property
    def mean_length(self) -> float:
        """Mean number of characters of a filled cell."""
        total = sum(n for _, n in self.words)
        return sum(len(word) * n for word, n in self.words) / total if total else 0.0

    @property
    def is_point_text(self) -> bool:
        """Whether cells hold a whole point in one text."""
        return bool(self.words) and bool(_POINT_TEXT.match(self.words[0][0]))

    def within(self, low: float, high: float) -> bool:
        """Tell whether all are whole numbers between two bounds."""
        return self.wholes > 0.98 and self.low >= low and self.high <= high

    def area(self, by: str | None = None) -> AreaMatch | None:
        """Return the best match with the areas of the city."""
        found = [match for match in self.areas if by in (None, match.by)]
        return max(found, key=lambda match: match.share, default=None)


def look_at(sheet: Sheet, index: AreaIndex | None) -> tuple[Column, ...]:
    """Return what every column of a sheet looks like, in the order of the file."""
    return tuple(
        _look(name, texts, index) for name, texts in zip(sheet.names, sheet.columns, strict=True)
    )


def _look(name: str, texts: pa.Array, index: AreaIndex | None) -> Column:
    counted = Counter(text for text in texts.to_pylist() if text is not None)
    common = counted.most_common(N_WORDS)
    words = pa.array([word for word, _ in common], pa.string())
    weights = np.array([n for _, n in common], dtype=float)
    weights /= max(weights.sum(), 1.0)
    is_number = as_mask(pc.match_substring_regex(words, _PLAIN_NUMBER))
    dates, precision = _dates(words, weights, is_number)
    day_first, is_slashed = _day_first(words)
    numbers = read_numbers(words, Format())
    is_value = ~np.isnan(numbers.values)
    is_whole = is_value & (np.mod(np.where(is_value, numbers.values, 0.5), 1) == 0)
    values = numbers.values[is_value]
    return Column(
        name=name,
        n=len(texts),
        n_filled=sum(counted.values()),
        words=tuple(common),
        n_distinct=len(counted),
        dates=dates,
        precision=precision,
        day_first=day_first,
        is_slashed=is_slashed,
        times=float(weights[as_mask(pc.match_substring_regex(words, _TIME))].sum()),
        numbers=float(weights[is_value].sum()),
        wholes=float(weights[is_whole].sum()),
        low=float(values.min()) if len(values) else float("nan"),
        high=float(values.max()) if len(values) else float("nan"),
        areas=match_areas(list(counted.items()), index),
    )


def _dates(words: pa.Array, weights: np.ndarray, is_number: np.ndarray) -> tuple[float, str]:
    """Return the share of dates and what most are good for; bare numbers are no dates."""
    if not len(words):
        return 0.0, ""
    moments = read_moments(words, day_first=True)
    other = read_moments(words, day_first=False)
    is_compact = as_mask(pc.match_substring_regex(words, _COMPACT_DAY))
    is_date = ~(np.isnat(moments.values) & np.isnat(other.values)) & (~is_number | is_compact)
    share = float(weights[is_date].sum())
    if share == 0:
        return 0.0, ""
    precision = np.where(np.isnat(moments.values), other.precision, moments.precision)[is_date]
    values = np.where(np.isnat(moments.values), other.values, moments.values)[is_date]
    if (precision == YEAR).mean() > 0.5:
        return share, "year"
    if (precision == MONTH).mean() > 0.5 or _all_on_the_first(values):
        return share, "month"
    return share, "minute" if (precision < 2).mean() > 0.5 else "day"


def _all_on_the_first(values: np.ndarray) -> bool:
    """Tell whether every date is the first of a month: months, written as days."""
    days = values.astype("datetime64[D]")
    return len(days) > 1 and bool((days == days.astype("datetime64[M]").astype(days.dtype)).all())


def _day_first(words: pa.Array) -> tuple[bool | None, bool]:
    """Return what comes first in cells like 03/04/2024, and whether there are such cells."""
    slashed = words.filter(pc.match_substring_regex(words, _SLASHED))
    if not len(slashed):
        return None, False
    parts = pc.extract_regex(slashed, r"^(?P<a>\d{1,2})[-/]\s?(?P<b>\d{1,2})")
    first = np.asarray(pc.cast(parts.field("a"), pa.int64()))
    second = np.asarray(pc.cast(parts.field("b"), pa.int64()))
    says_day, says_month = bool((first > 12).any()), bool((second > 12).any())
    return (None if says_day == says_month else says_day), True


def match_areas(counted: list[tuple[str, int]], index: AreaIndex | None) -> tuple[AreaMatch, ...]:
    """Return the matches with every level, as codes, as codes with lost zeros, as names."""
    if index is None or not counted:
        return ()
    total = sum(n for _, n in counted)
    found = []
    for level, names in index.names.items():
        if level == "city" or "@" in level or not names:
            continue
        pads = Counter(len(code) for code in names)
        pad = pads.most_common(1)[0][0]
        shares = {
            ("code", None): sum(n for word, n in counted if word in names),
            ("code", pad): sum(n for word, n in counted if word.zfill(pad) in names),
            ("label", None): sum(
                n for word, n in counted if index.code_of(level, word, by_label=True)
            ),
        }
        found += [
            AreaMatch(level, by, padded, n / total)
            for (by, padded), n in shares.items()
            if (n / total >= MIN_AREA_SHARE or (by == "code" and n >= MIN_AREA_ROWS))
            and (padded is None or n > shares[("code", None)])
        ]
    return tuple(sorted(found, key=lambda match: -match.share))
