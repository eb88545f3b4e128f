"""What a file is: incidents, counts, statistics, a survey, observations, notes, or areas."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from convive.connectors.city_pack.wizard.answers import rated_items
from convive.connectors.city_pack.wizard.areas import header_areas
from convive.connectors.city_pack.wizard.figures import (
    STATISTICS,
    category_headers,
    period_headers,
)
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import Confidence, Family, Reason
from convive.connectors.city_pack.wizard.roles import Table
from convive.connectors.city_pack.wizard.sample import Sample
from convive.connectors.city_pack.wizard.words import category_in

MIN_HEADERS = 3
MIN_PERIODS = 3
NAMED_AREA = 0.7


@dataclass(frozen=True)
class _Signs:
    """What speaks for one family or another."""

    table: Table
    file: str

    def has(self, part: str, fit: Callable[[Column], float], least: float = 0.5) -> bool:
        """Tell whether a column is named like a part and its values fit."""
        return bool([c for c in self.table.rank(part, fit) if c.name >= least])

    @property
    def has_dates(self) -> bool:
        return any(c.dates > 0.8 and c.precision in ("day", "minute") for c in self.table.free())

    @property
    def has_months(self) -> bool:
        return any(c.dates > 0.8 and c.precision in ("month", "year") for c in self.table.free())

    @property
    def has_parts(self) -> bool:
        years = self.has("year", lambda c: float(c.within(1900, 2100)))
        return years and self.has("day", lambda c: float(c.within(1, 31)))

    @property
    def has_points(self) -> bool:
        numbers: Callable[[Column], float] = lambda c: c.numbers  # noqa: E731
        degrees = self.has("longitude", numbers) and self.has("latitude", numbers)
        return degrees or (self.has("x", numbers) and self.has("y", numbers))

    @property
    def has_areas(self) -> bool:
        known = any(c.area() is not None for c in self.table.free())
        named = (
            self.has("area", lambda _c: 1.0)
            or self.has("area_label", lambda c: float(c.has_letters))
            or self.has("label", lambda c: float(c.has_letters))
        )
        return known or named

    @property
    def has_words(self) -> bool:
        return self.has("category", lambda c: float(c.is_words and not c.is_yes_no), 0.55)

    @property
    def headers(self) -> int:
        return len(category_headers(self.table.free()))

    @property
    def figures(self) -> int:
        parts = ("longitude", "latitude", "x", "y", "year", "month", "id", "area", "weight")
        named = self.table.named
        return sum(
            c.numbers > 0.8 and max(named[c.name].get(p, 0.0) for p in parts) < 0.6
            for c in self.table.free()
        )


def tell_family(table: Table, sample: Sample, wanted: str | None = None) -> Family:
    """Return what a file is, with reasons; `wanted` is what a person says it is."""
    signs = _Signs(table, sample.name)
    if wanted == "counts":
        return Family("counts", _count_shape(signs), Confidence.SURE, (Reason("family_said"),))
    if wanted is not None:
        return Family(wanted, confidence=Confidence.SURE, reasons=(Reason("family_said"),))
    if sample.shapes is not None and sample.shapes.kind == "polygon":
        reasons = (Reason("polygons", {"n": sample.shapes.n}),)
        return Family("territory", confidence=Confidence.SURE, reasons=reasons)
    found = [family for test in _TESTS for family in (test(signs),) if family is not None]
    if not found:
        code = "places_without_time" if signs.has_points else "family_unknown"
        return Family("", reasons=(Reason(code),))
    best = found[0]
    others = tuple(dict.fromkeys(f.id for f in found[1:] if f.id != best.id))
    return Family(best.id, best.shape, best.confidence, best.reasons, others)


def _lookup(signs: _Signs) -> Family | None:
    """Return areas where a table only says which smaller areas lie in which larger ones."""
    columns = signs.table.free()
    named = [
        c
        for c in columns
        if max(signs.table.name_score(c, "area"), signs.table.name_score(c, "area_label")) >= 0.5
    ]
    if len(named) < 4 or len(named) < 0.5 * len(columns) or signs.has_points:
        return None
    if not any(c.is_unique for c in named):
        return None
    return Family("territory", confidence=Confidence.CHECK, reasons=(Reason("lookup"),))


def _notes(signs: _Signs) -> Family | None:
    has_theme = signs.has("theme", lambda c: float(c.is_words), 0.8)
    has_direction = signs.has("direction", lambda c: float(c.n_distinct <= 12), 0.8)
    if not (has_theme and has_direction):
        return None
    return Family("notes", confidence=Confidence.LIKELY, reasons=(Reason("coded_notes"),))


def _observations(signs: _Signs) -> Family | None:
    before = set(signs.table.taken)
    items = rated_items(signs.table)
    signs.table.taken = before
    if len(items) < 2:
        return None
    is_rated = signs.has("rater", lambda _c: 1.0)
    sure = Confidence.SURE if is_rated else Confidence.CHECK
    return Family("observations", confidence=sure, reasons=(Reason("rated", {"n": len(items)}),))


def _survey(signs: _Signs) -> Family | None:
    weight = signs.has("weight", lambda c: c.numbers, 0.7)
    person = [
        signs.has("sex", lambda c: float(c.n_distinct <= 5), 0.7),
        signs.has("age", lambda c: float(c.within(0, 120)), 0.7)
        or signs.has("age_group", lambda c: float(c.n_distinct <= 15), 0.7),
        signs.has("respondent", lambda c: float(c.n_distinct > 0.9 * c.n_filled), 0.7),
    ]
    questions = sum(2 <= c.n_distinct <= 12 and c.has_letters for c in signs.table.free())
    is_survey = (weight and questions >= 2) or (sum(person) >= 2 and questions >= 3)
    if not is_survey or signs.has_points:
        return None
    sure = Confidence.SURE if weight and sum(person) >= 2 else Confidence.LIKELY
    return Family("surveys", confidence=sure, reasons=(Reason("answers", {"n": questions}),))


def _periods(signs: _Signs) -> Family | None:
    headers = period_headers(signs.table.free())
    if len(headers) < MIN_PERIODS or not signs.has_areas:
        return None
    reasons = (Reason("one_column_a_period", {"n": len(headers)}),)
    return Family("counts", "periods", Confidence.LIKELY, reasons)


def _area_headers(signs: _Signs) -> Family | None:
    found = header_areas(signs.table)
    has_period = signs.has_months or signs.has("year", lambda c: float(c.within(1900, 2100)))
    if found is None or not has_period:
        return None
    reasons = (Reason("one_column_an_area", {"n": len(found[1]), "level": found[0].level}),)
    return Family("counts", "areas", Confidence.LIKELY, reasons)


def _wide(signs: _Signs) -> Family | None:
    n = signs.headers
    is_figures = n >= MIN_HEADERS and n >= 0.25 * signs.figures and not signs.has_points
    if not is_figures or not signs.has_areas:
        return None
    return Family("counts", "wide", Confidence.LIKELY, (Reason("headers_are_kinds", {"n": n}),))


def _long(signs: _Signs) -> Family | None:
    is_counted = signs.has("count", lambda c: c.wholes, 0.6)
    if not (is_counted and signs.has_areas) or signs.has_points:
        return None
    if signs.has_words:
        return Family("counts", "long", Confidence.LIKELY, (Reason("counted_kinds"),))
    has_period = signs.has_months or signs.has("year", lambda c: float(c.within(1900, 2100)))
    if not has_period or signs.has_dates:
        return None
    return Family("counts", "single", Confidence.LIKELY, (Reason("counted"),))


def _single(signs: _Signs) -> Family | None:
    """Return counts where an area and a year come once each, with one figure about crime."""
    has_year = signs.has("year", lambda c: float(c.within(1900, 2100))) or signs.has_months
    if not (signs.has_areas and has_year and signs.figures == 1) or signs.has_points:
        return None
    is_crime = signs.headers or category_in(signs.file) is not None
    if not is_crime or not _is_once(signs.table):
        return None
    return Family("counts", "single", Confidence.CHECK, (Reason("counted"),))


def _is_once(table: Table) -> bool:
    """Tell whether no pair of area and period comes twice."""
    named = table.named
    keys = [
        c.name
        for c in table.free()
        if max(named[c.name].get(p, 0.0) for p in ("area", "area_label", "label", "year", "month"))
        > 0.5
    ]
    if not keys or not table.sheet.n_rows:
        return False
    rows = pa.table({name: table.sheet.texts(name) for name in keys})
    return bool(rows.group_by(keys).aggregate([]).num_rows > 0.98 * table.sheet.n_rows)


def _incidents(signs: _Signs) -> Family | None:
    when = signs.has_dates or signs.has_months or signs.has_parts
    if not when:
        return None
    if signs.has_points:
        sure = Confidence.SURE if signs.has_words or category_in(signs.file) else Confidence.LIKELY
        return Family("incidents", confidence=sure, reasons=(Reason("dates_and_points"),))
    is_event = signs.has("starts", lambda c: c.dates) or signs.has_parts
    if is_event and (signs.has_words or signs.has_areas):
        return Family(
            "incidents", confidence=Confidence.LIKELY, reasons=(Reason("dates_and_words"),)
        )
    if is_event and category_in(signs.file) is not None:
        return Family("incidents", reasons=(Reason("dates_and_file_name"),))
    return None


def _statistics(signs: _Signs) -> Family | None:
    if not (signs.has_areas and signs.figures) or signs.has_points or _is_list(signs):
        return None
    is_known = any(signs.has(s, lambda c: c.numbers, 0.6) for s in STATISTICS)
    sure = Confidence.SURE if is_known else Confidence.LIKELY
    if not is_known and _is_of_things(signs):
        sure = Confidence.CHECK
    return Family("statistics", confidence=sure, reasons=(Reason("figures", {"n": signs.figures}),))


def _is_list(signs: _Signs) -> bool:
    """Tell whether areas of the city come again and again without a period: a list of things."""
    found = [c for c in signs.table.free() if (match := c.area()) and match.share >= 0.5]
    if not found or signs.has_months or signs.has("year", lambda c: float(c.within(1900, 2100))):
        return False
    is_long = signs.has("statistic", lambda c: float(c.is_words), 0.6)
    return not is_long and all(c.n_distinct < 0.7 * c.n_filled for c in found)


def _is_of_things(signs: _Signs) -> bool:
    """Tell whether every column that is named as areas names the same ones again and again.

    Playgrounds with the district of each look like figures per area but for that.
    """
    named = signs.table.named
    areas = [
        c
        for c in signs.table.free()
        if max(named[c.name].get(part, 0.0) for part in ("area", "area_label")) >= NAMED_AREA
    ]
    return bool(areas) and all(c.n_distinct < 0.5 * c.n_filled for c in areas)


def _count_shape(signs: _Signs) -> str:
    """Return how counts are laid out, where a person says that they are counts."""
    found = [test(signs) for test in (_periods, _area_headers, _wide, _long, _single)]
    shapes = [family.shape for family in found if family is not None]
    if shapes:
        return shapes[0]
    return "long" if signs.has_words else "wide" if signs.headers >= MIN_HEADERS else "single"


_TESTS = (
    _lookup,
    _notes,
    _observations,
    _survey,
    _periods,
    _area_headers,
    _wide,
    _long,
    _single,
    _incidents,
    _statistics,
)
"""From the most telling signs to the least."""
