"""A file that breaks its reader, hangs it or wants all memory is refused; the next one is read."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import numpy as np
import pytest

from convive.connectors.city_pack import guarded_process
from convive.connectors.city_pack.guarded_process import Stretch, read_guarded
from convive.connectors.city_pack.problem_log import RefusedError
from factories.damaged_files import hostile
from factories.file_types import xlsx
from factories.reading import codes, read_bytes


def read(path: Path) -> list[object]:
    return list(read_guarded("workbook", path, {}))


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([["a", "b"], [1, 2]]))
    guarded_process.end_children()
    assert isinstance(read(path)[0], Stretch)  # now one child waits
    return path


def waiting() -> int:
    (child,) = guarded_process._idle
    return child._process.pid


def test_a_child_is_used_again(book: Path) -> None:
    before = waiting()
    read(book)
    assert waiting() == before


def test_a_reader_that_dies_does_not_take_the_program_along(book: Path) -> None:
    taken = guarded_process._take()
    guarded_process._give_back(taken, is_usable=True)
    os.kill(waiting(), signal.SIGSTOP)
    rows = read_guarded("workbook", book, {})
    os.kill(taken._process.pid, signal.SIGSEGV)
    os.kill(taken._process.pid, signal.SIGCONT)
    with pytest.raises(RefusedError) as refused:
        list(rows)
    assert refused.value.code == "READING_STOPPED"
    assert isinstance(read(book)[0], Stretch)


def test_a_reader_that_hangs_is_ended(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guarded_process, "PATIENCE_SECONDS", 0.3)
    pid = waiting()
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(RefusedError) as refused:
        read(book)
    assert refused.value.code == "READING_STOPPED"
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_who_leaves_in_the_middle_leaves_no_child_behind(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(xlsx([["a", "b"], *([i, i] for i in range(200))]))
    guarded_process.end_children()
    rows = read_guarded("workbook", path, {})
    next(rows)
    rows.close()
    assert not guarded_process._idle


def test_two_files_can_be_read_at_a_time(book: Path) -> None:
    first, second = (read_guarded("workbook", book, {}) for _ in range(2))
    assert isinstance(next(first), Stretch)
    assert isinstance(next(second), Stretch)
    assert list(first) == list(second) == []


def test_a_damaged_old_workbook_that_breaks_its_library(tmp_path: Path) -> None:
    """Found by the ten thousand: this file makes the library abort the process it runs in."""
    name, data = hostile(np.random.default_rng(83))
    assert name.endswith(".xls")
    _, log = read_bytes(tmp_path, name, data)
    assert codes(log) == {"READING_STOPPED"}
