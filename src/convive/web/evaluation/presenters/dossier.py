"""Everything about an evaluation as one document: plan, answer, delivery, worth, checks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convive.app.documents import Block, Bullets, Document, Facts, Grid, Heading, Paragraph
from convive.catalogue.texts import format_date, known_language, say
from convive.web.evaluation.models import Evaluation
from convive.web.evaluation.presenters.answer_page import present_answer, present_worth
from convive.web.evaluation.presenters.plan_page import present_ethics, present_plan
from convive.web.evaluation.presenters.process_page import (
    present_lines,
    present_notes,
    present_process,
)
from convive.web.evaluation.selectors.evaluations import (
    answer_in,
    draft_of,
    ethics_of,
    newest_answer,
    rows_of,
)
from convive.web.evaluation.selectors.held import confirmed_of, told_of
from convive.web.staff.page import site_name
from convive.web.workspace.clock import local, today

Shown = dict[str, Any]
_KEY = "evaluation_page"


def dossier_of(evaluation: Evaluation, language: str) -> Document:
    """Return the dossier in the reader's language; what was not worked out is said to be missing."""
    language = known_language(language)
    kept = newest_answer(evaluation)
    told = told_of(evaluation, answer_in(kept) if kept else None)
    plan = present_plan(draft_of(evaluation), rows_of(evaluation), language)
    action = evaluation.action
    blocks: list[Block] = [
        *_answer(present_answer(kept, language) if kept else None, plan, language)
    ]
    blocks += _worth(present_worth(told.worth, language), language)
    blocks += _process(present_process(told.process, told.steps, language), language)
    blocks += _notes(present_notes(evaluation.notes.all(), language), language)
    blocks += _plan(plan, language)
    blocks += _ethics(present_ethics(ethics_of(evaluation), language), language)
    lines = present_lines(told.lines, confirmed_of(evaluation), action, language)
    blocks += _checks(lines, language)
    return Document(
        say(f"{_KEY}.dossier.title", language, action=action.title), language, site_name(),
        tuple(blocks), subtitle=action.strategy.title, on=today(),
        footer=f"{site_name()} · {action.title} · {plan['short']}", has_contents=True,
    )  # fmt: skip


