"""Which columns say when: one column, a date and a time, a month, or parts in columns of their own."""

from __future__ import annotations

from dataclasses import replace

from convive.connectors.city_pack.wizard.looks import Column
from convive.connectors.city_pack.wizard.proposal import Choice, Confidence, Reason
from convive.connectors.city_pack.wizard.roles import Candidate, Table, choose, worst

LATER = ("recorded", "not_the_moment", "ends")
MIN_PART_NAME = 0.5
PARTS = {"year": (1900, 2100), "month": (1, 12), "day": (1, 31), "hour": (0, 24), "minute": (0, 59)}


def moment_choices(table: Table) -> tuple[Choice, ...]:
    """Return the choices for when an incident happened, and when it was taken down."""
    starts = _dated(table)
    if starts is None:
        parts = _parts(table)
        return (*parts, *_recorded(table)) if parts else ()
    found = [starts[0], *_order(starts[1])]
    ranked = [c for c in table.rank("ends", _is_date) if c.name >= 0.5]
    if starts[0].path[1] == "starts" and ranked:
        ends = choose(("columns", "ends"), ranked, _dates(ranked[0].column))
        if ends is not None:
            table.take(ranked[0].column.name)
            found.append(_with_time(ends, ranked[0].column, "ends_time", table))
    return (*found, *_recorded(table))


def _is_date(column: Column) -> float:
    return column.dates


def _dates(column: Column) -> Reason:
    precision = column.precision or "day"
    return Reason(f"dates_{precision}", {"share": 100 * column.dates})


def _dated(table: Table) -> tuple[Choice, Column] | None:
    """Return the best column of dates, for `starts` or, where it holds months, for `month`."""
    ranked = [c for c in table.rank("starts", _is_date) if not _is_later(c, table)]
    months = [
        c for c in table.rank("month", _is_date) if c.column.precision in ("month", "year", "day")
    ]
    ranked = ranked or months or _unnamed(table)
    if not ranked:
        return None
    best = ranked[0].column
    is_month = best.precision in ("month", "year")
    choice = choose(("columns", "month" if is_month else "starts"), ranked, _dates(best))
    if choice is None:
        return None
    table.take(best.name)
    if not is_month:
        choice = _with_time(choice, best, "time", table)
    return choice, best


def _is_later(candidate: Candidate, table: Table) -> bool:
    scores = table.named[candidate.column.name]
    return max(scores.get(part, 0.0) for part in LATER) >= max(candidate.name, 0.01)


def _unnamed(table: Table) -> list[Candidate]:
    """Return columns of dates whatever they are called, those that cannot be it last.

    Where the moment stands in parts, a date of something later is not taken for it.
    """
    found = [Candidate(c, 0.0, c.dates) for c in table.free() if c.dates >= 0.8]
    if _part(table, "year") and _part(table, "month"):
        found = [c for c in found if _later_score(c, table) < MIN_PART_NAME]
    return sorted(found, key=lambda c: (_later_score(c, table), -c.fit))


def _later_score(candidate: Candidate, table: Table) -> float:
    scores = table.named[candidate.column.name]
    return max(scores.get(part, 0.0) for part in LATER)


def _with_time(choice: Choice, date: Column, part: str, table: Table) -> Choice:
    """Return the choice with a column of hours or times beside a column of days."""
    if date.precision == "minute":
        return choice
    ranked = table.rank(part, _is_time, least_name=0.4)
    ranked += [c for c in table.rank("hour", _is_time) if part == "time" and c not in ranked]
    if not ranked:
        return choice
    time = ranked[0].column
    table.take(time.name)
    confidence = worst(
        choice.confidence, Confidence.SURE if ranked[0].name > 0.6 else Confidence.LIKELY
    )
    return replace(
        choice,
        value=[choice.value, time.name],
        confidence=confidence,
        reasons=(*choice.reasons, Reason("times", {"column": time.name})),
        alternatives=tuple([other, time.name] for other in choice.alternatives),
    )


def _is_time(column: Column) -> float:
    return 1.0 if column.times > 0.9 or column.within(0, 24) else 0.0


def _order(column: Column) -> list[Choice]:
    """Return whether day or month comes first, where the cells say it or nobody can."""
    if not column.is_slashed:
        return []
    path = ("format", "day_first")
    if column.day_first is None:
        return [
            Choice(
                path,
                value=True,
                confidence=Confidence.CHECK,
                reasons=(Reason("day_or_month"),),
                alternatives=(False,),
            )
        ]
    code = "day_first" if column.day_first else "month_first"
    return [Choice(path, column.day_first, Confidence.SURE, (Reason(code),))]


def _recorded(table: Table) -> tuple[Choice, ...]:
    """Return the column with the day on which the source took the incident down."""
    ranked = [c for c in table.rank("recorded", _is_date) if c.name >= 0.6]
    choice = choose(("columns", "recorded"), ranked, *(_dates(c.column) for c in ranked[:1]))
    if choice is None:
        return ()
    table.take(str(choice.value))
    return (choice,)


def _part(table: Table, part: str) -> Column | None:
    """Return the column that is named as a part of a date and holds nothing else."""
    low, high = PARTS[part]
    ranked = table.rank(part, lambda c: float(c.within(low, high)))
    return ranked[0].column if ranked and ranked[0].name >= MIN_PART_NAME else None


def _parts(table: Table) -> tuple[Choice, ...]:
    """Return year, month, day, hour and minute in columns of their own."""
    found: dict[str, Column] = {}
    for part in PARTS:
        column = _part(table, part)
        if column is None:
            break  # a part without the larger ones says nothing
        found[part] = column
        table.take(column.name)
    names = {part: column.name for part, column in found.items()}
    if "year" not in found:
        return ()
    reasons = (Reason("parts", {"columns": list(names.values())}),)
    confidence = Confidence.SURE if "month" in found else Confidence.LIKELY
    return (Choice(("columns", "starts"), names, confidence, reasons),)
