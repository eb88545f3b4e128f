"""`convive shelf`: search with reasons, facets, JSON; show."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from convive.cli.main import main
from convive.core.errors import NotFoundError, RequestError


def told(capsys: pytest.CaptureFixture[str]) -> str:
    captured = capsys.readouterr()
    return " ".join((captured.out + captured.err).split())


def test_search_says_why_in_the_language_of_the_reader(capsys) -> None:
    assert main(["--language", "fr", "shelf", "search", "ask for angela", "--most", "1"]) == 0
    said = told(capsys)
    assert "convive/ask_for_angela" in said
    assert "est dans un nom" in said


def test_search_says_how_it_read_an_unknown_word(capsys) -> None:
    assert main(["shelf", "search", "exploratroy walks", "--language", "en"]) == 0
    assert "“exploratroy” is not known; read as “exploratory”." in told(capsys)


def test_facets_narrow_and_unknown_ones_are_refused_with_those_there_are(capsys) -> None:
    narrowed = ["shelf", "search", "", "--json", "--facet", "country=BE", "-f", "form=tool"]
    assert main(narrowed) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["found"] == answer["facets"]["form"]["tool"] > 0
    assert {"ref": "convive/be_alert", "title": "BE-Alert", "person_risk": False, "why": []} in (
        answer["hits"]
    )
    for bad in ("colour=red", "topic", "topic=", "topic=colour"):
        assert main(["-l", "en", "shelf", "search", "", "-f", bad]) == RequestError.exit_code
    assert "Known facets: topic, kind" in told(capsys)


def test_what_scores_persons_is_marked_and_can_be_left_out(capsys) -> None:
    ask = ["shelf", "search", "viogen", "--language", "es", "--most", "1"]
    assert main(ask) == 0
    assert "Puntúa o señala a personas" in told(capsys)
    assert main([*ask, "--no-person-risk"]) == 0
    assert "convive/viogen" not in told(capsys)


def test_nothing_found_is_said(capsys) -> None:
    assert main(["shelf", "search", "qqqqqqqqqqqqqqqq", "-l", "de"]) == 0
    assert "Nichts gefunden." in told(capsys)


def test_show_tells_what_the_shelf_has(capsys) -> None:
    assert main(["-l", "nl", "shelf", "show", "ask_for_angela"]) == 0
    said = told(capsys)
    assert "Vraag naar Angela" in said
    assert "plaats: Bordeaux · Nice · Frankrijk" in said
    assert main(["-l", "nl", "shelf", "show", "convive/ask_for_angela"]) == 0
    assert main(["-l", "nl", "shelf", "show", "nothing"]) == NotFoundError.exit_code
    assert "Niets op de plank heet nothing." in told(capsys)


def test_the_command_does_not_wait_for_statistics_that_a_search_never_needs() -> None:
    heavy = ("scipy.stats", "numba", "duckdb", "django", "tantivy")
    code = f"import sys, convive.cli.main; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
