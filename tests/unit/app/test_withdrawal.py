"""What is withdrawn is gone, with everything that would give it away."""

from __future__ import annotations

import json
from datetime import date

import pytest

from convive.app.corrections import (
    Correction,
    CorrectionKind,
    Subject,
    correction_as_json,
    correction_of_json,
)
from convive.app.history import run_digest
from convive.app.withdrawal import falls_with, version_of, with_corrections
from convive.catalogue import find
from factories.build import shared_build


def withdrawal(name: str, subject: Subject = Subject.INDICATOR, **more: object) -> Correction:
    return Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, subject, name,
        {"en": "Wrong."}, **more,  # type: ignore[arg-type]
    )  # fmt: skip


@pytest.mark.parametrize(
    ("secret", "tells"),
    [
        ("burglary_rate", {"recorded_total_rate", "all_theft_rate", "recorded_harm_rate", "repeat_share"}),
        ("unsafe_dark_share", set()),
        ("observed_lighting", {"observed_score"}),
        ("observed_score", {"observed_lighting", "observed_security"}),
        ("residents", {"recorded_total_rate", "burglary_rate"}),
    ],
)  # fmt: skip
def test_whatever_would_tell_a_withdrawn_figure_falls_with_it(secret: str, tells: set[str]) -> None:
    assert {secret, *tells} <= falls_with({secret}, find.indicators())


def test_what_counts_other_incidents_stays() -> None:
    fallen = falls_with({"burglary_rate"}, find.indicators())
    assert fallen.isdisjoint({"violence_rate", "vandalism_rate", "robbery_rate", "victim_share"})


def test_no_table_has_a_row_of_what_fell() -> None:
    build = shared_build()
    shown = with_corrections(build, [withdrawal("recorded_total_rate")])
    fallen = {code for kind, code in shown.gone if kind == "indicator"}
    for name, table in shown.tables.items():
        if "indicator_id" in table.column_names:
            assert fallen.isdisjoint(table["indicator_id"].to_pylist()), name
    assert "recorded" not in shown.tables["faces"]["face"].to_pylist()
    pairs = shown.tables["gaps"].to_pylist()
    assert pairs
    assert not any("recorded" in (row["face_a"], row["face_b"]) for row in pairs)
    assert {(row["joint_p"], row["joint_q"], row["odd_face"]) for row in pairs} == {(None,) * 3}
    parts = {
        part["indicator_id"] if isinstance(part, dict) else part
        for cell in build.tables["index"]["parts"].to_pylist()
        for part in json.loads(cell)
    }
    assert bool(parts & fallen) == (shown.tables["index"].num_rows == 0)


def test_findings_that_rest_on_it_are_gone_and_the_others_are_counted_anew() -> None:
    build = shared_build()
    shown = with_corrections(build, [withdrawal("recorded_total_rate")])
    rows = shown.tables["findings"].to_pylist()
    assert 0 < len(rows) < build.tables["findings"].num_rows
    assert sorted(row["rank"] for row in rows) == list(range(1, len(rows) + 1))
    assert not any("recorded_total_rate" in json.dumps(row, default=str) for row in rows)


def test_a_finding_alone_can_be_withdrawn() -> None:
    build = shared_build()
    first = build.tables["findings"]["finding_id"].to_pylist()[0]
    shown = with_corrections(build, [withdrawal(first, Subject.FINDING)])
    assert ("finding", first) in shown.gone
    assert shown.tables["findings"].num_rows == build.tables["findings"].num_rows - 1
    assert shown.tables["estimates"] is build.tables["estimates"]


def test_digests_of_changed_tables_are_not_told() -> None:
    build = shared_build()
    shown = with_corrections(build, [withdrawal("recorded_total_rate")])
    changed = {n for n, table in shown.tables.items() if table is not build.tables[n]}
    assert "estimates" in changed
    assert changed.isdisjoint(shown.run["tables"])
    assert set(shown.run["tables"]) | changed == set(build.run["tables"])


def test_a_version_follows_from_audit_and_corrections() -> None:
    build = shared_build()
    one = with_corrections(build, [withdrawal("victim_share")])
    again = with_corrections(build, [withdrawal("victim_share")])
    other = with_corrections(build, [withdrawal("burglary_rate")])
    assert run_digest(one.run) == run_digest(again.run)
    assert len({run_digest(each.run) for each in (build, one, other)}) == 3


def test_audits_from_the_day_on_which_it_is_right_again_keep_their_figures() -> None:
    build = shared_build()  # built on 15 January 2026
    kept = with_corrections(build, [withdrawal("victim_share", until=date(2026, 1, 15))])
    assert kept.tables["estimates"] is build.tables["estimates"]
    gone = with_corrections(build, [withdrawal("victim_share", until=date(2026, 1, 16))])
    assert gone.tables["estimates"].num_rows < build.tables["estimates"].num_rows


def test_of_a_withdrawn_audit_only_names_and_outlines_are_left() -> None:
    build = shared_build()
    shown = with_corrections(build, [withdrawal(version_of(build), Subject.AUDIT)])
    assert {name for name, table in shown.tables.items() if table.num_rows} == {"areas"}
    assert set(shown.tables["areas"]["residents"].to_pylist()) == {None}
    other = with_corrections(build, [withdrawal("0" * 12, Subject.AUDIT)])
    assert other.tables["estimates"] is build.tables["estimates"]


def test_a_correction_is_the_same_after_it_was_written_down() -> None:
    one = withdrawal("victim_share", until=date(2026, 5, 1), since="ab" * 6)
    assert correction_of_json(json.loads(json.dumps(correction_as_json(one)))) == one
