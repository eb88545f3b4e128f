"""`convive shelf fit`: what the shelf has for the findings of an audit."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from convive.app.findings import findings_of
from convive.app.shelf.town import town_profile
from convive.cli.main import main
from convive.core.errors import NotFoundError
from convive.core.model import Face
from convive.core.strategy.model import Organisation
from convive.core.strategy.vocabulary import Sector
from convive.store.builds import FolderBuildStore
from convive.wiring.plans import write_plan
from factories.build import shared_build
from factories.plans import full_plan

BUILD = shared_build()


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pack")
    FolderBuildStore().save(BUILD, folder / "build")
    plan = replace(
        full_plan(),
        organisations=tuple(Organisation(s.value, s.value.title(), s) for s in Sector),
        challenges=(), meetings=(), answers=(),
    )  # fmt: skip
    (folder / "strategy").mkdir()
    (folder / "strategy" / "plan.json").write_bytes(write_plan(plan, "json"))
    return folder


def told(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_the_first_findings_are_told_with_candidates_and_reasons(pack, capsys) -> None:
    assert main(["--language", "en", "shelf", "fit", str(pack), "--top", "3"]) == 0
    text = told(capsys)
    assert "the first 3 findings that call for something" in text
    assert "+ It is about the same problem" in text
    assert "partners that it needs are at hand" in text


def test_one_finding_comes_with_checklist_and_questions_in_the_readers_language(
    pack, capsys
) -> None:
    main(["shelf", "fit", str(pack), "--json", "--top", "30"])
    found = json.loads(capsys.readouterr().out)
    asked = next(
        one for one in found if any(c["band"] == "speaks_to_it" for c in one["candidates"])
    )
    assert main(["shelf", "fit", str(pack), "--finding", asked["finding"], "-l", "de"]) == 0
    text = told(capsys)
    assert "Was hier zutreffen muss" in text
    assert "Fragen an die Stadt, die es gemacht hat" in text
    assert "shelf.fit" not in text


def test_json_holds_codes_sides_and_sentences(pack, capsys) -> None:
    assert main(["shelf", "fit", str(pack), "--json", "--top", "1", "-l", "it"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    reason = found["candidates"][0]["reasons"][0]
    assert set(reason) == {"code", "side", "sentence"}
    assert reason["side"] == "for"


def test_every_finding_can_be_asked_also_one_that_calls_for_nothing(pack, capsys) -> None:
    for one in findings_of(BUILD):
        assert main(["--language", "pt", "shelf", "fit", str(pack), "--finding", one.id]) == 0
    assert "Esta constatação não pede nenhuma prática." in told(capsys)


def test_a_finding_that_is_not_there_is_refused(pack, capsys) -> None:
    assert main(["shelf", "fit", str(pack), "--finding", "none"]) == NotFoundError.exit_code
    assert main(["shelf", "fit", str(pack), "-l", "xx"]) == 2
    assert "none" in capsys.readouterr().err


def test_the_profile_is_what_audit_and_plans_tell() -> None:
    bare = town_profile(BUILD)
    assert bare.residents
    assert bare.residents > 0
    assert (bare.country, bare.sectors, bare.budget) == (BUILD.city.country, frozenset(), None)
    assert Face.RECORDED in bare.faces
    assert town_profile(BUILD, [full_plan()]).sectors
