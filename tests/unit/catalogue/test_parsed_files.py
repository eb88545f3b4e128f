"""Parsed definition files are kept beside the bytecode and never stand for another text."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest

from convive.catalogue import parsed_files, yaml_files
from convive.catalogue.yaml_files import parse_kept
from convive.core.errors import DefinitionError

TEXT = "id: a\nday: 2026-01-31\nnames: [one, 2, 3.5, null, true]\n"
PARSED = {"id": "a", "day": date(2026, 1, 31), "names": ["one", 2, 3.5, None, True]}


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(parsed_files, "_PACKAGE", tmp_path)
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    monkeypatch.setattr("sys.pycache_prefix", None)
    return tmp_path / "a.yaml"


def kept_files(path: Path) -> list[Path]:
    return sorted(path.parent.glob("__pycache__/*"))


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("parsed again")

    monkeypatch.setattr(yaml_files, "parse_yaml", refuse)


def test_the_second_process_does_not_parse(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert parse_kept(TEXT, path) == PARSED
    forbid_parsing(monkeypatch)
    assert parse_kept(TEXT, path) == PARSED


def test_a_changed_text_is_parsed_anew_and_replaces_the_old(path: Path) -> None:
    parse_kept(TEXT, path)
    assert parse_kept("id: b\n", path) == {"id": "b"}
    assert parse_kept("id: b\n", path) == {"id": "b"}
    assert len(kept_files(path)) == 1


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"of": 1}', b"\xff\xfe"])
def test_a_damaged_one_is_parsed_anew(path: Path, damage: bytes) -> None:
    parse_kept(TEXT, path)
    (kept,) = kept_files(path)
    kept.write_bytes(damage)
    assert parse_kept(TEXT, path) == PARSED


def test_what_json_would_change_is_not_kept(path: Path) -> None:
    assert parse_kept("1: one\n", path) == {1: "one"}
    assert parse_kept("when: 2026-01-31 12:30:00\n", path)["when"].hour == 12
    assert kept_files(path) == []


def test_where_nothing_can_be_written_nothing_else_changes(path: Path) -> None:
    (path.parent / "__pycache__").write_text("in the way")
    assert parse_kept(TEXT, path) == PARSED
    assert parse_kept(TEXT, path) == PARSED


def test_files_of_others_leave_no_trace(tmp_path: Path) -> None:
    assert parse_kept(TEXT, tmp_path / "own.yaml") == PARSED
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def test_a_wrong_text_is_told_every_time(path: Path) -> None:
    for _ in range(2):
        with pytest.raises(DefinitionError):
            parse_kept("a: 1\na: 2\n", path)
    assert kept_files(path) == []
