"""The pages of the catalogue's instruments, for `make docs`: one each, and an index."""

from __future__ import annotations

from collections.abc import Iterator

from convive.catalogue import find
from convive.catalogue.instrument_files import WorkedCase
from convive.catalogue.instrument_schema import ExpectedScore
from convive.catalogue.texts import say
from convive.core.instruments.model import (
    Choice,
    Instrument,
    Item,
    Scale,
    Score,
    ScoreMethod,
    Section,
)

NOTE = "<!-- Written by `make docs`; do not edit. -->\n\n"
_MARK = {"verified": "V", "inferred": "I", "recalled": "M", "reconstruction": "R"}


def pages() -> dict[str, str]:
    """Return every page by its name in ``docs/instruments``."""
    found = {f"{one.id}.md": instrument_page(one) for one in find.instruments()}
    return {"README.md": index_page(), **found}


def index_page() -> str:
    """Return the list of all instruments, by kind."""
    parts = ["# Instruments\n\n", NOTE]
    parts.append(
        "Questionnaires, on-site audits, checklists, matrices and scorecards of the catalogue. "
        "How to write or change one: [instrument files](../reference/instrument-files.md).\n"
    )
    kinds = dict.fromkeys(one.kind for one in find.instruments())
    for kind in sorted(kinds, key=lambda kind: kind.value):
        parts.append(f"\n## {say(f'instrument_kind.{kind.value}', 'en')}\n\n")
        parts.append("| instrument | finds out | for | inspired by | languages |\n")
        parts.append("|---|---|---|---|---|\n")
        for one in find.instruments():
            if one.kind is kind:
                audience = say(f"audience.{one.audience.value}", "en")
                cells = (
                    f"[{one.title['en']}]({one.id}.md)",
                    one.summary["en"],
                    audience,
                    one.inspired_by or "–",
                    " ".join(one.languages),
                )
                parts.append(_row(*cells))
    return "".join(parts)


def instrument_page(one: Instrument) -> str:
    """Return the page of one instrument."""
    parts = [f"# {one.title['en']}\n\n", NOTE, *_head(one)]
    parts.append(f"\n## Questions\n\n{_legend(one)}")
    for section in one.content:
        parts.extend(_section_lines(section, depth=3))
    parts.extend(_scale_lines(one))
    parts.extend(_score_lines(one))
    parts.extend(_case_lines(find.worked_cases(one.id)))
    parts.append("\n## Sources\n\n")
    for reference in one.references:
        link = f" <{reference.url}>" if reference.url else ""
        how_sure = say(f"provenance.{reference.provenance}", "en")
        parts.append(f"- {reference.cite}.{link} ({how_sure})\n")
    parts.append(f"\nWritten by: {one.authored_by}. Checked by: {one.checked_by}.\n")
    return "".join(parts)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"


def _head(one: Instrument) -> Iterator[str]:
    yield f"{one.summary['en']}\n\n"
    if one.inspired_by:
        yield f"> **{say('instrument.inspired_by', 'en', original=one.inspired_by)}**\n\n"
    if one.when_not:
        yield f"**When not to use it.** {one.when_not['en']}\n\n"
    yield f"- Id: `{one.id}`, version {one.version}, from {one.effective_from.isoformat()}\n"
    yield f"- Kind: {say(f'instrument_kind.{one.kind.value}', 'en')}\n"
    yield f"- For: {say(f'audience.{one.audience.value}', 'en')}\n"
    yield f"- Status: {say(f'instrument_status.{one.status}', 'en')}\n"
    about = say(f"sensitivity.{one.sensitivity.value}.about", "en")
    yield f"- Sensitivity: {say(f'sensitivity.{one.sensitivity.value}', 'en')}. {about}\n"
    yield f"- Every text in: {' '.join(one.languages)}\n"
    if one.is_at_place:
        pairs = ", seen by day and by night" if one.by_daypart else ""
        yield f"- A form belongs to a place on the map{pairs}.\n"
    if one.minimum_n > 1:
        yield f"- An average is shown from {one.minimum_n} forms on.\n"
    if one.introduction:
        yield f"\nWhat people read first: “{one.introduction['en']}”\n"


def _legend(one: Instrument) -> str:
    used = dict.fromkeys(item.provenance.value for item in one.items())
    words = (f"{_MARK[mark]} = {say(f'provenance.{mark}', 'en')}" for mark in used)
    return f"Mark of each question: {'; '.join(words)}.\n"


def _section_lines(section: Section, depth: int) -> Iterator[str]:
    yield f"\n{'#' * min(depth, 6)} {section.title['en']} (`{section.id}`)\n"
    if section.introduction:
        yield f"\n{section.introduction['en']}\n"
    if section.relevant:
        yield f"\nAsked only if `{section.relevant}`.\n"
    if section.repeats:
        yield f"\n{_repeats(section)}\n"
    is_open = False
    for part in section.content:
        if isinstance(part, Section):
            yield from _section_lines(part, depth + 1)
            is_open = False
            continue
        if not is_open:
            yield "\n| item | question | answer | rules | mark |\n|---|---|---|---|---|\n"
            is_open = True
        yield _item_row(part)


def _repeats(section: Section) -> str:
    if section.repeat_count:
        return f"Filled `{section.repeat_count}` times."
    return f"Filled {section.at_least} to {section.at_most} times."


