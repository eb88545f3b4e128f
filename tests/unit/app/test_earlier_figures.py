"""What two releases tell together of hours, notes, answers and actions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest

from convive.app.assess import measure, prepare
from convive.app.earlier_figures import (
    TOLD,
    Memory,
    Told,
    answer_key,
    hidden_answers,
    hour_key,
    theme_key,
    week_key,
)
from convive.app.note_cells import gated_themes
from convive.app.ports import Evidence
from convive.app.publish import Gated, gate
from convive.app.releases import Release
from convive.app.tables import RESULT_TABLES
from convive.app.traces import without_traces
from convive.app.week_cells import hidden_hours
from convive.catalogue.find import indicators
from convive.store import IbisAggregator
from factories.evidence import NEIGHBOURHOODS, action, incident_rows, make_city, town

FLOOR = 5
AREAS = ("A", "B", "C", "D")
DAYS, HOURS = 2, 12
Row = dict[str, Any]


def weeks(counts: np.ndarray) -> list[Row]:
    """Return the hours of four areas and of the city, which they add up to."""
    named = [("district", area, counts[i]) for i, area in enumerate(AREAS)]
    rows = []
    for level, area, hours in (*named, ("city", "t", counts.sum(axis=0))):
        for (day, hour), n in np.ndenumerate(hours):
            rows.append(
                {
                    "indicator_id": "theft_rate", "level": level, "area_id": area,
                    "weekday": day + 1, "hour": hour, "expected_count": float(n),
                    "n": int(hours.sum()), "status": "shown",
                }
            )  # fmt: skip
    return rows


def shown(rows: list[Row], memory: Memory) -> Release:
    """Return the release in which hours pass the gate, as a reader and its memory have it."""
    hidden = {hour_key(row) for row, _ in hidden_hours(rows, FLOOR, memory)}
    hidden |= {week_key(row) for row in rows if memory.tells(week_key(row), row["n"], FLOOR)}
    figures = {hour_key(row): row["expected_count"] for row in rows}
    figures |= {week_key(row): row["n"] for row in rows}
    return Release(date(2025, 1, 1), {}, figures=figures, kept=frozenset(hidden))


def changes(old: Release, new: Release) -> Iterator[float]:
    """Yield what a reader of both learns: of hours, and of those that fill a sum up."""
    before = {key: n for key, n in old.figures.items() if key not in old.kept}
    after = {key: n for key, n in new.figures.items() if key not in new.kept}
    both = before.keys() & after.keys()
    yield from (after[key] - before[key] for key in both)
    for total, parts in _sums(new):
        if total in both and all(key in before for key in parts):
            left = after[total] - before[total]
            yield left - sum(after[key] - before[key] for key in parts if key in after)


def _sums(release: Release) -> Iterator[tuple[tuple[str, ...], list[tuple[str, ...]]]]:
    hours = [key for key in release.figures if key[-1] != "n"]
    for total in (key for key in release.figures if key[-1] == "n"):
        yield total, [key for key in hours if key[:4] == total[:4]]
    for total in (key for key in hours if key[2] == "city"):
        yield total, [key for key in hours if key[2] != "city" and key[4:] == total[4:]]


def is_small(numbers: Iterable[float]) -> bool:
    return any(0.001 < abs(number) < FLOOR - 0.001 for number in numbers)


@pytest.mark.parametrize("n_more", [1, 4, 60])
def test_two_weeks_side_by_side_tell_no_small_number_of_incidents(n_more: int) -> None:
    rng = np.random.default_rng(n_more)
    for _ in range(8):
        counts = rng.integers(6, 60, (len(AREAS), DAYS, HOURS))
        more = np.bincount(rng.integers(0, counts.size, n_more), minlength=counts.size)
        first = shown(weeks(counts), Memory())
        rows = weeks(counts + more.reshape(counts.shape))
        assert is_small(changes(first, shown(rows, Memory())))  # a gate that forgets
        assert not is_small(changes(first, shown(rows, Memory([first]))))


def test_hours_that_nothing_happened_in_since_stay_where_they_are() -> None:
    counts = np.full((len(AREAS), DAYS, HOURS), 40)
    first = shown(weeks(counts), Memory())
    counts[0, 1, 3] += 8
    counts[1, 0, 5] += 1
    counts[1, 1, 7] += 9
    second = shown(weeks(counts), Memory([first]))
    hidden = {key[2:] for key in second.kept}
    assert ("district", "B", "1", "5") in hidden
    assert ("district", "A", "2", "3") not in hidden
    assert len(hidden) < 10


def test_what_was_kept_back_stays_so_while_it_is_nearly_the_same() -> None:
    """Else the second release names what the first hid beside a small count."""
    key = ("profiles", "theft_rate", "city", "t", "1", "2")
    first = Release(date(2025, 1, 1), {}, figures={key: 9.0}, kept=frozenset({key}))
    memory = Memory([first])
    assert memory.tells(key, 9.0, FLOOR)
    assert memory.tells(key, 12.0, FLOOR)
    assert not memory.tells(key, 20.0, FLOOR)


def notes(**counts: int) -> list[Row]:
    return [
        {"level": level, "area_id": area, "theme": "fear", "direction": "worse", "n": n}
        for level, areas in (
            ("neighbourhood", counts),
            ("district", {"A": sum(n for area, n in counts.items() if area[0] == "A")}),
            ("city", {"t": sum(counts.values())}),
        )
        for area, n in areas.items()
    ]


def test_one_more_note_is_not_told_by_two_releases(prepared: Any) -> None:
    territory = prepared.territory
    city = territory.city_id

    def released(rows: list[Row], memory: Memory) -> tuple[dict[Any, int | None], Release]:
        rows = [
            row | {"area_id": city if row["level"] == "city" else row["area_id"]} for row in rows
        ]
        told = gated_themes(territory, rows, FLOOR, memory)
        figures = {theme_key(row): float(row["n"]) for row in gated_themes(territory, rows, 0)}
        kept = frozenset(theme_key(row) for row in told if row["n"] is None)
        seen = {(row["level"], row["area_id"]): row["n"] for row in told}
        return seen, Release(date(2025, 1, 1), {}, figures=figures, kept=kept)

    before, first = released(notes(A1=10, A2=20), Memory())
    after, _ = released(notes(A1=11, A2=28), Memory([first]))
    forgetful, _ = released(notes(A1=11, A2=28), Memory())
    assert forgetful[("neighbourhood", "A1")] == 11
    for place in (("neighbourhood", "A1"), ("neighbourhood", "A2"), ("district", "A")):
        assert before[place] is not None
        assert after[place] is None


@pytest.fixture(scope="module")
def prepared() -> Any:
    return prepared_of(town())


def prepared_of(evidence: Evidence) -> Any:
    return prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )


def answers(*ns: int) -> dict[str, list[Row]]:
    period = {"period_start": date(2024, 1, 1), "period_end": date(2025, 1, 1)}
    rows = [
        {
            "indicator_id": "unsafe", "level": "neighbourhood", "area_id": f"A{i}", **period,
            "dimension": "all", "group": "all", "n": n, "_n_effective": n, "source_ids": ["survey"],
            "status": "shown",
        }
        for i, n in enumerate(ns)
    ]  # fmt: skip
    return {"estimates": rows, "contrasts": [{"indicator_id": "unsafe", **period}]}


@pytest.mark.parametrize(
    ("later", "hidden"),
    [((40, 50, 60), 0), ((52, 50, 60), 0), ((41, 50, 60), 2), ((41, 70, 60), 3)],
)
def test_what_few_people_answered_since_is_kept_back_with_all_that_changed(
    prepared: Any, later: tuple[int, ...], hidden: int
) -> None:
    first = {answer_key(row): row["n"] for row in answers(40, 50, 60)["estimates"]}
    memory = Memory([Release(date(2025, 1, 1), {}, figures=first)])
    found = list(hidden_answers(prepared, answers(*later), memory))
    assert len(found) == hidden
    assert ("contrasts" in {table for table, _ in found}) == bool(hidden)


def gated(counts: dict[tuple[str, str, int], int], *earlier: Release) -> Gated:
    evidence = town(
        incidents=incident_rows(counts),
        city=make_city(interventions=(action(areas=("A1", "A2"), categories=("burglary",)),)),
    )
    found = prepared_of(evidence)
    return gate(found, measure(found).rows, earlier=earlier, day=date(2025, 2, 1))


@pytest.fixture(scope="module")
def two() -> tuple[Gated, Gated, Gated]:
    """Two audits with one burglary more in each year of the second, and the second by a gate that forgets."""
    counts = {(area, "theft", 12): 60 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts |= {(area, "burglary", 3): 30 for area in NEIGHBOURHOODS}
    more = {**counts, ("A1", "burglary", 3): 31}
    first = gated(counts)
    return first, gated(more, first.release), gated(more)


def told_of(gated: Gated, table: str, *columns: str) -> dict[Any, float]:
    names = ("indicator_id", "level", "area_id", "weekday", "hour", "intervention_id")
    return {
        (*(row.get(name) for name in names), column): row[column]
        for row in gated.rows[table]
        if row["status"] == "shown"
        for column in columns
        if row.get(column) is not None
    }


@pytest.mark.parametrize(
    ("table", "columns"),
    [("profiles", ("expected_count", "n")), ("effects", ("n_before", "n_after"))],
)
def test_two_audits_with_one_more_incident_tell_nothing_below_the_floor(
    two: tuple[Gated, Gated, Gated], table: str, columns: tuple[str, ...]
) -> None:
    first, second, forgetful = (told_of(one, table, *columns) for one in two)
    assert is_small(forgetful[key] - n for key, n in first.items() if key in forgetful)
    assert not is_small(second[key] - n for key, n in first.items() if key in second)


def test_the_same_evidence_again_gives_the_same_release(two: tuple[Gated, Gated, Gated]) -> None:
    first = two[0]
    assert Release.from_bytes(first.release.to_bytes()) == first.release
    assert first.release.has_figures_of(replace(first.release, day=date(2025, 3, 1)))
    assert any(key[0] == "profiles" for key in first.release.figures)


def test_a_jump_keeps_few_digits_where_a_month_is_hidden() -> None:
    place = {"indicator_id": "theft_rate", "level": "city", "area_id": "t"}
    month = {**place, "status": "suppressed"}
    jump = {**place, "ratio": 1.23456, "low": 1.1111, "high": 1.3333, "p": 0.012345}
    other = {**jump, "indicator_id": "burglary_rate"}
    without_traces([month], [], [jump, other])
    assert jump["ratio"] == pytest.approx(1.2)
    assert other["ratio"] == 1.23456


def test_every_table_says_what_it_tells_next_to_an_earlier_release(prepared: Any) -> None:
    assert set(TOLD) == {spec.name for spec in RESULT_TABLES}
    made_later = {name for name, told in TOLD.items() if told == (Told.GATED,)}
    assert not made_later & measure(prepared).rows.keys()


def test_what_is_said_to_be_remembered_is(two: tuple[Gated, Gated, Gated]) -> None:
    release = two[0].release
    kinds = {key[0].partition(":")[0] for key in release.counts}
    assert {"burglary_rate", "effect"} <= kinds
    assert {key[0] for key in release.figures} >= {"profiles", "answers"}
