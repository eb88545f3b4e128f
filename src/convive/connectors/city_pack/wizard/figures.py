"""Proposes the mapping of tables per area and period: counts of incidents, and statistics."""

from __future__ import annotations

import re
from dataclasses import replace

from convive.catalogue.vocabulary import fold_words
from convive.connectors.city_pack.wizard.areas import area_choices, header_area_choices
from convive.connectors.city_pack.wizard.incidents import category_choices
from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import (
    Choice,
    Confidence,
    Proposal,
    Reason,
    WordChoice,
)
from convive.connectors.city_pack.wizard.roles import Table, choose
from convive.connectors.city_pack.wizard.words import best_crosswalks, category_in, suggest

STATISTICS = (
    "residents",
    "workday_population",
    "dwellings",
    "venues",
    "households",
    "unemployment",
)
MAX_VALUES = 40
MIN_LABELS = 0.5
"""Less different names than this share of the codes are names of larger areas."""
_PERIOD = re.compile(r"^\D{0,12}((19|20)\d{2})([-_/. ]?(0[1-9]|1[0-2]))?\D{0,8}$")
_TOTALS = ("total", "gesamt", "insgesamt", "totale", "totaal", "ensemble", "all", "alle")
_FRACTION = re.compile(r"[.,](\d{1,2}|\d{4,})$")
_KEY = re.compile(r"(id|no|nr|num|nummer|code|key|fips)$")
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)")