def _item_row(item: Item) -> str:
    hint = f"<br>*{item.hint['en']}*" if item.hint else ""
    answer = say(f"item_type.{item.type.value}", "en")
    if item.scale is not None and item.scale.id == item.id:
        answer += ": " + "; ".join(_choice(choice) for choice in item.scale.choices)
    elif item.scale is not None:
        answer += f", scale `{item.scale.id}`"
    anchors = [
        f"{choice.code} = {choice.anchor['en']}"
        for choice in (item.scale.choices if item.scale else ())
        if choice.anchor
    ]
    if anchors:
        answer += "<br>" + "; ".join(anchors)
    question = f"{item.question['en']}{hint}"
    return _row(
        f"`{item.id}`", question, answer, "<br>".join(_rules(item)), _MARK[item.provenance.value]
    )


def _choice(choice: Choice) -> str:
    value = f" ({choice.value:g})" if choice.value is not None else ""
    return f"{choice.label['en']}{value}"


def _rules(item: Item) -> Iterator[str]:
    if item.is_required:
        yield "must be answered"
    if item.relevant:
        yield f"asked if `{item.relevant}`"
    if item.constraint:
        message = f" ({item.constraint_message['en']})" if item.constraint_message else ""
        yield f"must keep `{item.constraint}`{message}"
    if item.calculation:
        yield f"= `{item.calculation}`"
    if not item.is_objective:
        yield "a feeling: enters no score of the place"
    if item.is_personal:
        yield "may tell who somebody is: weeded, never published"
    if item.feeds:
        yield f"feeds `{item.feeds}` of the audit"


def _scale_lines(one: Instrument) -> Iterator[str]:
    scales: dict[str, Scale] = {}
    for item in one.items():
        if item.scale is not None and item.scale.id != item.id:
            scales.setdefault(item.scale.id, item.scale)
    if scales:
        yield "\n## Scales\n"
    for scale in scales.values():
        yield f"\n`{scale.id}`\n\n| code | label | counts |\n|---|---|---|\n"
        for choice in scale.choices:
            counts = f"{choice.value:g}" if choice.value is not None else "–"
            if choice.missing is not None:
                counts = choice.missing.value.replace("_", " ")
            yield _row(f"`{choice.code}`", choice.label["en"], counts)


def _score_lines(one: Instrument) -> Iterator[str]:
    if one.no_score_reason:
        yield f"\n## What is computed\n\nNothing. {one.no_score_reason['en']}\n"
    if one.scores:
        yield "\n## What is computed\n\n"
    for score in one.scores:
        per = f", for every round of `{score.per}`" if score.per else ""
        yield f"- **{score.label['en']}** (`{score.id}`{per}): {_formula(score)}\n"
        if score.bands:
            yield f"  Bands: {_bands(score)}.\n"
        for rule in score.rules:
            when = f"if `{rule.when}`" if rule.when else "otherwise"
            yield f"  - {rule.label['en']} (`{rule.code}`) {when}\n"


def _formula(score: Score) -> str:
    method = say(f"score_method.{score.method.value}", "en")
    if score.method in {ScoreMethod.EXPRESSION, ScoreMethod.GATE}:
        return f"{method}, `{score.expression}`"
    if score.method is ScoreMethod.LABEL:
        return method
    if score.method is ScoreMethod.MATRIX:
        return f"{method}, {' × '.join(f'`{name}`' for name in score.weights)}"
    terms = " + ".join(
        f"`{name}`" if weight == 1 else f"{weight:g} · `{name}`"
        for name, weight in score.weights.items()
    )
    to = f", rescaled to 0–{score.rescale_to:g}" if score.rescale_to is not None else ""
    needed = f"at least {100 * score.minimum_answered:g} % of the applicable items"
    if score.method is ScoreMethod.WEIGHTED_SUM:
        needed = "every applicable item"
    return f"{method} of {terms}{to}; needs {needed} answered"


def _bands(score: Score) -> str:
    said = []
    for band in score.bands:
        upper = f"below {band.below:g}" if band.below is not None else "above"
        said.append(f"{band.label['en']} (`{band.code}`) {upper}")
    return ", ".join(said)


def _case_lines(cases: tuple[WorkedCase, ...]) -> Iterator[str]:
    if cases:
        yield "\n## Worked cases\n\nThey run as tests.\n\n"
    for case in cases:
        yield f"- {case.title}.\n"
        if case.answers:
            yield f"  - answers: {_answers(case.answers)}\n"
        if case.skipped:
            yield f"  - not asked: {', '.join(f'`{name}`' for name in case.skipped)}\n"
        for item, code in case.problems:
            yield f"  - refused: `{item}`, {code}\n"
        for name, expected in case.scores.items():
            yield f"  - `{name}` → {'; '.join(_outcome(one) for one in expected)}\n"


def _answers(answers: object) -> str:
    if isinstance(answers, dict):
        return ", ".join(f"{key} {_answers(value)}" for key, value in answers.items())
    if isinstance(answers, list):
        return "[" + "; ".join(_answers(one) for one in answers) + "]"
    return str(answers)


def _outcome(one: ExpectedScore) -> str:
    if one.cannot_tell:
        return "cannot tell"
    said = []
    if one.value is not None:
        said.append(f"{one.value:g}")
    if one.met is not None:
        said.append("met" if one.met else "not met")
    said.extend(code for code in (one.band, one.label) if code is not None)
    return ", ".join(said)
