"""Corrections of a town without a workspace: read, checked, carried by the build."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.withdrawal import with_corrections
from convive.connectors.city_pack.corrections import CORRECTIONS_FILE, read_corrections
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.problem_log import ProblemLog
from convive.store import FolderBuildStore
from convive.wiring.open_files import render_bundle, rerun
from factories.build import shared_build

GOOD = """
[[correction]]
id = "victims-2026"
on = 2026-02-01
kind = "withdrawal"
subject = "indicator"
name = "victim_share"
wrong = { en = "Asked twice.", es = "Preguntado dos veces." }
right = "Nothing can be said."
until = 2026-06-01
"""


def read(tmp_path: Path, text: str) -> tuple[tuple[Correction, ...], list[tuple[str, object]]]:
    (tmp_path / CORRECTIONS_FILE).write_text(text, encoding="utf-8")
    log = ProblemLog()
    found = read_corrections(PackFolder(tmp_path), "en", log)
    return found, [(one.code, one.data.get("key")) for one in log.problems]


def test_a_pack_without_the_file_has_no_corrections(tmp_path: Path) -> None:
    log = ProblemLog()
    assert read_corrections(PackFolder(tmp_path), "en", log) == ()
    assert log.problems == []


def test_a_correction_is_read_as_it_is_written(tmp_path: Path) -> None:
    found, problems = read(tmp_path, GOOD)
    assert problems == []
    assert found == (
        Correction(
            "victims-2026", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, Subject.INDICATOR,
            "victim_share", {"en": "Asked twice.", "es": "Preguntado dos veces."},
            {"en": "Nothing can be said."}, "", date(2026, 6, 1),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("change", "code", "key"),
    [
        (('kind = "withdrawal"', 'kind = "deletion"'), "VALUE_INVALID", "kind"),
        (('subject = "indicator"', 'subject = "area"'), "VALUE_INVALID", "subject"),
        (('subject = "indicator"', 'subject = "audit"'), "VALUE_INVALID", "subject"),
        (('name = "victim_share"', ""), "KEY_MISSING", "name"),
        (('id = "victims-2026"', 'id = "victims-2026"\nwhat = 1'), "KEY_UNKNOWN", "what"),
        (("on = 2026-02-01", 'on = "soon"'), "VALUE_INVALID", "on"),
    ],
)
def test_what_is_wrong_in_it_is_told_with_its_key(
    tmp_path: Path, change: tuple[str, str], code: str, key: str
) -> None:
    _, problems = read(tmp_path, GOOD.replace(*change))
    assert [one for one, _ in problems] == [code]
    assert key in str(problems[0][1])


def test_an_id_is_used_once(tmp_path: Path) -> None:
    _, problems = read(tmp_path, GOOD + GOOD)
    assert [one for one, _ in problems] == ["VALUE_INVALID"]


def test_a_kept_build_carries_them_and_its_bundle_runs_again(tmp_path: Path) -> None:
    one = Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, Subject.INDICATOR, "victim_share",
        {"en": "Asked twice."},
    )  # fmt: skip
    FolderBuildStore().save(with_corrections(shared_build(), [one]), tmp_path / "build")
    kept = FolderBuildStore().load(tmp_path / "build")
    assert kept.corrections == (one,)
    assert ("indicator", "victim_share") in kept.gone
    assert "victim_share" not in kept.tables["estimates"]["indicator_id"].to_pylist()
    bundle = tmp_path / "rerun.zip"
    bundle.write_bytes(render_bundle(replace(kept, history=())))
    compared = [one for one in rerun(bundle) if one.code in {"file", "made_again"}]
    assert compared
    assert all(one.is_same for one in compared)
