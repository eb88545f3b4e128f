"""Whatever stands in a method card's file: a card, or problems with file and row."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from convive.catalogue.cards import load_cards
from convive.core.errors import DefinitionError
from convive.core.model import Problem
from factories.method_cards import card_file

SOUND = card_file("lamp_walk")
LINES = SOUND.splitlines(keepends=True)
QUICK = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def is_read_or_refused(content: str) -> bool:
    """Return whether it was read; a refusal must name the file and a row in it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "lamp_walk.yaml").write_text(content, encoding="utf-8", newline="")
        problems = _problems(Path(folder))
    last = content.count("\n") + 2
    for problem in problems or ():
        assert problem.place.file == "lamp_walk.yaml"
        assert 1 <= (problem.place.row or 0) <= last, problem
    assert problems is None or problems, "refused without a reason"
    return problems is None


def _problems(folder: Path) -> Sequence[Problem] | None:
    """Return why a folder is refused; None where it is read."""
    try:
        return None if len(load_cards(folder)) == 1 else ()
    except DefinitionError as refused:
        return refused.problems


def test_the_unspoilt_file_is_read() -> None:
    assert is_read_or_refused(SOUND)


@QUICK
@given(st.integers(0, len(SOUND) - 1), st.text(max_size=8))
def test_other_characters_anywhere(at: int, junk: str) -> None:
    is_read_or_refused(SOUND[:at] + junk + SOUND[at + len(junk) :])


@QUICK
@given(st.integers(0, len(SOUND) - 2))
def test_a_file_cut_short_is_refused(at: int) -> None:
    assert not is_read_or_refused(SOUND[:at].rstrip())


@QUICK
@given(st.integers(0, len(LINES) - 1), st.integers(0, len(LINES) - 1))
def test_a_line_that_was_moved(origin: int, to: int) -> None:
    rest = LINES[:origin] + LINES[origin + 1 :]
    is_read_or_refused("".join([*rest[:to], LINES[origin], *rest[to:]]))


@QUICK
@given(
    st.sampled_from(["title", "steps", "effort", "topics", "cards", "sources", "version"]),
    st.sampled_from(["null", "[]", "{}", "7", "yes", "[[1]]", "{en: 1}", '"words"', "[null]"]),
)
def test_another_kind_of_value(key: str, value: str) -> None:
    at = next(i for i, line in enumerate(LINES) if line.startswith(f"{key}:"))
    after = next(
        (i for i, line in enumerate(LINES[at + 1 :], at + 1) if not line.startswith(" ")),
        len(LINES),
    )
    is_read_or_refused("".join([*LINES[:at], f"{key}: {value}\n", *LINES[after:]]))
