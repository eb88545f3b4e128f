"""An attacker with every published table of the demo town, and linear algebra.

The attack does not use the gate's own margins. Every published or hidden count is a sum over
the same atoms (category × neighbourhood × month × part of the day); whatever follows from the
counts that are shown follows from these sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import linprog
from scipy.sparse.linalg import lsmr

from convive.app.assess import Prepared, compare, measure, prepare
from convive.app.publish import gate, publish
from convive.app.territory import CITY
from convive.catalogue.find import countable, indicators
from convive.core.rates import smoothed_rate
from convive.store import IbisAggregator
from demo_city import build_city, write_pack
from factories.attacker import counts_from_rates
from factories.rows import read_with_rows

Key = tuple[str, str, str, Any, Any, str]
PAGES = Path(__file__).resolve().parents[2] / "docs" / "methods"


@dataclass(frozen=True)
class Town:
    """What was published, what was hidden, and the truth."""

    prepared: Prepared
    tables: Mapping[str, list[dict[str, Any]]]
    truth: Mapping[Key, int]
    shown: frozenset[Key]
    named: frozenset[Key]
    """Hidden with the reason that they are small."""
    atoms: sparse.csr_matrix
    """(n_cells, n_atoms): which atoms each cell of `truth` adds up."""

    @property
    def is_shown(self) -> NDArray[np.bool_]:
        return np.array([key in self.shown for key in self.truth])

    @property
    def counts(self) -> NDArray[np.float64]:
        return np.array(list(self.truth.values()), dtype=float)

    @property
    def is_small(self) -> NDArray[np.bool_]:
        fewest = self.prepared.city.disclosure.min_count
        return (self.counts > 0) & (self.counts < fewest)


def named_small(rows: Mapping[str, list[dict[str, Any]]]) -> frozenset[Key]:
    """Return the counts of which the reader is told that they are small."""
    return frozenset(
        (
            *(row[name] for name in ("indicator_id", "level", "area_id")),
            *(row["period_start"], row["period_end"], row.get("group", "all")),
        )
        for table in ("estimates", "series")
        for row in rows[table]
        if row["reason"] == "small_count"
    )


def cells_of(rows: Mapping[str, list[dict[str, Any]]], closed: set[str]) -> dict[Key, int | None]:
    """Return every recorded count in estimates, series and trends."""
    found: dict[Key, int | None] = {}
    for table, column in (("estimates", "n"), ("series", "count")):
        for row in rows[table]:
            if row["indicator_id"] in closed:
                span = (row["period_start"], row["period_end"], row.get("group", "all"))
                key = (row["indicator_id"], row["level"], row["area_id"], *span)
                found[key] = row[column]
    for row in rows["trends"]:
        if row["indicator_id"] not in closed or row.get("n") is None:
            continue
        # n and the change together give both stretches.
        ratio = 1 + row["change_percent"] / 100
        before = round(row["n"] / (1 + ratio))
        for name, n in (("before", before), ("after", row["n"] - before)):
            span = (row[f"{name}_start"], row[f"{name}_end"], "all")
            found.setdefault((row["indicator_id"], row["level"], row["area_id"], *span), n)
    return found


def incidence(prepared: Prepared, keys: list[Key]) -> sparse.csr_matrix:
    """Return which atoms each cell adds up: its categories, areas, months, parts of the day."""
    territory = prepared.territory
    finest = territory.levels[-1]
    n_areas = len(territory.frames[finest].ids)
    first = min(key[3] for key in keys)
    months = max((k[4].year - first.year) * 12 + k[4].month - first.month for k in keys)
    names = sorted({c for cube in prepared.cubes.sources.values() for c in cube.categories})
    shape = (len(names), n_areas + 1, months, 3)
    rows, columns = [], []
    for i, (indicator_id, level, area, start, end, part) in enumerate(keys):
        cube = prepared.cubes.sources[prepared.numerators[indicator_id].source_id]
        added = countable(prepared.indicator(indicator_id).measure.categories, cube.categories)
        up = territory.way_up(finest, level)
        at = territory.frames[level].ids.index(area)
        places = [j for j in range(n_areas) if up[j] == at] + ([n_areas] if level == CITY else [])
        begin = (start.year - first.year) * 12 + start.month - first.month
        stop = (end.year - first.year) * 12 + end.month - first.month
        parts = {"all": [0, 1, 2], "day": [0], "night": [1]}[part]
        grid = np.ix_([names.index(c) for c in added], places, range(begin, stop), parts)
        flat = np.ravel_multi_index(grid, shape).ravel()
        rows.append(np.full(flat.size, i))
        columns.append(flat)
    where = (np.concatenate(rows), np.concatenate(columns))
    return sparse.csr_matrix((np.ones(where[0].size), where), shape=(len(keys), np.prod(shape)))


def merged(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """Return one unknown for all atoms that stand in the same cells: nobody can tell them apart."""
    columns = matrix.tocsc()
    columns = columns[:, np.diff(columns.indptr) > 0]
    marks = columns.T @ np.random.default_rng(3).random(matrix.shape[0])
    return columns[:, np.unique(np.round(marks, 9), return_index=True)[1]].tocsr()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("attack") / "town"
    write_pack(build_city(11, scale=0.3), folder)
    evidence = read_with_rows(folder).evidence
    assert evidence is not None
    generator = np.random.default_rng(evidence.city.seed)
    prepared = prepare(evidence, indicators(), aggregator=IbisAggregator(), rng=generator)
    figures = measure(prepared)
    gated = gate(prepared, figures.rows)
    rows, _ = compare(prepared, gated.rows, figures.effects)
    tables = {name: table.to_pylist() for name, table in publish(rows).items()}
    closed = set(prepared.numerators)
    assert not {n.source_id for n in prepared.numerators.values()} & set(evidence.public_sources)
    raw = {key: n for key, n in cells_of(figures.rows, closed).items() if n is not None}
    seen = {key for key, n in cells_of(tables, closed).items() if n is not None}
    truth = dict(sorted(raw.items()))
    atoms = incidence(prepared, list(truth))
    return Town(prepared, tables, truth, frozenset(seen & set(truth)), named_small(tables), atoms)


def test_there_is_something_to_attack(town: Town) -> None:
    assert (town.is_small & ~town.is_shown).sum() > 20
    assert not (town.is_small & town.is_shown).any()
    hidden_by_cover = ~town.is_shown & ~town.is_small
    assert hidden_by_cover.any()
    assert town.is_shown.mean() > 0.5


@pytest.mark.calibration  # a minute
def test_no_small_count_follows_from_any_sums_of_what_is_shown(town: Town) -> None:
    atoms = merged(town.atoms)
    shown = atoms[np.flatnonzero(town.is_shown)]
    weak = town.is_small & ~town.is_shown
    for seed in (1, 2):  # one direction may leave a free cell where it is by chance
        direction = np.random.default_rng(seed).standard_normal(shown.shape[1])
        solved = lsmr(shown.T, direction, atol=1e-11, btol=1e-11, maxiter=3000)[0]
        free = direction - shown.T @ solved
        moved = np.abs(atoms @ free)
        assert moved[town.is_shown].max() < 1e-3  # what is shown cannot move
        weak &= moved < 1e-2
        if not weak.any():
            return
    assert [key for key, is_weak in zip(town.truth, weak, strict=True) if is_weak] == []


def pinned_down(town: Town, is_shown: NDArray[np.bool_], *, is_named: bool = False) -> list[Key]:
    """Return the hidden small counts of the last year that one linear programme fixes.

    The attacker knows the rule and the reasons, and of each cover that it is one.
    """
    fewest = town.prepared.city.disclosure.min_count
    last = max(key[3] for key in town.truth if (key[4] - key[3]).days > 360)
    own = np.array([key[3] == last and (key[4] - key[3]).days > 360 for key in town.truth])
    matrix = merged(town.atoms[np.flatnonzero(own)])
    counts, small, shown = town.counts[own], town.is_small[own], is_shown[own]
    named = np.array([key in town.named for key in town.truth])[own] | (small & is_named)
    low = np.where(shown, counts, np.where(small, 1, fewest))
    high = np.where(shown, counts, np.where(named, fewest - 1, 1e6))
    hidden = np.flatnonzero(small & ~shown)
    assert hidden.size
    known: dict[str, Any] = {"A_eq": matrix[shown], "b_eq": counts[shown]}
    if not shown.all():
        known["A_ub"] = sparse.vstack([matrix[~shown], -matrix[~shown]])
        known["b_ub"] = np.concatenate([high[~shown], -low[~shown]])
    least, most = np.full(hidden.size, np.inf), np.full(hidden.size, -np.inf)

    def move(weights: NDArray[np.float64]) -> None:
        for sign in (1.0, -1.0):
            found = linprog(sign * (weights @ matrix[hidden]), **known, bounds=(0, None)).x
            np.minimum(least, matrix[hidden] @ found, out=least)
            np.maximum(most, matrix[hidden] @ found, out=most)

    generator = np.random.default_rng(4)
    for _ in range(3):
        move(generator.standard_normal(hidden.size))
    for i in range(hidden.size):
        if most[i] - least[i] < 1 - 1e-6:
            move((np.arange(hidden.size) == i).astype(float))
    names = [key for key, is_own in zip(town.truth, own, strict=True) if is_own]
    return [names[hidden[i]] for i in np.flatnonzero(most - least < 1 - 1e-6)]


def test_no_small_count_is_pinned_down_by_ranges(town: Town) -> None:
    assert pinned_down(town, town.is_shown) == []


def test_the_attack_breaks_a_gate_that_hides_small_counts_only(town: Town) -> None:
    """A control: without complementary cells, subtraction gives small counts away."""
    assert pinned_down(town, ~town.is_small, is_named=True)


def test_no_week_and_no_effect_gives_a_small_number_away(town: Town) -> None:
    fewest = town.prepared.city.disclosure.min_count
    weeks: dict[Any, list[dict[str, Any]]] = {}
    for row in town.tables["profiles"]:
        weeks.setdefault((row["indicator_id"], row["level"], row["area_id"]), []).append(row)
    for hours in weeks.values():
        hidden = [row for row in hours if row["expected_count"] is None]
        rest = hours[0]["n"] - sum(row["expected_count"] or 0 for row in hours)
        assert not hidden or (len(hidden) > 1 and rest >= fewest - 0.5)
    for row in town.tables["effects"]:
        for name in ("n_before", "n_after"):
            assert row[name] is None or row[name] == 0 or row[name] >= fewest


def test_every_method_of_a_build_has_its_page(town: Town) -> None:
    named = {
        row["method"] for table in ("estimates", "trends", "effects") for row in town.tables[table]
    }
    named |= {one.method for one in indicators() if one.method}
    assert {"crude_rate", "survey_share", "trend", "before_after"} <= named
    assert [name for name in sorted(named) if not (PAGES / f"{name}.md").is_file()] == []


def slices_of(rows: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Return the smoothed rows that were smoothed together."""
    found: dict[Any, list[dict[str, Any]]] = {}
    for row in rows:
        if row.get("smoothed") is not None:
            names = ("indicator_id", "level", "period_start", "group", "denominator_id")
            found.setdefault(tuple(row[name] for name in names), []).append(row)
    return [own for own in found.values() if len(own) >= 8]


