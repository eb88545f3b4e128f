"""Every reason for which a figure is not shown has a sentence in every language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import convive
from convive.app.publish import REASONS
from convive.catalogue.texts import has_text, languages, say
from convive.core.disclosure import CellStatus

SOURCE = Path(convive.__file__).parent
NOT_OF_FIGURES = {"catalogue", "web", "connectors", "cli", "store"}

OF_NO_ROW = {"break_too_few", "delay_too_few", "survey_too_few_cases"}
"""Reasons of results that make no row of a table."""


def reasons_in_code() -> set[str]:
    """Return the codes that the code writes down as a reason, in lower case as in the tables."""
    found: set[str] = set()
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).parts[0] not in NOT_OF_FIGURES:
            found |= set(_codes(ast.parse(path.read_text(encoding="utf-8"))))
    return found - OF_NO_ROW


def _codes(tree: ast.AST) -> Iterator[str]:
    told = [value for node in ast.walk(tree) for value in _told(node)]
    for part in (one for value in told for one in ast.walk(value)):
        word = part.value if isinstance(part, ast.Constant) else None
        if isinstance(word, str) and word.replace("_", "").isalpha() and "_" in word:
            yield word.lower()


def _told(node: ast.AST) -> list[ast.expr]:
    """Return what a node gives as a reason: in a row, a call, or as the answer of a function."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [v for k, v in pairs if isinstance(k, ast.Constant) and k.value == "reason"]
    if isinstance(node, ast.Call):
        is_hiding = isinstance(node.func, ast.Name) and node.func.id == "_hide"
        told = [word.value for word in node.keywords if word.arg == "reason"]
        return [*told, *(node.args[-1:] if is_hiding else [])]
    if isinstance(node, ast.Assign):
        names = [one.id.lower() for one in node.targets if isinstance(one, ast.Name)]
        return [node.value] if any("reason" in one or "too_few" in one for one in names) else []
    if isinstance(node, ast.FunctionDef) and "reason" in node.name:
        return [one.value for one in ast.walk(node) if isinstance(one, ast.Return) and one.value]
    return []


def test_the_codes_are_found() -> None:
    found = reasons_in_code()
    assert {"small_count", "too_few_incidents", "small_population", "earlier_release"} <= found
    assert len(found) > 10


def test_the_gate_has_a_reason_for_every_status() -> None:
    assert set(REASONS) == set(CellStatus) - {CellStatus.SHOWN}


def _key(code: str) -> str:
    """Scores of instruments and designs of an evaluation have sentences of their own."""
    for key in (f"evaluation.reason.{code}", f"evaluation.reason.{code.upper()}"):
        if has_text(key, "en"):
            return key
    return f"score_reason.{code.upper()}" if code.startswith("score_") else f"reason.{code}"


@pytest.mark.parametrize("language", languages())
def test_every_reason_has_a_sentence(language: str) -> None:
    codes = reasons_in_code() | set(REASONS.values())
    assert [code for code in sorted(codes) if not has_text(_key(code), language)] == []
    if language != "en":
        same = {code for code in codes if say(_key(code), language) == say(_key(code), "en")}
        assert same == set()
    for code in REASONS.values():
        sentence = say("web.not_shown", language, reason=say(f"reason.{code}", language))
        assert len(sentence) > len(say(f"reason.{code}", language))
        assert not any(sign.isdigit() for sign in sentence)
