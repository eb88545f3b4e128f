"""The notebook tutorial runs as written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convive.store import FolderBuildStore
from factories.build import make_build

PAGE = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "notebook.md"


def test_notebook_tutorial_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    FolderBuildStore().save(make_build(), tmp_path / "build")
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {"build": tmp_path / "build"}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    printed = capsys.readouterr().out
    assert "figures are not shown" in printed
    assert "SELECT" in printed
    assert len(blocks) == 7