def test_smoothed_rates_follow_from_what_is_shown_alone(town: Town) -> None:
    """The reader gets the very digits from published counts: there is nothing else in them."""
    hidden = {
        (row["indicator_id"], row["level"], row["period_start"])
        for row in town.tables["estimates"]
        if row["status"] == "suppressed"
    }
    tried = 0
    for own in slices_of(town.tables["estimates"]):
        if (own[0]["indicator_id"], own[0]["level"], own[0]["period_start"]) not in hidden:
            continue
        per = town.prepared.indicator(own[0]["indicator_id"]).per
        counts, bases = (np.array([r[name] for r in own]) for name in ("n", "denominator"))
        found = smoothed_rate(counts, bases, per=per, level=own[0]["interval_level"])
        np.testing.assert_allclose(found.rate, [row["smoothed"] for row in own], rtol=1e-12)
        tried += 1
    assert tried > 3


def test_no_rate_and_denominator_give_a_small_count_back(town: Town) -> None:
    fewest = town.prepared.city.disclosure.min_count
    per = {one.id: float(one.per) for one in indicators() if one.per}
    counts = list(counts_from_rates(town.tables, per))
    assert len(counts) > 1000
    assert not [key for key, n in counts if 0.5 < n < fewest - 0.5]


def test_no_expected_value_comes_from_a_hidden_month(town: Town) -> None:
    series: dict[Any, list[dict[str, Any]]] = {}
    for row in town.tables["series"]:
        series.setdefault((row["indicator_id"], row["level"], row["area_id"]), []).append(row)
    touched = {
        key for key, own in series.items() if any(row["status"] == "suppressed" for row in own)
    }
    assert all(row["expected"] is None for key in touched for row in series[key])
    for row in town.tables["trends"]:
        if (row["indicator_id"], row["level"], row["area_id"]) in touched and row["p"] is not None:
            assert row["change_percent"] == float(f"{row['change_percent']:.2g}")


