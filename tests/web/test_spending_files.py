"""Tables of spending as accounts offices hand them in: read, or refused with everything wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from convive.web.workspace.models import Action
from convive.web.workspace.spending_files import MOST_ROWS, read_amount, read_day, read_spending

TODAY = date(2026, 6, 1)
ACTIONS = {"light": Action(code="light"), "walks": Action(code="walks")}
HEAD = ["Code of the action", "Day", "Amount", "What for"]


def reading(*rows: list[str], head: list[str] | None = None, language: str = "en") -> Any:
    table = [(1, head or HEAD), *enumerate(rows, start=2)]
    return read_spending(table, ACTIONS, language=language, today=TODAY)


def test_columns_may_stand_in_any_order_and_in_any_language() -> None:
    head = ["Betrag", "jour", "CÓDIGO DE LA ACCIÓN"]
    found = reading(["1.234,50", "31.05.2026", "light"], head=head, language="de")
    assert found.faults == []
    assert [(a.code, s.on, s.amount) for a, s in found.rows] == [
        ("light", date(2026, 5, 31), Decimal("1234.5"))
    ]


def test_everything_that_is_wrong_is_told_with_its_row_and_nothing_is_kept() -> None:
    found = reading(
        ["light", "2026-05-01", "10", ""], ["dark", "2026-06-02", "0", ""],
        ["light", "soon", "1.005", "x" * 201], ["", "", "", ""],
    )  # fmt: skip
    assert found.rows == []
    assert [(one.row, one.code) for one in found.faults] == [
        (3, "action_unknown"), (3, "day"), (3, "amount"), (4, "day"), (4, "amount"), (4, "note_long"),
        (5, "action_unknown"), (5, "day"), (5, "amount"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("head", "codes"),
    [
        (["Day", "Amount"], ["column_missing"]),
        ([*HEAD, "Name of the person"], ["column_unknown"]),
        (["Day", "Day", "Amount", "action"], ["column_unknown"]),
    ],
)
def test_columns_that_are_missing_unknown_or_doubled_are_refused(
    head: list[str], codes: list[str]
) -> None:
    assert [one.code for one in reading(["x"], head=head).faults] == codes


def test_empty_and_endless_tables_are_refused() -> None:
    assert [one.code for one in read_spending([], {}, language="en", today=TODAY).faults] == ["empty"]  # fmt: skip
    assert [one.code for one in reading().faults] == ["empty"]
    endless = [(n, HEAD) for n in range(MOST_ROWS + 2)]
    found = read_spending(endless, ACTIONS, language="en", today=TODAY)
    assert [one.code for one in found.faults] == ["too_many"]


@pytest.mark.parametrize("text", ["", "abc", "2026-02-30", "1/2", "45000"])
def test_what_is_no_day(text: str) -> None:
    assert read_day(text) is None


@pytest.mark.parametrize(
    ("text", "amount"),
    [("12", "12"), ("-3.5", "-3.5"), ("1,234.5", "1234.5"), ("0", None), ("1e5", None),
     ("nan", None), ("=1+1", None), ("999999999999", None), ("0.001", None)],
)  # fmt: skip
def test_amounts(text: str, amount: str | None) -> None:
    assert read_amount(text, "en") == (Decimal(amount) if amount else None)
