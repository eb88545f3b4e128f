"""`convive evidence` from delivered file to certificate, and what a damaged store says."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from convive.app.ports import silent
from convive.cli.main import main
from convive.connectors.city_pack import read_pack, read_terms
from convive.core.errors import PackError
from factories.pack import INCIDENTS, as_csv, incident_rows, write_pack

PROTECTION = """
[source.protection]
legal_basis = "Police act, section 12"
purpose = ["diagnosis", "evaluation"]
retention_months = 12
agreement_ends = 2030-12-31
contact = "Data protection office"
personal_data = "pseudonymous"
"""


def _mapping(protection: str = PROTECTION) -> str:
    head, _, rest = INCIDENTS.partition("\n[")
    return f"{head}\n{protection}\n[{rest.removeprefix('[')}"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONVIVE_LANGUAGE", "en")
    monkeypatch.setenv("CONVIVE_ACTOR", "dpo")


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A pack whose 60 incidents of 2022 are kept after one audit."""
    folder = tmp_path / "town"
    incidents = write_pack(folder, mapping=_mapping())
    (incidents / "data.csv").write_text(as_csv(incident_rows(60)), encoding="utf-8")
    return folder


def _says(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["evidence", *arguments])
    told = capsys.readouterr()
    return code, told.out + told.err


def test_from_the_audit_to_the_certificate(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quiet", "audit", str(pack)]) == 0
    code, told = _says(capsys, "list", str(pack))
    assert code == 0
    assert "Police act, section 12" in told
    assert "2022-01-01" in told

    # Rows of January to June 2022 are older than twelve months on 1 July 2023.
    n_old = sum(row[1] < "2022-07-01" for row in incident_rows(60)[1:])
    code, told = _says(capsys, "weed", str(pack), "--today", "2023-07-01", "--dry-run")
    assert f"Rows that would go: {n_old}" in told
    code, told = _says(capsys, "weed", str(pack), "--today", "2023-07-01")
    assert code == 0
    assert f"Rows removed: {n_old}" in told
    assert "still holds expired rows" in told
    (certificate,) = (pack / "certificates").glob("*.json")
    assert json.loads(certificate.read_bytes())["sources"][0]["rows_removed"] == n_old
    assert f"Rows removed: {n_old}" in certificate.with_suffix(".txt").read_text()

    code, told = _says(capsys, "weed", str(pack), "--today", "2023-07-01")
    assert "Nothing is older" in told
    assert len(list((pack / "certificates").iterdir())) == 2
    assert _says(capsys, "verify", str(pack))[0] == 0
    code, told = _says(capsys, "log", str(pack), "--verify")
    assert code == 0
    assert "whole" in told
    assert "\tweed\t" in _says(capsys, "log", str(pack))[1]


def test_a_file_whose_every_row_expired_goes_only_with_yes(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--quiet", "audit", str(pack)]) == 0
    file = pack / "evidence" / "incidents" / "data.csv"
    arguments = ("weed", str(pack), "--today", "2030-01-01", "--delete-files")
    code, told = _says(capsys, *arguments)
    assert "--yes" in told
    assert file.exists()
    code, told = _says(capsys, *arguments, "--yes")
    assert code == 0
    assert "Deleted" in told
    assert not file.exists()


def test_damage_is_named_and_mended(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--quiet", "audit", str(pack)]) == 0
    (pack / "restricted" / "HEAD").write_text("?")
    code, told = _says(capsys, "list", str(pack))
    assert code == 23
    assert "verify PACK --repair" in told
    code, told = _says(capsys, "verify", str(pack))
    assert code == 23
    assert "HEAD" in told
    assert _says(capsys, "verify", str(pack), "--repair")[0] == 0
    assert _says(capsys, "verify", str(pack))[0] == 0


def test_the_register_as_table_and_as_json(
    pack: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    code, told = _says(capsys, "register", str(pack))
    assert code == 0
    (row,) = csv.DictReader(io.StringIO(told))
    assert row["legal_basis"] == "Police act, section 12"
    assert row["retention"] == "12 months"
    target = tmp_path / "register.json"
    assert _says(capsys, "register", str(pack), "--output", str(target))[0] == 0
    assert json.loads(target.read_text())[0]["purpose"] == "diagnosis; evaluation"
    assert _says(capsys, "register", str(pack), "--output", "register.doc")[0] == 2


def test_before_the_first_audit_nothing_is_kept(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = _says(capsys, "list", str(pack))
    assert code == 0
    assert "Nothing is kept" in told
    assert _says(capsys, "verify", str(pack))[0] == 0
    assert _says(capsys, "weed", str(pack), "--dry-run")[0] == 0
    assert not (pack / "restricted").exists()


@pytest.mark.parametrize(
    ("protection", "key"),
    [
        ("retention_months = 0", "retention_months"),
        ("retention_months = 1.5", "retention_months"),
        ('retention = "unlimited"', "source.protection"),
        ('retention = "unlimited"\nreason = "law"\nretention_months = 3', "source.protection"),
        ('legal_basis = " "', "legal_basis"),
        ('agreement_ends = "soon"', "agreement_ends"),
        ('personal_data = "some"', "personal_data"),
        ('keep = "forever"', "keep"),
        ("purpose = []", "purpose"),
    ],
)
def test_a_wrong_term_is_said_with_its_key(tmp_path: Path, protection: str, key: str) -> None:
    folder = tmp_path / "town"
    incidents = write_pack(folder, mapping=_mapping(f"[source.protection]\n{protection}\n"))
    (incidents / "data.csv").write_text(as_csv(incident_rows(5)), encoding="utf-8")
    with pytest.raises(PackError) as caught:
        read_terms(folder)
    (problem,) = caught.value.problems
    assert key in str(problem.data["key"])
    assert problem.place.row


def test_terms_stand_in_the_table_of_sources(pack: Path) -> None:
    evidence = read_pack(pack, progress=silent).evidence
    assert evidence is not None
    (row,) = evidence.sources.to_pylist()
    assert row["legal_basis"] == "Police act, section 12"
    assert row["purpose"] == "diagnosis; evaluation"
    assert row["retention_months"] == 12
    assert row["agreement_ends"].isoformat() == "2030-12-31"
    assert row["contact"] == "Data protection office"
    assert row["personal_data"] == "pseudonymous"
