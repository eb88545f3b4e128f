"""Tables of what a crime costs."""

import pytest

from convive.catalogue import find
from convive.catalogue.cost_tables import cost_table, cost_tables
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import NotFoundError


def test_every_line_stands_for_a_kind_of_incident_and_names_its_source() -> None:
    for table in cost_tables():
        for line in table.lines:
            assert find.category(line.category).id == line.category
            assert line.amount > 0
            assert (line.currency, line.year, line.source) == (
                table.currency,
                table.year,
                table.source,
            )
            assert set(line.label) == set(LANGUAGES)
            assert line.provenance in {"verified", "recalled"}


def test_a_kind_may_have_several_lines_so_that_people_choose() -> None:
    found = cost_table("england_wales_2018").of_category("violence")
    assert [one.item for one in found] == ["violence_with_injury", "violence_without_injury"]


def test_the_newest_prices_come_first() -> None:
    years = [table.year for table in cost_tables()]
    assert years == sorted(years, reverse=True)


def test_a_table_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(NotFoundError) as found:
        cost_table("berlin")
    assert found.value.data["known"] == "england_wales_2018, england_wales_2005"
