"""What a file looked like when its mapping was made, and what has changed since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.catalogue import find
from convive.catalogue.model import loose
from convive.connectors.city_pack.captures import is_captured
from convive.connectors.city_pack.categories import CategoryMap
from convive.connectors.city_pack.mapping_schema import Layout, Mapping
from convive.connectors.city_pack.problem_log import N_EXAMPLES, SourceLog
from convive.connectors.city_pack.sheet import Sheet
from convive.core.errors import NotFoundError
from convive.core.model import Severity

MIN_ALIKE = 0.6
MAX_WORDS = 300
"""More different words than this are no list of categories to compare with."""
_SLASHED = r"^(?P<a>\d{1,2})[-/]\s?(?P<b>\d{1,2})[-/]\s?\d{2,4}"


def watched(sheets: Iterable[Sheet], mapping: Mapping, source: SourceLog) -> Iterator[Sheet]:
    """Yield the sheets as they come; at the end, what differs from the layout is noted."""
    watch = LayoutWatch(mapping)
    for sheet in sheets:
        watch.see(sheet)
        yield sheet
    watch.close(source)


class LayoutWatch:
    """Compares the files of a source, one at a time, with the layout its mapping remembers.

    Call `see` with every stretch of a file and `close` at its end; a mapping without
    ``[layout]`` is not watched.
    """

    def __init__(self, mapping: Mapping) -> None:
        self.layout = mapping.layout
        columns: Any = getattr(mapping, "columns", None)
        self._category: str | None = getattr(columns, "category", None)
        self._dates = _date_columns(columns)
        self._known = _known_words(mapping)
        self._seen: dict[tuple[str, str | None], Sheet] = {}
        self._orders: dict[tuple[str, str | None], set[bool]] = {}
        self._new: dict[tuple[str, str | None], dict[str, int]] = {}

    def see(self, sheet: Sheet) -> None:
        """Look at a stretch of a sheet."""
        if self.layout is None:
            return
        key = (sheet.file, sheet.sheet)
        self._seen.setdefault(key, sheet)
        self._orders.setdefault(key, set()).update(self._order(sheet))
        self._count_new(sheet, self._new.setdefault(key, {}))

    def close(self, source: SourceLog) -> None:
        """Note what has changed in the sheets seen since the last call."""
        for key, sheet in self._seen.items():
            if self.layout is not None:
                changes = changes_of(sheet, self.layout, self._orders[key])
                self._note(sheet, changes, self._new[key], source)
        self._seen.clear()
        self._orders.clear()
        self._new.clear()

    def _note(
        self, sheet: Sheet, changes: Sequence[str], new: dict[str, int], source: SourceLog
    ) -> None:
        place = sheet.place()
        if changes:
            text = "; ".join(changes)
            source.note("LAYOUT_CHANGED", place, Severity.WARNING, changes=text)
        if new:
            words = sorted(new, key=lambda word: -new[word])
            data = {"words": ", ".join(words[:N_EXAMPLES]), "n_words": len(words)}
            place = sheet.place(self._category)
            source.note("NEW_WORDS", place, Severity.WARNING, n_rows=sum(new.values()), **data)

    def _order(self, sheet: Sheet) -> set[bool]:
        """Return whether the day comes first, of every column of dates that says so."""
        names = [name for name in self._dates if sheet.has(name)]
        return {
            order
            for name in names
            for order in (day_first_of(sheet.texts(name)),)
            if order is not None
        }

    def _is_known(self, word: str) -> bool:
        return self._known is not None and bool(self._known.lookup(word)[1])

    def _count_new(self, sheet: Sheet, new: dict[str, int]) -> None:
        """Count the words of the category column that were not there when it was mapped.

        A word that has its category is no news: the first rows of a file do not hold every one.
        """
        layout = self.layout
        if (
            layout is None
            or not layout.words
            or not self._category
            or not sheet.has(self._category)
        ):
            return
        known = {loose(word) for word in layout.words}
        for counted in pc.value_counts(sheet.texts(self._category)).to_pylist():
            word = counted["values"]
            if word is not None and loose(word) not in known and not self._is_known(word):
                new[word] = new.get(word, 0) + int(counted["counts"])


def _known_words(mapping: Mapping) -> CategoryMap | None:
    """Return where the words of a mapping go; None for a family without categories."""
    given = getattr(mapping, "categories", None)
    if given is None:
        return None
    try:
        crosswalk = find.crosswalk(given.crosswalk) if given.crosswalk else None
    except NotFoundError:
        crosswalk = None  # reading names it
    return CategoryMap(given, crosswalk)


def _date_columns(columns: Any) -> list[str]:
    """Return the columns of dates that a mapping names; parts of dates have no order."""
    found = []
    for key in ("starts", "ends", "date", "period", "recorded"):
        given = getattr(columns, key, None)
        if isinstance(given, str):
            found.append(given)
        elif isinstance(given, list):
            found.append(given[0])
    return found


def day_first_of(texts: pa.Array) -> bool | None:
    """Return whether the day comes first in cells like 31/12/2024; None where none says so."""
    words = texts.unique().drop_null()
    slashed = words.filter(pc.match_substring_regex(words, _SLASHED))
    if not len(slashed):
        return None
    parts = pc.extract_regex(slashed, _SLASHED)
    first = np.asarray(pc.cast(parts.field("a"), pa.int64()))
    second = np.asarray(pc.cast(parts.field("b"), pa.int64()))
    says_day, says_month = bool((first > 12).any()), bool((second > 12).any())
    return None if says_day == says_month else says_day


def changes_of(sheet: Sheet, layout: Layout, orders: set[bool]) -> tuple[str, ...]:
    """Return what differs from the layout, in signs that need no language.

    ``− “a”`` gone, ``+ “b”`` new, ``“a” → “b”`` probably renamed, ``⇅`` in another order.
    """
    before = {loose(name): name for name in layout.columns if not is_captured(name)}
    # What is captured stands in the mapping, not in the file.
    names = [name for name in sheet.found or sheet.names if not is_captured(name)]
    now = {loose(name): name for name in names}
    gone = [name for key, name in before.items() if key not in now]
    new = [name for key, name in now.items() if key not in before]
    renamed = likely_renamed(gone, new)
    found = [f"“{old}” → “{name}”" for old, name in renamed.items()]
    found += [f"− “{name}”" for name in gone if name not in renamed]
    found += [f"+ “{name}”" for name in new if name not in renamed.values()]
    if not gone and not new and list(before) != list(now):
        found.append("⇅ " + ", ".join(names[:N_EXAMPLES]))
    if layout.delimiter and sheet.delimiter and layout.delimiter != sheet.delimiter:
        found.append(f"delimiter “{_shown(layout.delimiter)}” → “{_shown(sheet.delimiter)}”")
    if layout.day_first is not None and orders == {not layout.day_first}:
        was, is_now = (str(order).lower() for order in (layout.day_first, not layout.day_first))
        found.append(f"day_first {was} → {is_now}")
    return tuple(found)


def _shown(delimiter: str) -> str:
    return "\\t" if delimiter == "\t" else delimiter


def likely_renamed(gone: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    """Return old name → new name for columns that were probably renamed, each used once."""
    if len(gone) == 1 and len(new) == 1:
        return {gone[0]: new[0]}
    scores = sorted(
        ((_alike(old, name), old, name) for old in gone for name in new), key=lambda s: -s[0]
    )
    found: dict[str, str] = {}
    for score, old, name in scores:
        if score >= MIN_ALIKE and old not in found and name not in found.values():
            found[old] = name
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, loose(one), loose(other), autojunk=False).ratio()
