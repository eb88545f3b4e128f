"""What must be true of the rows of a plan, whatever file they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from convive.connectors.plan_files.columns import FIGURE, FIGURES, TABLES, UNKNOWN, Column, Table
from convive.connectors.plan_files.rows import Row, Rows
from convive.connectors.xlsform.findings import Findings
from convive.core.strategy.vocabulary import TargetGroup

_CODE = re.compile(r"[A-Za-z0-9_-]+")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_MONEY = Decimal(10) ** 12
_GROUPS = frozenset([*map(str, TargetGroup), UNKNOWN])
_REF_TABLES = {
    "challenge": "challenges", "objective": "objectives", "action": "actions",
    "decision": "decisions", "commitment": "commitments", "finding": "findings",
    "organisation": "organisations",
}  # fmt: skip
_ORDERED = (("starts_on", "ends_on"), ("from_year", "until_year"),
            ("baseline_period_start", "baseline_period_end"),
            ("now_period_start", "now_period_end"))  # fmt: skip


def check_rows(rows: Rows, found: Findings) -> None:
    """Note everything that is wrong: empty cells, codes, references, sizes, order."""
    if len(rows["strategy"]) != 1:
        found.add("PLAN_ONE_STRATEGY", "strategy", n=len(rows["strategy"]))
    codes = {table.name: _codes(table, rows[table.name], found) for table in TABLES}
    codes["findings"] = {row.values.get("finding_id") for row in rows["findings"]}
    for table in TABLES:
        for row in rows[table.name]:
            for column in table.columns:
                _check_value(table, row, column, found)
            for column_name, code, target in _references(table, row):
                if code not in codes.get(target, ()):
                    found.add("PLAN_NOT_THERE", table.name, row=row.number, column=column_name,
                              code=code, table=target)  # fmt: skip
            _check_row(table, row, found)


def _codes(table: Table, rows: list[Row], found: Findings) -> set[Any]:
    """Return the codes of a table; a code that stands there twice is noted."""
    seen: set[Any] = set()
    for row in rows if table.key else ():
        code = row.values.get(table.key)
        if code in seen and code:
            found.add("PLAN_CODE_TWICE", table.name, row=row.number, column=table.key, code=code)
        seen.add(code)
    return seen


def _check_value(table: Table, row: Row, column: Column, found: Findings) -> None:
    value = row.values.get(column.name)
    place = {"row": row.number, "column": column.name}
    if value is None or value in ("", ()):
        if column.is_needed and column.name not in row.unread:
            found.add("PLAN_CELL_MISSING", table.name, **place)
    elif column.kind == "code" and not _CODE.fullmatch(value):
        found.add("PLAN_BAD_CODE", table.name, **place)
    elif isinstance(value, str) and len(value) > column.most:
        found.add("PLAN_TOO_LONG", table.name, **place, most=column.most)
    elif _is_out_of_range(value, column):
        found.add("PLAN_OUT_OF_RANGE", table.name, **place)


def _is_out_of_range(value: Any, column: Column) -> bool:
    if column.kind == "money":
        return not value.is_finite() or abs(value) > _MOST_MONEY
    if column.kind in ("whole", "number"):
        least = -column.most if column.least is None else column.least
        return not least <= value <= column.most  # also what is not a number
    if column.kind == "moment":
        return value.tzinfo is None
    if column.kind == "counts":
        return any(group not in _GROUPS or not 0 <= n < 10**9 for group, n in value.items())
    return False


def _references(table: Table, row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield column, code and table of everything that a row points at inside the plan."""
    for column in table.columns:
        value = row.values.get(column.name)
        if not value:
            continue
        if column.points_at:
            for code in value if isinstance(value, tuple) else (value,):
                yield column.name, code, column.points_at
        elif column.kind == "refs" and column.name != "parts":
            for ref in value:
                part, _, code = ref.partition(":")
                if part == "finding" and column.name == "evidence":
                    continue  # the audit's; no challenge of the plan need rest on it
                yield column.name, code or ref, _REF_TABLES.get(part, "")


def _check_row(table: Table, row: Row, found: Findings) -> None:
    values, number = row.values, row.number
    for first, second in _ORDERED:
        start, end = values.get(first), values.get(second)
        if start is not None and end is not None and start > end:
            found.add("PLAN_WRONG_ORDER", table.name, row=number, column=second)
    if table.name == "strategy" and not _CURRENCY.fullmatch(values.get("currency") or ""):
        found.add("PLAN_CURRENCY", table.name, row=number, column="currency")
    if table.name == "answers" and not values.get("parts") and not values.get("why_not"):
        found.add("PLAN_ANSWER_EMPTY", table.name, row=number, column="parts")
    if table.name == "targets":
        _check_target(row, found)
    money = values.get("amount")
    if isinstance(money, Decimal) and _has_odd_cents(money):
        found.add("PLAN_CENTS", table.name, row=number, column="amount")


def _has_odd_cents(money: Decimal) -> bool:
    return money.is_finite() and abs(money) <= _MOST_MONEY and money != round(money, 2)


def _check_target(row: Row, found: Findings) -> None:
    of: tuple[str, ...] = row.values.get("of") or ()
    if len(of) != 1 or of[0].partition(":")[0] not in ("action", "objective"):
        found.add("PLAN_TARGET_OF", "targets", row=row.number, column="of")
    if row.values.get("baseline_status") is None and "baseline_status" not in row.unread:
        found.add("PLAN_CELL_MISSING", "targets", row=row.number, column="baseline_status")
    for part in FIGURES:
        status, value = row.values.get(f"{part}_status"), row.values.get(f"{part}_value")
        if value is not None and status not in (None, "shown"):
            found.add("PLAN_HIDDEN_VALUE", "targets", row=row.number, column=f"{part}_value")
        others = (row.values.get(f"{part}_{column.name}") for column in FIGURE)
        if (
            part == "now"
            and status is None
            and any(one not in (None, "", (), {}) for one in others)
        ):
            found.add("PLAN_CELL_MISSING", "targets", row=row.number, column="now_status")
