"""From a source's words to Convive's categories."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from convive.catalogue import find
from convive.catalogue.model import Crosswalk, loose
from convive.connectors.city_pack.cells import encoded
from convive.connectors.city_pack.family_schemas import CountsMapping
from convive.connectors.city_pack.mapping_schema import Categories, Mapping
from convive.connectors.city_pack.problem_log import SourceLog, Totals, Words
from convive.connectors.city_pack.sheet import Sheet
from convive.core.errors import NotFoundError
from convive.core.model import Place, Severity


class CategoryMap:
    """Word → category: the mapping's own words first, then the crosswalk."""

    def __init__(self, own: Categories, crosswalk: Crosswalk | None = None) -> None:
        self._own = {loose(word): category or None for word, category in own.map.items()}
        self._crosswalk = crosswalk

    def lookup(self, word: str) -> tuple[str | None, bool]:
        """Return the category of a word and whether the word is known at all."""
        if loose(word) in self._own:
            return self._own[loose(word)], True
        entry = self._crosswalk.entry(word) if self._crosswalk else None
        return (entry.category, True) if entry else (None, False)


def open_categories(own: Categories, source: SourceLog, label: str) -> CategoryMap:
    """Return the mapping; an unknown crosswalk or category is noted."""
    crosswalk = None
    if own.crosswalk is not None:
        try:
            crosswalk = find.crosswalk(own.crosswalk)
        except NotFoundError:
            known = ", ".join(find.crosswalks())
            data = {"key": "crosswalk", "value": own.crosswalk, "allowed": known}
            source.fail("VALUE_INVALID", label, **data)
    check_categories(own.map.values(), source, label)
    return CategoryMap(own, crosswalk)


def used_crosswalks(mappings: Iterable[Mapping]) -> dict[str, str]:
    """Return source id → crosswalk as id@version; the newest where the mapping pins none."""
    named = {m.source.id: getattr(m, "categories", None) for m in mappings}
    return {
        source: find.crosswalk(one.crosswalk).pin
        for source, one in named.items()
        if one is not None and one.crosswalk is not None
    }


def note_validity(
    mapping: Mapping, cover: tuple[date | None, date | None], source: SourceLog, label: str
) -> None:
    """Note days of a source on which its words were other ones than the crosswalk's.

    `cover` is the first day of the source and the first day after it.
    """
    own = getattr(mapping, "categories", None)
    first, after = cover
    if own is None or own.crosswalk is None or first is None or after is None:
        return
    try:
        crosswalk = find.crosswalk(own.crosswalk)
    except NotFoundError:
        return  # noted when it was opened
    if (crosswalk.valid_from or first) <= first and after <= _day_after(crosswalk, after):
        return
    source.note(
        "CROSSWALK_OTHER_PERIOD",
        Place(label, column="categories.crosswalk"),
        Severity.WARNING,
        crosswalk=crosswalk.pin,
        valid_from=crosswalk.valid_from.isoformat() if crosswalk.valid_from else "…",
        valid_to=crosswalk.valid_to.isoformat() if crosswalk.valid_to else "…",
        first=first.isoformat(),
        last=(after - timedelta(days=1)).isoformat(),
    )


def _day_after(crosswalk: Crosswalk, otherwise: date) -> date:
    return crosswalk.valid_to + timedelta(days=1) if crosswalk.valid_to else otherwise


def words_left(mapping: CountsMapping, tables: Iterable[pa.Table]) -> tuple[str, ...]:
    """Return the words and headers of a table of counts that are left without a kind on purpose."""
    crosswalk = mapping.categories.crosswalk
    known = CategoryMap(mapping.categories, find.crosswalk(crosswalk) if crosswalk else None)
    seen = {
        word
        for table in tables
        for word in pc.unique(
            table.column("category_source").filter(pc.is_null(table.column("category")))
        ).to_pylist()
    }
    headers = {header for header, category in mapping.values.items() if not category}
    return tuple(sorted(w for w in seen if w in headers or known.lookup(w) == (None, True)))


def check_categories(wanted: Iterable[str | None], source: SourceLog, label: str) -> None:
    """Note categories that the catalogue does not have."""
    known = [category.id for category in find.categories()]
    for category in sorted({category for category in wanted if category} - set(known)):
        data = {"key": "category", "value": category, "allowed": ", ".join(known)}
        source.fail("VALUE_INVALID", label, **data)


def map_words(
    words: pa.Array, categories: CategoryMap, sheet: Sheet, column: str, source: SourceLog
) -> pa.Array:
    """Return the category of every row; words without one are counted and stay NULL.

    Those that nobody has mapped are a problem, those left without a kind on purpose are not.
    """
    cells = words if pa.types.is_dictionary(words.type) else pc.dictionary_encode(words)
    distinct = cells.dictionary.to_pylist()
    found = [categories.lookup(word) for word in distinct]
    index = np.asarray(pc.fill_null(cells.indices, len(distinct)))
    is_unmapped = np.array([*(not known for _, known in found), True])[index]
    counted = np.bincount(index, minlength=len(distinct) + 1)[: len(distinct)]
    unknown = {
        word: int(n)
        for word, (_, is_known), n in zip(distinct, found, counted, strict=True)
        if not is_known
    }
    source.rows(
        "UNMAPPED_CATEGORY",
        sheet.place(column),
        sheet.rows[is_unmapped],
        sheet.n_rows,
        totals=Totals(named=Words(unknown, "words", "n_words")),
    )
    is_left = np.array([*(known and not category for category, known in found), False])[index]
    source.counted("LEFT_WITHOUT_KIND", sheet.place(column), sheet.rows[is_left], sheet.n_rows)
    return encoded([*(category for category, _ in found), None], index)
