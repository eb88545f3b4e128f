"""`convive plan export`: a strategy leaves whole by the command line, and the log tells that."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from convive.cli.main import main
from convive.core.errors import NotFoundError, RequestError
from convive.web.audit_log.models import Event
from convive.web.workspace.actions.plan_import import preview_of, take_over
from convive.wiring import workspace
from convive.wiring.plans import read_plan
from factories.town_plan import town_plan

pytestmark = [pytest.mark.usefixtures("site"), pytest.mark.django_db]
STARTS = {"json": b"{", "xlsx": b"PK", "pdf": b"%PDF-", "docx": b"PK"}


@pytest.fixture(autouse=True)
def _workspace_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workspace, "_open_with_audit", lambda _pack: None)


@pytest.fixture
def code() -> str:
    plan = town_plan()
    digest = preview_of(plan, None).digest
    return take_over(plan, None, digest=digest, today=date(2026, 5, 1), by=None).code


@pytest.mark.parametrize("kind", STARTS)
def test_a_strategy_is_written_as_the_file_is_called(kind: str, code: str, tmp_path: Path) -> None:
    file = tmp_path / f"plan.{kind}"
    assert main(["plan", "export", str(tmp_path), code, "--output", str(file)]) == 0
    assert file.read_bytes().startswith(STARTS[kind])
    event = Event.objects.get(verb="workspace.exported")
    assert (event.actor_label, event.actor_id) == ("command line", None)
    assert f'"kind":"{kind}"' in event.details.replace(" ", "")


def test_it_is_whole_and_comes_back_as_it_was(code: str, tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    assert main(["plan", "export", str(tmp_path), code, "-o", str(file)]) == 0
    found = read_plan(file.read_bytes(), "plan.json")
    (lights,) = (one for _, _, one in found.actions() if one.code == "lights")
    assert lights.spending
    assert lights.diary[0].note == "A note that stays inside"


def test_nothing_is_overwritten_and_nothing_told_where_nothing_left(
    code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_text("mine")
    ask = ["--language", "en", "plan", "export", str(tmp_path)]
    assert main([*ask, code, "-o", str(file)]) == RequestError.exit_code
    assert main([*ask, code, "-o", str(tmp_path / "plan.odt")]) == RequestError.exit_code
    assert "json, xlsx, pdf, docx" in capsys.readouterr().err.replace("\n", " ")
    assert main([*ask, "none", "-o", str(tmp_path / "p.json")]) == NotFoundError.exit_code
    assert file.read_text() == "mine"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["plan.json"]
    assert not Event.objects.filter(verb="workspace.exported").exists()
