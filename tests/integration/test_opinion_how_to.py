"""The how-to for an analyst with a votes file runs as written."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "opinion-landscape.md"


def _write_export(folder: Path) -> None:
    """Two camps on twelve statements; all support statement 12; statement 14 was taken out."""
    rng = np.random.default_rng(1)
    camp = np.repeat([0, 1], 60)
    mean = np.zeros((2, 15))
    mean[0, :12], mean[1, :12] = 0.7, -0.7
    mean[:, 12] = 0.9
    votes = np.where(rng.random((120, 15)) < 0.5 * (1 + mean[camp]), "1", "-1")
    votes[rng.random(votes.shape) < 0.1] = ""
    with (folder / "participants-votes.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["participant", "group-id", *range(15)])
        writer.writerows([i, "", *row] for i, row in enumerate(votes.tolist()))
    with (folder / "comments.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["comment-id", "moderated", "comment-body"])
        writer.writerows([i, -1 if i == 14 else 1, f"Statement {i}"] for i in range(15))


def test_how_to_runs_as_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _write_export(tmp_path)
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)
    names: dict[str, object] = {"folder": tmp_path}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    printed = capsys.readouterr().out
    assert len(blocks) == 3
    assert "120 participants, 14 statements" in printed
    assert "several_groups" in printed
    assert "unites | Statement 12 |" in printed
    assert "divides | Statement 0 |" in printed
    assert "Statement 14" not in printed
