"""`convive fieldwork` in a process of its own: list, import, hand over."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from factories import forked
from factories.databases import give_workspace
from factories.pack import write_pack

CSV = "instanceID,lighting,openness,daypart\n" + "".join(
    f"uuid:{k:08d}-0000-4000-8000-000000000000,2,Good,night\n" for k in range(3)
)
MAKE = """
import os, sys
from pathlib import Path
from convive.wiring.workspace import open_workspace
open_workspace(Path(sys.argv[1]))
from convive.web.fieldwork.instruments import freeze
from convive.web.fieldwork.models import Campaign
Campaign.objects.update_or_create(
    code="walk", defaults={"title": "Walk", "kind": "audit", "state": sys.argv[2],
                           "form": freeze("street_observation")})
"""


@pytest.fixture
def pack(tmp_path: Path, workspace_template: Path) -> Path:
    write_pack(tmp_path / "town")
    give_workspace(workspace_template, tmp_path / "town" / "workspace")
    return tmp_path / "town"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("CONVIVE_", "DJANGO_"))}
    return forked.run(arguments, env={**kept, "CONVIVE_LANGUAGE": "en", "COLUMNS": "200"})


def convive(*arguments: object) -> subprocess.CompletedProcess[str]:
    return run("-m", "convive.cli.main", "fieldwork", *arguments)


def test_forms_come_in_and_evidence_goes_out(pack: Path, tmp_path: Path) -> None:
    assert run("-c", MAKE, pack, "open").returncode == 0
    file = tmp_path / "forms.csv"
    file.write_text(CSV, "utf-8")
    first = convive("import", pack, "walk", file)
    assert "Forms taken in: 3; already there: 0." in first.stdout, first.stderr
    assert "already there: 3" in convive("import", pack, "walk", file).stdout
    assert convive("list", pack).stdout.split() == ["walk", "audit", "open", "3", "Walk"]
    refused = convive("hand-over", pack, "walk")
    assert refused.returncode == 16
    assert run("-c", MAKE, pack, "closed").returncode == 0
    # No form has a place: that is said, and nothing is written.
    nothing = convive("hand-over", pack, "walk")
    assert "No form can be used (forms: 3, left out: 3)" in nothing.stdout + nothing.stderr
    assert not list((pack / "evidence").glob("observations/*"))
    assert convive("hand-over", pack, "none").returncode == 15
