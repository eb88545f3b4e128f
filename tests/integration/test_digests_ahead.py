"""Digests of large files are taken in the background, and are those of the files."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from convive.connectors.city_pack import files
from convive.connectors.city_pack.files import PackFolder
from convive.connectors.city_pack.problem_log import RefusedError
from factories.pack import write_pack


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(files, "LARGE_BYTES", 10)
    path = write_pack(tmp_path) / "data.csv"
    path.write_text("id\n" + "1\n" * 100)
    (path.parent / "small.csv").write_text("id\n")
    return path


def test_a_digest_is_taken_once_and_remembered(tmp_path: Path, data: Path) -> None:
    folder = PackFolder(tmp_path)
    with folder.hashing_ahead():
        found, state = folder.digest(data)
        assert folder.digest(data) == (found, state)
    assert found == hashlib.sha256(data.read_bytes()).hexdigest()
    assert folder.digests["evidence/incidents/data.csv"]["sha256"] == found
    assert len(folder.digests) == 1


def test_a_file_that_changes_after_its_digest_is_refused(tmp_path: Path, data: Path) -> None:
    folder = PackFolder(tmp_path)
    with folder.hashing_ahead():
        (file,) = folder.files(data)
        data.write_text("id\n" + "2\n" * 100)
        os.utime(data, ns=(1, 1))
        with pytest.raises(RefusedError, match="FILE_UNREADABLE"):
            b"".join(file.chunks())


def test_what_cannot_be_read_is_said_when_it_is_asked_for(tmp_path: Path, data: Path) -> None:
    outside = tmp_path.parent / f"{tmp_path.name}-outside.csv"
    outside.write_text("id\n" + "1\n" * 100)
    (data.parent / "link.csv").symlink_to(outside)
    folder = PackFolder(tmp_path)
    with folder.hashing_ahead():
        assert folder.digest(data)
        with pytest.raises(RefusedError, match="FILE_OUTSIDE_PACK"):
            folder.digest(data.parent / "link.csv")
