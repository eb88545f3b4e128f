"""What earlier publications mean for the next one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from convive.app.assess import measure, prepare
from convive.app.differencing import compared_with, differencing
from convive.app.ports import Evidence
from convive.app.publish import Gated, gate
from convive.app.releases import Release, remember, remembered
from convive.catalogue.find import indicators
from convive.core.errors import StorageError
from convive.store import FolderRestrictedStore, IbisAggregator
from convive.wiring.editions import kept_moments
from factories.attacker import (
    counts_from_rates,
    harvested,
    recovered_by_sums,
    small_differences,
)
from factories.evidence import NEIGHBOURHOODS, incident_rows, town

YEAR = (date(2024, 1, 1), date(2025, 1, 1))
KINDS = {"theft": ("police", frozenset({"theft", "bicycle"}))}
PLACES = {("district", "A"): frozenset({"A1@x", "A2@x"}), ("district", "B"): frozenset({"B1@x"})}
KEY = ("theft", "district", "A", YEAR, "all")
OTHER = ("theft", "district", "B", YEAR, "all")
DISTRICTS = {d: tuple(a for a in NEIGHBOURHOODS if a[0] == d) for d in ("A", "B")}


def release(counts: dict[Any, int], **changes: Any) -> Release:
    made = Release(date(2025, 2, 1), counts, kinds=KINDS, places=PLACES, min_count=5)
    return replace(made, **changes)


@pytest.mark.parametrize(
    ("before", "after", "is_revealing"),
    [(12, 13, True), (13, 12, True), (12, 16, True), (12, 17, False), (12, 12, False)],
)
def test_a_small_correction_of_a_shown_figure_tells(
    before: int, after: int, is_revealing: bool
) -> None:
    found = differencing(release({KEY: after, OTHER: 1}), [release({KEY: before})])
    assert found.revealing == (frozenset({KEY}) if is_revealing else frozenset())


def test_a_figure_that_was_hidden_before_tells_nothing() -> None:
    old = release({KEY: 12}, hidden=frozenset({KEY}))
    assert not differencing(release({KEY: 13}), [old]).revealing


def test_a_month_more_in_the_same_period_tells_the_month() -> None:
    longer = ("theft", "district", "A", (date(2024, 1, 1), date(2025, 2, 1)), "all")
    old = release({KEY: 40})
    assert differencing(release({longer: 43}), [old]).revealing == {longer}
    assert not differencing(release({longer: 47}), [old]).revealing


def test_a_category_more_tells_the_category() -> None:
    wider = ("stealing", "district", "A", YEAR, "all")
    kinds = KINDS | {"stealing": ("police", frozenset({"theft", "bicycle", "shop"}))}
    new = release({wider: 43}, kinds=kinds)
    assert differencing(new, [release({KEY: 40})]).revealing == {wider}
    other_source = release({wider: 43}, kinds={"stealing": ("fire", kinds["stealing"][1])})
    assert not differencing(other_source, [release({KEY: 40})]).revealing


def test_an_outline_that_grew_tells_what_was_added() -> None:
    ward = ("theft", "ward", "9", YEAR, "all")
    places = PLACES | {("ward", "9"): frozenset({"A1@x", "A2@x", "B1@x"})}
    found = differencing(release({ward: 42}, places=places), [release({KEY: 40})])
    assert found.revealing == {ward}
    apart = PLACES | {("ward", "9"): frozenset({"B1@x", "B2@x"})}
    assert not differencing(release({ward: 42}, places=apart), [release({KEY: 40})]).revealing


def test_figures_that_count_the_same_as_before_are_out_already() -> None:
    old = release({KEY: 40, OTHER: 3}, hidden=frozenset({OTHER}))
    found = differencing(release({}), [old])
    assert found.shown == {KEY: 40}
    assert found.hidden == {OTHER: 3}
    redrawn = release({}, places={("district", "A"): frozenset({"A1@y"})})
    assert not differencing(redrawn, [old]).shown


def test_the_same_build_again_has_nothing_new_to_tell() -> None:
    again = release({KEY: 12}, day=date(2025, 3, 1))
    assert differencing(again, [release({KEY: 12})]).n_releases == 0
    assert again.name == release({KEY: 12}).name
    assert differencing(replace(again, min_count=10), [release({KEY: 12})]).n_releases == 1


def test_only_the_last_releases_count() -> None:
    many = [release({KEY: 100 + 10 * i}, day=date(2025, 1, 1 + i)) for i in range(12)]
    found = differencing(release({KEY: 101}), many)
    assert found.n_releases == 8
    assert not found.revealing


def test_a_release_is_kept_and_read_again_the_earliest_first(tmp_path: Path) -> None:
    store = FolderRestrictedStore(tmp_path / "r", clock=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    first = release({KEY: 12, OTHER: 3}, hidden=frozenset({OTHER}))
    second = release({KEY: 30}, day=date(2025, 6, 1))
    with store.session(actor="tester", purpose="audit") as session:
        remember(session, second)
        remember(session, first)
        session.commit()
    with store.session(actor="tester", purpose="audit") as session:
        assert remembered(session) == [first, second]
    assert remembered(None) == []


def test_what_is_not_committed_is_not_remembered(tmp_path: Path) -> None:
    store = FolderRestrictedStore(tmp_path / "r", clock=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    with store.session(actor="tester", purpose="audit") as session:
        remember(session, release({KEY: 12}))
    with store.session(actor="tester", purpose="audit") as session:
        assert remembered(session) == []


def burglaries(**added: int) -> Evidence:
    counts = {(area, "burglary", 12): 60 + i for i, area in enumerate(NEIGHBOURHOODS)}
    counts |= {(area, "violence", 12): 40 for area in NEIGHBOURHOODS}
    counts |= {(area, "burglary", 12): 60 + n for area, n in added.items()}
    return town(incidents=incident_rows(counts))


def gated(evidence: Evidence, *earlier: Release, served: Collection[str] = ()) -> Gated:
    prepared = prepare(
        evidence, indicators(), aggregator=IbisAggregator(), rng=np.random.default_rng(1)
    )
    rows = measure(prepared).rows
    return gate(prepared, rows, earlier=earlier, served=served, day=date(2025, 2, 1))


@pytest.fixture(scope="module")
def first() -> Gated:
    return gated(burglaries(A1=0, B2=6))


@pytest.fixture(scope="module")
def second(first: Gated) -> Gated:
    """Two burglaries were recorded late in A1, six in B2."""
    return gated(burglaries(A1=2, B2=12), first.release)


def test_two_publications_side_by_side_tell_no_small_number(first: Gated, second: Gated) -> None:
    before, after = harvested(first.rows), harvested(second.rows)
    assert small_differences(before, after, 5) == set()
    assert second.record["earlier_releases"] == 1
    assert second.record["earlier_release"] > 0
    hidden = [row for row in second.rows["estimates"] if row["reason"] == "earlier_release"]
    assert ("A1", "burglary_rate") in {(row["area_id"], row["indicator_id"]) for row in hidden}
    assert all(row["value"] is None and row["smoothed"] is None for row in hidden)


def test_nor_do_sums_of_the_second_against_figures_of_the_first(
    first: Gated, second: Gated
) -> None:
    """What is hidden now but was shown before is known: district less others gives nothing new."""
    before, after = harvested(first.rows), harvested(second.rows)
    recovered = recovered_by_sums(after, DISTRICTS)
    assert small_differences(before, recovered, 5) == set()


def test_without_memory_the_attack_succeeds(first: Gated) -> None:
    """A control: the same two publications by a gate that forgets."""
    forgetful = gated(burglaries(A1=2, B2=12))
    assert small_differences(harvested(first.rows), harvested(forgetful.rows), 5)


def test_much_that_is_new_is_shown_all_the_same(second: Gated) -> None:
    shown = {(k[0], k[2]) for k in harvested(second.rows) if k[1] == "neighbourhood"}
    assert ("burglary_rate", "B2") in shown or ("burglary_rate", "B3") in shown


def test_no_rate_gives_a_small_count_back(first: Gated, second: Gated) -> None:
    per = {one.id: float(one.per) for one in indicators() if one.per}
    for release_ in (first, second):
        counts = dict(counts_from_rates(release_.rows, per))
        assert counts
        assert not [key for key, n in counts.items() if 0.5 < n < 4.5]


def test_what_is_counted_for_the_first_time_is_compared_with_nothing() -> None:
    shares = ("repeat_share", "city", "t", YEAR, "with")
    found = differencing(release({shares: 12, KEY: 40}), [release({KEY: 40})])
    assert found.revealing == frozenset()
    assert found.shown == {KEY: 40}


def test_the_rest_of_two_kinds_is_compared_as_if_it_were_named() -> None:
    """Bicycles were shown last month; now all theft and theft without bicycles, a month more."""
    old_kinds = {"bicycle": ("police", frozenset({"bicycle"}))}
    kinds = KINDS | {"rest": ("police", frozenset({"theft"}))}
    year_and_month = (YEAR[0], date(2025, 2, 1))
    bikes = ("bicycle", "district", "A", YEAR, "all")
    new = {
        (name, "district", "A", year_and_month, "all"): n
        for name, n in (("theft", 63), ("rest", 40))
    }
    found = differencing(release(new, kinds=kinds), [release({bikes: 20}, kinds=old_kinds)])
    assert {key[:3] for key in found.revealing} == {(found_name(found), "district", "A")}
    wide = {key: n + 9 * (key[0] == "theft") for key, n in new.items()}
    assert not differencing(
        release(wide, kinds=kinds), [release({bikes: 20}, kinds=old_kinds)]
    ).revealing


def found_name(found: Any) -> str:
    return next(key[0] for key in found.derived)


def test_a_district_of_before_is_compared_as_the_sum_of_its_neighbourhoods() -> None:
    places = {
        ("district", "A"): frozenset({"A1@x"}),
        ("neighbourhood", "A1"): frozenset({"A1@x"}),
        ("neighbourhood", "A2"): frozenset({"A2@x"}),
    }
    longer = (YEAR[0], date(2025, 2, 1))
    new = {
        ("theft", "neighbourhood", area, longer, "all"): n for area, n in (("A1", 21), ("A2", 22))
    }
    old = release({KEY: 40})  # district A was A1 and A2 then
    assert differencing(release(new, places=places), [old]).revealing
    far = {key: n + 5 for key, n in new.items()}
    assert not differencing(release(far, places=places), [old]).revealing


FIRST_AUDIT = "2025-01-01T09:00:00+00:00"


def edition_and_drafts(number: int, *, day: int = 1) -> list[Release]:
    """Return an audit that was published, and drafts with other figures after it."""
    edition = release({KEY: 100}, day=date(2025, 1, 1), built=frozenset({FIRST_AUDIT}))
    drafts = [
        release(
            {KEY: 130 + 10 * i}, day=date(2025, 1, 1 + day * i),
            built=frozenset({f"2025-01-{1 + day * i:02}T10:00:{i:02}+00:00"}),
        )
        for i in range(1, number + 1)
    ]  # fmt: skip
    return [*drafts, edition]


@pytest.mark.parametrize("day", [0, 1])
def test_what_readers_can_still_have_is_not_forgotten_behind_drafts(day: int) -> None:
    earlier = edition_and_drafts(12, day=day)
    new = release({KEY: 102}, day=date(2025, 2, 1))
    found = differencing(new, earlier, {FIRST_AUDIT})
    assert (found.n_releases, found.revealing) == (9, {KEY})
    forgotten = differencing(new, earlier)
    assert (forgotten.n_releases, forgotten.revealing) == (8, frozenset())


def test_where_a_served_audit_is_not_recognised_nothing_is_forgotten() -> None:
    earlier = edition_and_drafts(12)
    for unknown in ("", "2024-06-01T09:00:00+00:00", "2025-01-01T09:00:01+00:00"):
        assert compared_with(release({KEY: 102}), earlier, {unknown})[0].built == {FIRST_AUDIT}
        assert len(compared_with(release({KEY: 102}), earlier, {unknown})) == 13


def test_releases_from_before_there_were_moments_are_known_by_their_day() -> None:
    *drafts, edition = edition_and_drafts(12)
    earlier = [*drafts, replace(edition, built=frozenset())]
    assert Release.from_bytes(earlier[-1].to_bytes()) == earlier[-1]
    assert b"built" not in earlier[-1].to_bytes()
    assert len(compared_with(release({KEY: 102}), earlier, {FIRST_AUDIT})) == 9


def test_the_gate_hides_what_differs_from_an_edition_of_long_ago(first: Gated) -> None:
    edition = replace(first.release, day=date(2025, 1, 1), built=frozenset({FIRST_AUDIT}))
    earlier = [edition, *edition_and_drafts(8)[:-1]]
    late = burglaries(A1=2, B2=12)
    after = harvested(gated(late, *earlier, served={FIRST_AUDIT}).rows)
    assert small_differences(harvested(first.rows), after, 5) == set()


def test_the_same_release_again_keeps_the_moments_of_all_its_audits(tmp_path: Path) -> None:
    store = FolderRestrictedStore(tmp_path / "r", clock=lambda: datetime(2025, 1, 1, tzinfo=UTC))
    again = "2025-06-01T09:00:00+00:00"
    told = (
        release({KEY: 12}),
        release({KEY: 12}, built=frozenset({FIRST_AUDIT})),
        release({KEY: 12}, day=date(2025, 6, 1), built=frozenset({again})),
    )
    for one in told:
        with store.session(actor="tester", purpose="audit") as session:
            remember(session, one)
            session.commit()
    with store.session(actor="tester", purpose="audit") as session:
        (found,) = remembered(session)
    assert (found.day, found.built) == (date(2025, 6, 1), {"2025-02-01", FIRST_AUDIT, again})


def write_kept(folder: Path, content: str) -> None:
    folder.mkdir(parents=True)
    (folder / "run.json").write_text(content, encoding="utf-8")


def test_the_audits_that_a_site_keeps_are_told_by_their_moments(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONVIVE_WORKSPACE", "CONVIVE_MEDIA"):
        monkeypatch.delenv(name, raising=False)
    assert kept_moments(tmp_path) == frozenset()
    editions = tmp_path / "workspace" / "media" / "editions"
    write_kept(editions / "0123456789ab", json.dumps({"built_at": FIRST_AUDIT}))
    write_kept(editions / ".0123456789ab.half", "{")
    assert kept_moments(tmp_path) == {FIRST_AUDIT}
    write_kept(editions / "ba9876543210", "{")
    assert kept_moments(tmp_path) == {FIRST_AUDIT, ""}
    monkeypatch.setenv("CONVIVE_MEDIA", str(editions.parent))
    assert kept_moments(tmp_path / "elsewhere") == {FIRST_AUDIT, ""}
    monkeypatch.setenv("CONVIVE_MEDIA", str(editions / "ba9876543210" / "run.json"))
    with pytest.raises(StorageError, match="EDITIONS_UNREADABLE"):
        kept_moments(tmp_path)