def test_no_share_of_repeats_gives_a_small_number_away(town: Town) -> None:
    """A share times its base is a count, and the city's less the areas' is one too."""
    fewest = town.prepared.city.disclosure.min_count
    shares = [
        row
        for row in town.tables["estimates"]
        if row["method"] == "repeat_share" and row["value"] is not None
    ]
    assert shares
    for row in shares:
        repeats = round(row["value"] * row["n"] / 100)
        assert all(n == 0 or n >= fewest for n in (repeats, row["n"] - repeats))
    for year in {row["period_start"] for row in shares}:
        own = [row for row in town.tables["estimates"] if row["method"] == "repeat_share"]
        hidden = [r for r in own if r["period_start"] == year and r["value"] is None]
        assert len(hidden) != 1


def test_no_hour_is_hidden_alone_among_the_areas_of_a_level(town: Town) -> None:
    hours: dict[Any, list[dict[str, Any]]] = {}
    for row in town.tables["profiles"]:
        if row["level"] != CITY:
            key = (row["indicator_id"], row["level"], row["weekday"], row["hour"])
            hours.setdefault(key, []).append(row)
    for own in hours.values():
        hidden = [row for row in own if row["expected_count"] is None]
        shown = [row for row in own if row["expected_count"]]
        assert len(hidden) != 1 or not shown
