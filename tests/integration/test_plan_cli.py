"""`convive plan`: check, convert, compare."""

from __future__ import annotations

from dataclasses import replace

from convive.cli.main import main
from convive.core.errors import DatasetError, NotFoundError, RequestError
from convive.wiring.plans import read_plan, write_plan
from factories.plans import full_plan

WHOLE = full_plan()


def test_a_good_file_is_told_in_numbers(tmp_path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(write_plan(WHOLE, "json"))
    assert main(["--language", "en", "plan", "check", str(file)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "“A safer Harbour”, 2026–2029" in told
    assert "actions 2" in told


def test_a_bad_file_is_told_with_its_problems_and_leaves_with_12(tmp_path, capsys) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(write_plan(replace(WHOLE, currency="euro"), "json"))
    assert main(["--language", "en", "plan", "check", str(file)]) == DatasetError.exit_code
    told = " ".join(capsys.readouterr().out.split())
    assert "three capital letters" in told
    assert "nothing of it was taken over" in told


def test_there_and_back_again_and_nothing_is_overwritten(tmp_path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(write_plan(WHOLE, "json"))
    assert main(["--language", "pt", "plan", "convert", str(file)]) == 0
    book = tmp_path / "plan.xlsx"
    back = tmp_path / "back.json"
    assert main(["plan", "convert", str(book), "--to", "json", "--output", str(back)]) == 0
    assert read_plan(back.read_bytes(), "p") == WHOLE
    assert back.read_bytes() == file.read_bytes()
    assert main(["plan", "convert", str(file)]) == RequestError.exit_code
    assert main(["plan", "check", str(tmp_path / "none.json")]) == NotFoundError.exit_code


def test_two_plans_are_compared_on_paper(tmp_path) -> None:
    for name, title in (("a", "First"), ("b", "Second")):
        (tmp_path / f"{name}.json").write_bytes(write_plan(replace(WHOLE, title=title), "json"))
    files = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    assert main(["--language", "fr", "plan", "compare", *files]) == 0
    assert (tmp_path / "a-b.pdf").read_bytes().startswith(b"%PDF-")
    assert main(["plan", "compare", *files, "--to", "docx"]) == 0
    assert (tmp_path / "a-b.docx").read_bytes().startswith(b"PK")
