"""Files of the vocabulary that somebody spoiled: refused with problems that can be told, or read."""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.catalogue.texts import say
from convive.catalogue.thesaurus import load_concepts
from convive.catalogue.yaml_files import LANGUAGES
from convive.core.errors import DefinitionError
from convive.core.shelf.concept import Concept
from factories.damaged_files import damaged

NAMES = ("a", "b", "c", "d", "e", "f")
ODD = (
    "",
    ":",
    "- ",
    "&x ",
    "*x",
    "!!int ",
    "{",
    "]",
    '"',
    "\t",
    "\0",
    "0x_",
    "2024-13-45",
    "~",
    "é",
)


def concept_lines(name: str, broader: list[str], word: str) -> str:
    """Return the lines of a concept that has one word, the same in every language."""
    told = "".join(f"      {language}: {word}\n" for language in LANGUAGES)
    return f"  - id: {name}\n    broader: [{', '.join(broader)}]\n    words:\n{told}"


SOUND = (
    "# What burns.\nid: area\nversion: 1\nstatus: checked\nambiguous:\n  de: Licht\nconcepts:\n"
    + concept_lines("light", [], "Licht; lumière")
    + concept_lines("lamp", ["light"], "Straßenlampe; lampadaire").replace("de: ", "de: Licht; ")
    + "    related: [light]\n    tags: {topics: [public_space], times: [night]}\n"
    + "more_words:\n  - concept: lamp\n    words:\n      nl: lantaarn\n"
)


def read(data: bytes) -> tuple[Concept, ...] | DefinitionError:
    """Return the concepts of a file, or why it was refused."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "area.yaml").write_bytes(data)
        try:
            return load_concepts(Path(folder))
        except DefinitionError as error:
            return error


def check(result: tuple[Concept, ...] | DefinitionError) -> None:
    """Assert that a file was refused with sentences and rows, or read as whole concepts."""
    if isinstance(result, DefinitionError):
        assert result.problems
        for problem in result.problems:
            assert problem.place.file == "area.yaml"
            assert problem.place.row is None or problem.place.row >= 1
            assert say(f"problem.{problem.code}", "nl", **problem.data)
        return
    for concept in result:
        assert set(concept.labels) == set(LANGUAGES)
        assert all(label.strip() for label in concept.labels.values())


def test_the_file_that_is_spoiled_is_sound() -> None:
    assert not isinstance(read(SOUND.encode()), DefinitionError)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_damaged_bytes(seed: int) -> None:
    check(read(damaged(SOUND.encode(), np.random.default_rng(seed))))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_lines_that_somebody_moved_dropped_doubled_or_mistyped(data: st.DataObject) -> None:
    lines = SOUND.splitlines()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(lines) - 1))
        how = data.draw(st.sampled_from(["drop", "double", "move", "indent", "type"]))
        if how == "double":
            lines.insert(at, lines[at])
        elif how == "indent":
            lines[at] = "  " + lines[at]
        elif how == "type":
            to = data.draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:to] + data.draw(st.sampled_from(ODD)) + lines[at][to:]
        else:
            line = lines.pop(at)
            if how == "move":
                lines.insert(data.draw(st.integers(0, len(lines))), line)
    check(read("\n".join(lines).encode()))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES)), max_size=8, unique=True))
def test_kinds_of_kinds_are_refused_where_they_close_a_circle_and_nowhere_else(
    edges: list[tuple[str, str]],
) -> None:
    text = "id: area\nversion: 1\nstatus: checked\nconcepts:\n" + "".join(
        concept_lines(name, [above for below, above in edges if below == name], f"word {name}")
        for name in NAMES
    )
    reached = np.zeros((len(NAMES), len(NAMES)), dtype=bool)
    for below, above in edges:
        reached[NAMES.index(below), NAMES.index(above)] = True
    for _ in NAMES:
        reached |= reached @ reached

    result = read(text.encode())

    assert isinstance(result, DefinitionError) is bool(reached.diagonal().any())
    if isinstance(result, DefinitionError):
        assert {problem.code for problem in result.problems} == {"CONCEPT_CIRCLE"}
        check(result)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Straße", "strasse", "STRASSE!", "rue", "Rüe", "weg"]),
        min_size=2,
        max_size=5,
    ),
    st.booleans(),
)
def test_words_that_are_alike_are_refused_unless_they_are_listed(
    words: list[str], is_listed: bool
) -> None:
    folded = [word.lower().replace("ß", "ss").replace("ü", "u").strip("!") for word in words]
    shared = sorted({word for word in folded if folded.count(word) > 1})
    listed = "".join(
        f"  {language}: {'; '.join(shared)}\n" for language in LANGUAGES if shared and is_listed
    )
    text = "id: area\nversion: 1\nstatus: checked\n" + (f"ambiguous:\n{listed}" if listed else "")
    text += "concepts:\n" + "".join(
        concept_lines(name, [], f'"{word}"') for name, word in zip(NAMES, words, strict=False)
    )

    result = read(text.encode())

    assert isinstance(result, DefinitionError) is (bool(shared) and not is_listed)
    if isinstance(result, DefinitionError):
        assert {problem.code for problem in result.problems} == {"CONCEPT_WORD_SHARED"}
        assert len(result.problems) == len(LANGUAGES) * (len(folded) - len(set(folded)))
