"""Which column names the areas, of which level, and whether as codes or as names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from convive.connectors.city_pack.wizard.looks import AreaMatch, Column, match_areas
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Reason
from convive.connectors.city_pack.wizard.roles import Candidate, Table

ALIKE = 0.9
MIN_SHARE = 0.5
SURE_SHARE = 0.97
MIN_HEADERS = 3
MIN_HEADER_SHARE = 0.8
PLACEHOLDER_LEVEL = "area"


def area_choices(table: Table, *, is_needed: bool) -> tuple[Choice, ...]:
    """Return the choices for areas; without a pack only where the family needs them."""
    found: tuple[Choice, ...] = ()
    if table.index is not None:
        found = _matched(table) or (_alike(table) if is_needed else ())
    if not found and is_needed:
        found = _named(table)
    for choice in found:
        if choice.path[1] == "area":
            table.take(str(choice.value))
    return found


def _matched(table: Table) -> tuple[Choice, ...]:
    """Return the column whose cells name most areas of the city."""
    matches = [
        (match, column) for column in table.free() for match in column.areas if match.share >= 0.3
    ]
    if not matches:
        return ()
    order = list(table.index.names) if table.index else []
    # As many hits: codes before names, then the finest level, then the first column.
    matches.sort(
        key=lambda found: (
            -round(found[0].share, 2),
            found[0].by != "code",
            -order.index(found[0].level),
        )
    )
    match, column = matches[0]
    if match.share < MIN_SHARE and _name(table, column) < 0.5:
        return ()
    same = [c.name for m, c in matches[1:] if m.share > match.share - 0.02 and c != column]
    return _choices(match, column, tuple(dict.fromkeys(same)))


def _choices(match: AreaMatch, column: Column, others: tuple[str, ...]) -> tuple[Choice, ...]:
    share = {"share": 100 * match.share, "level": match.level, "by": match.by}
    confidence = Confidence.SURE if match.share >= SURE_SHARE else Confidence.LIKELY
    reasons = (Reason(f"areas_by_{match.by}", share),)
    area = Choice(("columns", "area"), column.name, confidence, reasons, others)
    found = (area, *_matched_by(match, confidence, reasons))
    return found if match.share >= 0.5 else (*found, _wider(Confidence.LIKELY))


def _matched_by(
    match: AreaMatch, confidence: Confidence, reasons: tuple[Reason, ...]
) -> tuple[Choice, ...]:
    """Return the choices that say which level is named, and how."""
    found = [Choice(("columns", "area_level"), match.level, confidence, reasons)]
    if match.pad is not None:
        found.append(Choice(("columns", "area_pad"), match.pad, confidence, (Reason("padded"),)))
    if match.by == "label":
        found.append(Choice(("columns", "area_by"), "label", confidence, reasons))
    return tuple(found)


def header_areas(table: Table) -> tuple[AreaMatch, tuple[str, ...]] | None:
    """Return how the headers of the figures name areas of the city, and those that do.

    None where fewer than three do, or where most figures are of something else.
    """
    headers = [(c.name, 1) for c in table.free() if c.numbers > 0.5]
    matches = match_areas(headers, table.index)
    if not matches or matches[0].share < MIN_HEADER_SHARE or len(headers) < MIN_HEADERS:
        return None
    return matches[0], tuple(name for name, _ in headers)


def header_area_choices(table: Table) -> tuple[Choice, ...]:
    """Return the choices for a crosstab with one column an area."""
    found = header_areas(table)
    if found is None:
        return ()
    match, headers = found
    table.take(*headers)
    sure = Confidence.LIKELY
    reasons = (Reason("one_column_an_area", {"n": len(headers), "level": match.level}),)
    turned = Choice(("columns", "count_in_headers"), "area", sure, reasons)
    return (turned, *_matched_by(match, sure, reasons))


def _wider(confidence: Confidence) -> Choice:
    """Return that areas outside the city are known to be in the file."""
    path = ("columns", "ignore_unknown_areas")
    return Choice(path, value=True, confidence=confidence, reasons=(Reason("wider"),))


def _alike(table: Table) -> tuple[Choice, ...]:
    """Return a column whose codes are built like those of a level, though none is of the city.

    A national table in order of its codes begins far from the city.
    """
    names = table.index.names if table.index else {}
    for level, known in reversed(list(names.items())):
        form = _form(known) if level != "city" and "@" not in level else None
        for column in table.free() if form else ():
            if _form(word for word, _ in column.words) == form:
                hits = [match for match in column.areas if match.level == level]
                reasons = (Reason("codes_alike", {"level": level}),)
                check = Confidence.CHECK
                if hits:
                    share = {"share": 100 * hits[0].share, "level": level}
                    check, reasons = Confidence.LIKELY, (Reason("areas_by_code", share),)
                return (
                    Choice(("columns", "area"), column.name, check, reasons),
                    Choice(("columns", "area_level"), level, check, reasons),
                    _wider(check),
                )
    return ()


def _form(codes: Iterable[str]) -> str | None:
    """Return how most codes are built, such as A99999999; None for short plain numbers."""
    forms = Counter(re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "9", code)) for code in codes)
    if not forms:
        return None
    form, n = forms.most_common(1)[0]
    is_telling = len(form) >= 5 and " " not in form
    return form if is_telling and n >= ALIKE * forms.total() else None


def _name(table: Table, column: Column) -> float:
    return max(table.name_score(column, "area"), table.name_score(column, "area_label"))


def _named(table: Table) -> tuple[Choice, ...]:
    """Return a column that is only named like areas; nobody can say of which level."""
    codes = table.rank("area", lambda c: float(_can_be_codes(c)), least_name=0.4)
    labels = table.rank("area_label", lambda c: float(c.has_letters), least_name=0.4)
    labels += table.rank("label", lambda c: float(c.has_letters), least_name=0.5)
    if not codes + labels:
        return ()
    most = max(c.column.n_distinct for c in codes + labels)

    # Of several levels in one table the finest is meant: it has most different values.
    # Names that a code stands beside are for people.
    def rank(found: Candidate) -> float:
        return found.score + found.column.n_distinct / most + 0.2 * (found in codes)

    ranked = sorted(codes + labels, key=rank, reverse=True)
    best = ranked[0]
    is_code = best in codes
    others = tuple(dict.fromkeys(c.column.name for c in ranked[1:] if c.column != best.column))
    no_pack = (Reason("no_pack"),) if table.index is None else (Reason("areas_unknown"),)
    found = [
        Choice(
            ("columns", "area"), best.column.name, Confidence.LIKELY, (Reason("named"),), others
        ),
        Choice(("columns", "area_level"), PLACEHOLDER_LEVEL, Confidence.CHECK, no_pack),
    ]
    if not is_code:
        found.append(Choice(("columns", "area_by"), "label", Confidence.LIKELY, (Reason("named"),)))
    return tuple(found)


def _can_be_codes(column: Column) -> bool:
    return column.wholes > 0.9 or (column.n_filled > 0 and column.mean_length <= 20)
