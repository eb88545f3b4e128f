"""Delivery, logic model and the lines of the two checks of a practice, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from django.urls import reverse

from convive.catalogue import find
from convive.catalogue.texts import format_date, localised, say
from convive.core.evaluation.grade_lines import EvidenceKind, Line
from convive.core.evaluation.logic_check import Step, broken_at
from convive.core.evaluation.process import MIN_VIEWS, Process
from convive.web.evaluation.models import ConfirmedLine, ProcessNote
from convive.web.evaluation.selectors.checks import items_of, sections_of
from convive.web.workspace.models import Action

Shown = dict[str, Any]
Confirmed = Mapping[tuple[str, str], ConfirmedLine]


def present_process(process: Process, steps: tuple[Step, ...], language: str) -> Shown:
    """Return what the diary says of the delivery, problems first, and the chain of the logic model."""
    broken = broken_at(steps)
    return {
        "remarks": [
            {"text": say(f"evaluation.process.{one.code}", language, **one.params),
             "is_problem": one.is_problem}
            for one in process.remarks
        ],
        "steps": [
            {"name": say(f"plan.logic.{one.name}", language), "text": one.text,
             "state": str(one.state), "state_text": say(f"evaluation.step.{one.state}", language),
             "why": say(f"evaluation.step_why.{one.why}", language, **one.params)
             if one.why else ""}
            for one in steps
        ],
        "broken": say(f"plan.logic.{broken.name}", language) if broken else "",
    }  # fmt: skip


def present_notes(notes: Iterable[ProcessNote], language: str) -> list[Shown]:
    """Return notes and counts of views; counts of too few people are not told."""
    return [
        {
            "kind": say(f"evaluation_page.note.{one.kind}", language),
            "on": format_date(one.on, language),
            "text": one.text,
            "views": _views(one, language),
        }
        for one in notes
    ]


def _views(one: ProcessNote, language: str) -> str:
    if one.n is None:
        return ""
    if one.n < MIN_VIEWS:
        return say("evaluation_page.views_few", language, least=MIN_VIEWS)
    percent = round(100 * (one.n_good or 0) / one.n)
    return say("evaluation_page.views", language, n=one.n, percent=percent)


def present_lines(
    lines: Iterable[Line], confirmed: Confirmed, action: Action, language: str
) -> list[Shown]:
    """Return the checks with their lines: proposed, why, where the evidence is, who confirmed."""
    by_check: dict[str, list[Shown]] = {}
    for one in lines:
        shown = _line(one, confirmed.get((one.check, one.item)), action, language)
        by_check.setdefault(one.check, []).append(shown)
    return [
        {
            "check": check,
            "title": localised(find.instrument(check).title, language),
            "lines": rows,
            "sections": _sections(rows),
            "n_confirmed": sum(1 for row in rows if row["confirmed"]),
            "gaps": [row for row in rows if row["is_gap"]],
        }
        for check, rows in by_check.items()
    ]


def _sections(rows: Sequence[Shown]) -> list[Shown]:
    """Return the lines by section; open is the one in which somebody has to look next."""
    groups = [(title, list(own)) for title, own in groupby(rows, key=lambda row: row["section"])]
    left = [n for n, (_, own) in enumerate(groups) if any(not row["confirmed"] for row in own)]
    return [
        {
            "title": title, "lines": own, "is_open": left[:1] == [n],
            "n_confirmed": sum(1 for row in own if row["confirmed"]),
        }
        for n, (title, own) in enumerate(groups)
    ]  # fmt: skip


def answers_of(check: str, item: str, language: str) -> list[tuple[str, str]]:
    """Return what can be answered to an item of a check, with its words."""
    found = items_of(check).get(item)
    if found is None or found.scale is None:
        return []
    return [(str(one.code), localised(one.label, language)) for one in found.scale.choices]


def _line(one: Line, kept: ConfirmedLine | None, action: Action, language: str) -> Shown:
    item = items_of(one.check).get(one.item)
    choices = answers_of(one.check, one.item, language)
    words = dict(choices)
    now = kept.answer if kept else one.proposed
    return {
        "check": one.check, "item": one.item,
        "question": localised(item.question, language) if item else one.item,
        "section": localised(sections_of(one.check).get(one.item, {}), language),
        "choices": choices, "proposed": words.get(one.proposed, ""), "chosen": now,
        "answer": words.get(now, ""),
        "why": say(f"evaluation.grade_why.{one.why}", language),
        "evidence": [
            (say(f"evaluation.grade_evidence.{kind}", language), address_of(kind, action, language))
            for kind in one.evidence
        ],
        "is_gap": one.is_gap and kept is None,
        "confirmed": kept,
        "by": str(kept.by) if kept and kept.by else "",
        "is_stale": bool(kept and one.proposed and kept.proposed != one.proposed),
    }  # fmt: skip


def address_of(kind: EvidenceKind, action: Action, language: str) -> str:
    """Return the page on which a kind of evidence is to be seen."""
    code, part = action.strategy.code, action.code
    objective = action.objective
    pages = {
        EvidenceKind.CHALLENGE: ("plan-challenge", (code, objective.challenge.code), ""),
        EvidenceKind.OBJECTIVE: ("plan-objective", (code, objective.code), "#targets"),
        EvidenceKind.LOGIC: ("plan-action", (code, part), "#logic"),
        EvidenceKind.DIARY: ("plan-action", (code, part), "#diary"),
        EvidenceKind.MONEY: ("plan-action", (code, part), "#budget"),
        EvidenceKind.STUDY: ("evaluation", (code, part), ""),
        EvidenceKind.ANSWER: ("evaluation-answer", (code, part), ""),
        EvidenceKind.PUBLIC_PAGE: ("public-plan", (), ""),
    }
    name, args, anchor = pages.get(kind, ("plan-action", (code, part), ""))
    return reverse(name, args=(language, *args)) + anchor
