"""Columns of tables in documents: no word is cut where there is room for all."""

import pytest

from convive.app.documents import Grid
from convive.reports.documents.column_widths import column_widths

LINE = 90
"""About how many characters a line has."""


def signs(grid: Grid) -> list[float]:
    shares = column_widths(grid)
    return [LINE * share / sum(shares) for share in shares]


def test_long_texts_leave_their_neighbours_room_for_a_word() -> None:
    told = "29.5 (27.4–31.7) %; n = 2,995; 15 October 2025; Survey of residents"
    columns = ("Indicator", "Area", "Direction", "Baseline", "Value", "Due", "Now")
    row = ("Feel unsafe after dark", "Marvenza", "Lower", told, "23.6", "31 December 2028", told)
    found = dict(zip(columns, signs(Grid(columns, (row,))), strict=True))
    least = {
        "Indicator": "Indicator",
        "Area": "Marvenza",
        "Direction": "Direction",
        "Due": "December",
    }
    assert {name: found[name] > len(word) for name, word in least.items()} == dict.fromkeys(
        least, True
    )
    assert found["Baseline"] == found["Now"] > found["Area"]


def test_an_amount_and_its_currency_are_one_word() -> None:
    grid = Grid(
        ("By pillar", "Planned"), (("Prevention, of every kind " * 4, "1,792,500\u00a0EUR"),)
    )
    assert signs(grid)[1] > len("1,792,500 EUR")


def test_widths_that_somebody_chose_stand() -> None:
    assert column_widths(Grid(("a", "b"), (("x" * 50, "y"),), widths=(0.3, 0.7))) == (0.3, 0.7)


def test_where_words_are_too_long_for_a_line_the_short_ones_stay_whole() -> None:
    long = "Einwohnerbefragung zur Sicherheit"
    columns = ("Indikator", "Gebiet", "Richtung", "Ausgangswert", "Wert", "Fällig", "Jetzt")
    row = ("Unsicherheitsgefühl", "Marvenza", "Senken", long, "23,6", "Dezember", long)
    found = signs(Grid(columns, (row,)))
    assert sum(found) == pytest.approx(LINE)
    for at, word in ((1, "Marvenza"), (2, "Richtung"), (4, "Wert"), (5, "Dezember")):
        assert found[at] > len(word), word
    assert found[3] == found[6] == max(found)
