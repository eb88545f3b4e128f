"""Reads what was spent from a table that somebody hands in: all problems at once, or all rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from convive.catalogue.texts import languages, say
from convive.web.staff.reader_numbers import read
from convive.web.workspace.actions.spending import Spent
from convive.web.workspace.models import Action

COLUMNS = ("action", "day", "amount", "note")
NEEDED = ("action", "day", "amount")
MOST_ROWS = 20_000
LONGEST_NOTE = 200
MOST = Decimal(99_999_999_999)
FIRST_DAY = date(2000, 1, 1)
_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y")


@dataclass(frozen=True)
class Fault:
    """Something that is wrong in a file; in words ``spending.fault.<code>``."""

    code: str
    row: int = 0
    value: str = ""


@dataclass(frozen=True)
class Reading:
    """The rows of a file, or what is wrong with it."""

    rows: list[tuple[Action, Spent]]
    faults: list[Fault]


def read_spending(
    table: Sequence[tuple[int, list[str]]], actions: Mapping[str, Action], *, language: str,
    today: date,
) -> Reading:  # fmt: skip
    """Return the amounts that a table tells of; with any fault, no row is to be kept.

    Parameters
    ----------
    table : sequence
        Row number and cells; the first row names the columns in any of the seven languages.
    actions : mapping
        Code → action.
    """
    if not table:
        return Reading([], [Fault("empty")])
    at, unknown = _columns(table[0][1])
    faults = [Fault("column_unknown", table[0][0], name) for name in unknown]
    faults += [Fault("column_missing", value=name) for name in NEEDED if name not in at]
    if len(table) - 1 > MOST_ROWS:
        faults.append(Fault("too_many"))
    if faults:
        return Reading([], faults)
    rows = []
    for number, cells in table[1:]:
        row = {name: cells[i] if i < len(cells) else "" for name, i in at.items()}
        found, wrong = _row(number, row, actions, language, today)
        faults += wrong
        if found:
            rows.append(found)
    if not rows and not faults:
        faults.append(Fault("empty"))
    return Reading([] if faults else rows, faults)


def _columns(head: list[str]) -> tuple[dict[str, int], list[str]]:
    """Return column → its place, and names that are none."""
    names = {name: name for name in COLUMNS}
    for language in languages():
        for name in COLUMNS:
            names[say(f"spending.column.{name}", language).casefold()] = name
    at: dict[str, int] = {}
    unknown = []
    for place, cell in enumerate(head):
        column = names.get(cell.strip().casefold().replace("'", "’"))
        if column is None or column in at:
            unknown += [cell] if cell.strip() else []
        else:
            at[column] = place
    return at, unknown


def _row(
    number: int, row: Mapping[str, str], actions: Mapping[str, Action], language: str, today: date
) -> tuple[tuple[Action, Spent] | None, list[Fault]]:
    faults = []
    action = actions.get(row["action"])
    if action is None:
        faults.append(Fault("action_unknown", number, row["action"]))
    day = read_day(row["day"])
    if day is None or not FIRST_DAY <= day <= today:
        faults.append(Fault("day", number, row["day"]))
    amount = read_amount(row["amount"], language)
    if amount is None:
        faults.append(Fault("amount", number, row["amount"]))
    note = row.get("note", "").removeprefix("'")
    if len(note) > LONGEST_NOTE:
        faults.append(Fault("note_long", number))
    if faults or action is None or day is None or amount is None:
        return None, faults
    return (action, Spent(day, amount, note)), []


def read_day(text: str) -> date | None:
    """Return a day as spreadsheets write it, None where it is none."""
    bare = text.strip().split(" ")[0].split("T")[0]
    for form in _DAYS:
        try:
            return datetime.strptime(bare, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def read_amount(text: str, language: str) -> Decimal | None:
    """Return an amount of money in the reader's notation; None where it is none, or zero."""
    number = read(text.removeprefix("'"), language)
    if number is None:
        return None
    try:
        amount = Decimal(repr(number))
    except InvalidOperation:
        return None
    is_money = amount == round(amount, 2) and 0 < abs(amount) <= MOST
    return amount if is_money else None