def _answer(answer: Shown | None, plan: Shown, language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.answer.title", language))
    if answer is None:
        yield Paragraph(say(f"{_KEY}.no_answer", language, due=plan["due"]), "lead")
        return
    yield Paragraph(answer["verdict_text"], "lead")
    if not answer["is_final"]:
        yield Paragraph(say(f"{_KEY}.not_final", language, due=plan["due"]), "warning")
    yield Bullets(tuple(answer["why"]))
    for one in answer["outcomes"]:
        yield from _outcome(one, language)
    yield Heading(say(f"{_KEY}.rivals", language), 2)
    rows = tuple((one["text"], _bare(one["state_text"])) for one in answer["rivals"])
    head = (say(f"{_KEY}.rival", language), say(f"{_KEY}.rival_state", language))
    yield Grid(head, rows, widths=(0.7, 0.3))
    yield Heading(say(f"{_KEY}.harms", language), 2)
    if answer["n_harmed"]:
        yield Paragraph(say(f"{_KEY}.harmed", language, n=answer["n_harmed"]), "warning")
    elif answer["harms"]:
        yield Paragraph(say(f"{_KEY}.not_harmed", language))
    for one in answer["harms"]:
        yield from _outcome(one, language, level=3)
    if not answer["harms"]:
        yield Paragraph(say(f"{_KEY}.no_harms", language))


def _outcome(one: Shown, language: str, level: int = 2) -> Iterator[Block]:
    yield Heading(one["name"], level)
    names = (
        ("effect", one["effect"]), ("reason", one["reason"]), ("interval", one["interval"]),
        ("avoided_label", one["avoided"]), ("n", one["n"]), ("period", one["period"]),
        ("sources", one["sources"]), ("design_label", one["design"]),
    )  # fmt: skip
    yield Facts(tuple((say(f"{_KEY}.{name}", language), text) for name, text in names if text))
    if one["checks"]:
        head = (say(f"{_KEY}.check_label", language), say(f"{_KEY}.check_said", language))
        rows = tuple((each["text"], _bare(each["outcome_text"])) for each in one["checks"])
        yield Grid(head, rows, widths=(0.75, 0.25))
    for key in ("others", "for_whom"):
        told = tuple(
            (each.get("name", each["design"]), each["effect"] or each["reason"], each["interval"])
            for each in one[key]
        )
        if told:
            columns = tuple(say(f"{_KEY}.{name}", language) for name in (key, "effect", "interval"))
            yield Grid(columns, told, widths=(0.35, 0.2, 0.45))
    if one["rings"]:
        yield Paragraph(one["rings"]["moved"])


def _worth(worth: Shown | None, language: str) -> Iterator[Block]:
    if worth is None:
        return
    yield Heading(say(f"{_KEY}.worth", language))
    if worth["spent"]:
        yield Paragraph(say(f"{_KEY}.spent", language, amount=worth["spent"]))
    texts = (worth["per"], worth["reason"], worth["break_even"], worth["unit_reason"])
    yield Bullets(tuple(text for text in texts if text))


def _process(process: Shown, language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.process", language))
    yield Bullets(tuple(one["text"] for one in process["remarks"]))
    names = ("step", "step_text", "step_state")
    rows = tuple(
        (one["name"], one["text"], " · ".join(t for t in (one["state_text"], one["why"]) if t))
        for one in process["steps"]
    )
    columns = tuple(say(f"{_KEY}.{name}", language) for name in names)
    yield Grid(columns, rows, widths=(0.25, 0.4, 0.35))


def _notes(notes: list[Shown], language: str) -> Iterator[Block]:
    if not notes:
        return
    yield Heading(say(f"{_KEY}.notes", language), 2)
    yield Bullets(tuple(
        f"{one['on']}, {one['kind']}: {' '.join(t for t in (one['views'], one['text']) if t)}"
        for one in notes
    ))  # fmt: skip


def _plan(plan: Shown, language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.title", language))
    if plan["laid_down"]:
        day = format_date(local(plan["laid_down"]).date(), language)
        yield Paragraph(
            say(f"{_KEY}.laid_down_on", language, day=day, digest=plan["digest"]), "small"
        )
    else:
        yield Paragraph(say(f"{_KEY}.not_laid_down", language), "warning")
    if plan["is_late"]:
        yield Paragraph(say(f"{_KEY}.late", language, starts=plan["starts_on"]), "warning")
    outcomes = [one["name"] for one in plan["outcomes"]]
    harms = [one["name"] for one in plan["harms"]]
    yield Facts((
        (say(f"{_KEY}.outcomes", language), ", ".join(outcomes)),
        (say(f"{_KEY}.harms", language), ", ".join(harms)),
        (say(f"{_KEY}.designs", language), ", ".join(plan["designs"])),
        *plan["facts"],
    ))  # fmt: skip
    if plan["changes"]:
        yield Heading(say(f"{_KEY}.changes", language), 2)
        names = ("change_at", "change_field", "change_before", "change_after", "change_reason")
        rows = tuple(
            (format_date(local(one["at"]).date(), language), one["field"], one["before"],
             one["after"], one["reason"])
            for one in plan["changes"]
        )  # fmt: skip
        columns = tuple(say(f"{_KEY}.{name}", language) for name in names)
        yield Grid(columns, rows, widths=(0.14, 0.16, 0.25, 0.25, 0.2))


def _ethics(ethics: Shown, language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.ethics.title", language))
    if ethics["n_open"]:
        yield Paragraph(say(f"{_KEY}.ethics_open", language, n=ethics["n_open"]))
    texts = [" ".join(t for t in (one["text"], one["note"]) if t) for one in ethics["then"]]
    yield Bullets(tuple(texts) or (say(f"{_KEY}.ethics_nothing", language),))


def _checks(checks: list[Shown], language: str) -> Iterator[Block]:
    yield Heading(say(f"{_KEY}.checks.title", language))
    for check in checks:
        yield Heading(check["title"], 2)
        names = ("line", "line_answer", "line_confirmed")
        rows = tuple(
            (f"{one['section']}: {one['question']}", one["answer"] or "–", _by(one, language))
            for one in check["lines"]
        )
        yield Grid(
            tuple(say(f"{_KEY}.{name}", language) for name in names), rows, widths=(0.5, 0.25, 0.25)
        )
        if check["gaps"]:
            yield Paragraph(say(f"{_KEY}.gaps", language))
            yield Bullets(tuple(f"{one['section']}: {one['question']}" for one in check["gaps"]))


def _by(line: Shown, language: str) -> str:
    kept = line["confirmed"]
    if kept is None:
        return say(f"{_KEY}.only_proposed", language)
    day = format_date(local(kept.at).date(), language)
    return say(f"{_KEY}.confirmed_by", language, who=line["by"] or "–", day=day)


def _bare(text: str) -> str:
    """Return a word that leads a sentence on the page without its colon."""
    return text.rstrip(":").rstrip()