def propose_counts(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal with every key for counts, long or wide."""
    is_crossed = proposal.family.shape == "areas"
    areas = header_area_choices(table) if is_crossed else area_choices(table, is_needed=True)
    period = period_choices(table, has_months=True)
    choices = [*areas]
    words: tuple[WordChoice, ...] = ()
    values: list[Choice] = []
    if proposal.family.shape == "long":
        values, words = category_choices(table)
        values += _count(table)
    elif proposal.family.shape == "periods":
        values, words = _in_headers(table)
    elif is_crossed:
        values, words = _kinds_of_crosstab(table)
    else:
        values = _wide(table)
    choices += [*period, *_label(table, areas), *values]
    missing = _missing(choices, table)
    if proposal.value("format", "sheet") and "{year}" in str(proposal.value("format", "sheet")):
        missing = tuple(key for key in missing if not key.startswith("columns.year"))
    has_values = bool(values)
    if not has_values:
        missing = (*missing, "values, columns.category + columns.count")
    return replace(proposal, choices=tuple(choices), words=words, missing=missing)


def propose_statistics(proposal: Proposal, table: Table) -> Proposal:
    """Return the proposal with every key for statistics, wide or long."""
    areas = area_choices(table, is_needed=True)
    period = period_choices(table, has_months=False)
    values = _long_statistics(table) or _wide_statistics(table)
    choices = (*areas, *period, *values)
    missing = tuple(key for key in _missing(choices, table) if not key.startswith("columns.year"))
    if not values:
        missing = (*missing, "values, columns.statistic + columns.value")
    return replace(proposal, choices=choices, missing=missing)


def _in_headers(table: Table) -> tuple[list[Choice], tuple[WordChoice, ...]]:
    """Return the choices for a crosstab with one column a year or month."""
    headers = period_headers(table.free())
    table.take(*headers)
    reasons = (Reason("one_column_a_period", {"n": len(headers)}),)
    path = ("columns", "count_in_headers")
    kinds, words = _kinds_of_crosstab(table)
    return [Choice(path, "period", Confidence.LIKELY, reasons), *kinds], words


def _kinds_of_crosstab(table: Table) -> tuple[list[Choice], tuple[WordChoice, ...]]:
    """Return the column of kinds, or the one kind that the file's name tells."""
    kinds, words = category_choices(table)
    if any(choice.path == ("columns", "category") for choice in kinds):
        return kinds, words
    named = category_in(table.file)
    reason = Reason("file_name", {"word": named[1]}) if named else Reason("category_unknown", {})
    category = named[0] if named else ""
    return [Choice(("values", "#count"), category, Confidence.CHECK, (reason,))], ()


def _missing(choices: list[Choice] | tuple[Choice, ...], table: Table) -> tuple[str, ...]:
    found = {choice.path[-1] for choice in choices if choice.path[0] == "columns"}
    crossed = {c.value for c in choices if c.path == ("columns", "count_in_headers")}
    missing = () if "area" in found | crossed else ("columns.area",)
    has_period = (
        "period" in crossed
        or found & {"year", "period", "constant_year"}
        or table.sheet.year is not None
    )
    return (
        missing if has_period else (*missing, "columns.year, columns.period, columns.constant_year")
    )


def period_choices(table: Table, *, has_months: bool) -> list[Choice]:
    """Return the column of months or years, or nothing where the file's name says the year."""
    if has_months:
        months = [
            *table.rank("month", lambda c: c.dates),
            *table.rank("starts", lambda c: c.dates),
        ]
        period = choose(
            ("columns", "period"), months, *_dates(months[0].column if months else None)
        )
        if period is not None:
            table.take(str(period.value))
            return [period]
    years = table.rank("year", lambda c: float(c.within(1900, 2100) or c.precision == "year"))
    year = choose(("columns", "year"), years, Reason("years"))
    if year is None:
        return []
    table.take(str(year.value))
    return [year]


def _dates(column: Column | None) -> tuple[Reason, ...]:
    if column is None:
        return ()
    return (Reason(f"dates_{column.precision or 'day'}", {"share": 100 * column.dates}),)


def _label(table: Table, areas: tuple[Choice, ...]) -> list[Choice]:
    """Return the column with the areas' names beside their codes, for messages."""
    area = next((c.value for c in areas if c.path == ("columns", "area")), None)
    if not isinstance(area, str) or any(choice.path[-1] == "area_by" for choice in areas):
        return []
    n_areas = table.column(area).n_distinct

    def fit(column: Column) -> float:
        # Names that are far fewer than the codes are of larger areas.
        is_own = MIN_LABELS * n_areas <= column.n_distinct
        return float(column.has_letters and is_own)

    choice = choose(("columns", "label"), table.rank("area_label", fit, least_name=0.5))
    if choice is None:
        return []
    table.take(str(choice.value))
    return [replace(choice, confidence=Confidence.LIKELY)]


def _count(table: Table) -> list[Choice]:
    ranked = table.rank("count", lambda c: c.wholes)
    if not ranked:
        numbers = [c for c in table.free() if c.wholes > 0.9 and c.low >= 0]
        if len(numbers) != 1:
            return []
        table.take(numbers[0].name)
        return [
            Choice(("columns", "count"), numbers[0].name, Confidence.LIKELY, (Reason("only_one"),))
        ]
    choice = choose(("columns", "count"), ranked, Reason("whole", {"share": 100 * ranked[0].fit}))
    if choice is not None:
        table.take(str(choice.value))
    return [choice] if choice else []


def category_headers(columns: list[Column]) -> dict[str, tuple[str | None, Confidence, str]]:
    """Return header → (category, how sure, crosswalk or known word) for headers that are kinds."""
    headers = [(column.name, 1) for column in columns if _can_be_counts(column)]
    crosswalks = best_crosswalks(headers)
    if crosswalks:
        from convive.catalogue import find  # noqa: PLC0415

        known = find.crosswalk(crosswalks[0][0])
        entries = ((name, known.entry(name)) for name, _ in headers)
        return {
            name: (entry.category, Confidence.SURE, known.id) for name, entry in entries if entry
        }
    found = {name: suggest(name) for name, _ in headers}
    return {name: hit for name, hit in found.items() if hit[0] is not None}


def _can_be_counts(column: Column) -> bool:
    """Tell whether cells are whole numbers; 1.234 may be one thousand, 12.3 is a rate."""
    if column.wholes > 0.5:
        return True
    is_broken = any(_FRACTION.search(word) for word, _ in column.words)
    return column.numbers > 0.9 and not is_broken


def _wide(table: Table) -> list[Choice]:
    """Return header → category for every column whose header is a kind of incident."""
    columns = [c for c in table.free() if not _is_rate(c, table)]
    found = []
    used: set[str] = set()
    for name, (category, confidence, known) in category_headers(columns).items():
        if category is None:
            continue  # the crosswalk leaves it out on purpose: a part of another column
        table.take(name)
        code = "header_crosswalk" if confidence is Confidence.SURE else "header_alike"
        if category in used:
            continue  # headers that share a category may overlap: counting one of them is safe
        used.add(category)
        found.append(
            Choice(("values", name), category, confidence, (Reason(code, {"known": known}),))
        )
    return _with_totals(found) or _single(table)


def _with_totals(found: list[Choice]) -> list[Choice]:
    """Return the choices with "theft" as all theft where its kinds stand beside it."""
    given = {choice.value for choice in found}
    if len(given & {"bicycle_theft", "vehicle_theft", "theft_from_vehicle", "theft_person"}) < 1:
        return found
    return [
        replace(c, value="all_theft", confidence=Confidence.CHECK, alternatives=("theft",),
                reasons=(Reason("theft_total"),))
        if c.value == "theft"
        else c
        for c in found
    ]  # fmt: skip


def _is_rate(column: Column, table: Table) -> bool:
    return table.name_score(column, "rate") > 0.5


def _single(table: Table) -> list[Choice]:
    """Return the one column of counts, its category by its header or the file's name."""
    ranked = table.rank("count", lambda c: c.wholes)
    columns = [c.column for c in ranked] or [
        c for c in table.free() if c.wholes > 0.9 and c.low >= 0
    ]
    if not columns:
        return []
    name = columns[0].name
    table.take(name)
    found = category_in(table.file)
    category, word = found if found else ("", "")
    code = "file_name" if found else "category_unknown"
    return [Choice(("values", name), category, Confidence.CHECK, (Reason(code, {"word": word}),))]


def _long_statistics(table: Table) -> list[Choice]:
    """Return the columns of a long table: what is measured, and its value."""
    names = [c for c in table.rank("statistic", lambda c: float(c.is_words)) if c.name >= 0.6]
    values = [c for c in table.rank("value", lambda c: c.numbers) if c.name >= 0.6]
    statistic = choose(("columns", "statistic"), names)
    value = choose(("columns", "value"), values)
    if statistic is None or value is None:
        return []
    table.take(str(statistic.value), str(value.value))
    words = {word: _slug(word) for word, _ in names[0].column.words[:MAX_VALUES]}
    pairs = Choice(("statistics",), words, Confidence.LIKELY, (Reason("own_names"),))
    return [statistic, value, pairs]


def _wide_statistics(table: Table) -> list[Choice]:
    """Return the columns of figures: those that Convive has a name for, else all."""
    columns = [c for c in table.free() if c.numbers > 0.8 and not _is_code(c, table)]
    named = {}
    for statistic in STATISTICS:
        ranked = [c for c in table.rank(statistic, lambda c: c.numbers) if c.column in columns]
        if ranked and ranked[0].name >= 0.5:
            named[ranked[0].column.name] = statistic
    named = named or _total_column(columns, table)
    own = {c.name: _slug(c.name) for c in columns if c.name not in named}
    given = named or own
    table.take(*given)
    if not given:
        return []
    rows = [{"column": name, "statistic": code} for name, code in list(given.items())[:MAX_VALUES]]
    sure = Confidence.LIKELY if named else Confidence.CHECK
    reason = Reason("known_statistics" if named else "own_names")
    return [Choice(("values",), rows, sure, (reason,))]


def _total_column(columns: list[Column], table: Table) -> dict[str, str]:
    """Return the column of totals where the file's name says of what: Einwohner, column Gesamt."""
    stem = table.file.partition(".")[0]
    scores = table.vocabulary.field_scores(stem)
    statistic = max(STATISTICS, key=lambda s: scores.get(s, 0.0))
    totals = [c.name for c in columns if fold_words(c.name) in _TOTALS]
    return {totals[0]: statistic} if totals and scores.get(statistic, 0.0) >= 0.4 else {}


def _is_code(column: Column, table: Table) -> bool:
    """Tell whether numbers are codes or coordinates rather than figures."""
    scores = table.named[column.name]
    parts = ("area", "id", "longitude", "latitude", "x", "y", "year", "month")
    is_key = column.wholes > 0.98 and bool(_KEY.search(fold_words(column.name)))
    return is_key or max(scores.get(part, 0.0) for part in parts) > 0.55


def _slug(name: str) -> str:
    """Return an id made from a header."""
    return fold_words(name).replace(" ", "_").strip("_")[:60] or "value"


def period_headers(columns: list[Column]) -> list[str]:
    """Return the headers that are years or months: one column a period."""
    return [c.name for c in columns if c.numbers > 0.5 and _PERIOD.match(c.name.strip())]


def year_of(file: str) -> int | None:
    """Return the year in a file's name where there is exactly one."""
    found = set(_YEAR.findall(file))
    return int(found.pop()) if len(found) == 1 else None
