"""Every code that evaluations speak in has its sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from convive.catalogue.texts import texts_of
from convive.core.evaluation import (
    QUESTIONS,
    EvidenceKind,
    StepState,
    Suggestion,
    Weight,
)

CORE = Path(__file__).parents[2] / "src" / "convive" / "core" / "evaluation"
SPOKEN = {
    "process": (r'Remark\(\s*"(\w+)"', "process.py"),
    "grade_why": (r'return [^\n"]*"(?!(?:none|claimed|data|evaluated)")(\w+)", ', "grade_lines.py"),
    "suggestion_why": (r'Suggestion\.\w+, "(\w+)"', "yearly.py"),
    "step_why": (r'StepState\.\w+, "(\w+)"', "logic_check.py"),
}


@pytest.mark.parametrize("prefix", SPOKEN)
def test_what_the_modules_say_has_words(prefix: str) -> None:
    pattern, name = SPOKEN[prefix]
    codes = set(re.findall(pattern, (CORE / name).read_text(encoding="utf-8")))
    assert len(codes) > 4, "the pattern finds them"
    known = texts_of("en")
    assert [code for code in sorted(codes) if f"evaluation.{prefix}.{code}" not in known] == []


def test_closed_lists_have_words() -> None:
    known = texts_of("en")
    wanted = [f"evaluation.step.{one}" for one in StepState]
    wanted += [f"evaluation.suggestion.{one}" for one in Suggestion]
    wanted += [f"evaluation.ethics_weight.{one}" for one in Weight]
    wanted += [f"evaluation.grade_evidence.{one}" for one in EvidenceKind]
    for question in QUESTIONS:
        wanted += [f"evaluation.ethics.{question.code}", f"evaluation.ethics_then.{question.code}"]
    assert [key for key in wanted if key not in known] == []
