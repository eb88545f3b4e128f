"""What a page of a form shows: the same for everybody who fills in, with an account or without."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

from convive.catalogue.texts import languages
from convive.core.instruments.filling import fill
from convive.core.instruments.form_rules import rules_of
from convive.core.instruments.model import Instrument
from convive.web.fieldwork.field_names import Path, field_id
from convive.web.fieldwork.posted import parse_posted
from convive.web.fieldwork.rendering import Sheet, problem_links, render_sections
from convive.web.fieldwork.steps import (
    Press,
    Step,
    may_go_on,
    page_at,
    page_name,
    pages_of,
)

_FOR_SCRIPTS = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


@dataclass(frozen=True)
class FormPage:
    """One page of a form, ready to be drawn by ``fieldwork/fill/form_body.html``."""

    name: str
    number: int
    n_pages: int
    html: SafeString
    problems: list[dict[str, str]]
    opened: str
    """Id of the first question that an answer has opened."""
    anchor: str
    rules: SafeString
    answers: SafeString
    has_files: bool
    is_last: bool
    """Whether sending comes next."""
    is_ready: bool
    """Whether the person meant to go on and nothing more is asked."""


def form_page(
    instrument: Instrument,
    answers: Mapping[str, Any],
    at: Step | str,
    *,
    language: str,
    today: date,
    whole: bool = False,
) -> FormPage:
    """Return a page of a form, by its name or after a step, with what is wrong or was opened."""
    step = Step(dict(answers), ()) if isinstance(at, str) else at
    filled = fill(instrument, answers, today=today)
    pages = pages_of(instrument, filled, whole=whole)
    shown = page_at(pages, at if isinstance(at, str) else page_name(step.page))
    sheet = Sheet(instrument, language, answers, filled, step.problems)
    html = render_sections(sheet, shown)
    return FormPage(
        name=page_name(shown),
        number=[page_name(one) for one in pages].index(page_name(shown)) + 1,
        n_pages=len(pages),
        html=html,
        problems=problem_links(sheet),
        opened=_id(step.opened),
        anchor=step.anchor,
        rules=_data(rules_of(instrument)),
        answers=_data(answers),
        has_files='type="file"' in html,
        is_last=step.is_ready or not may_go_on(instrument, pages, shown),
        is_ready=step.is_ready,
    )


def press_of(request: HttpRequest, instrument: Instrument, answers: Mapping[str, Any], *,
             today: date, whole: bool = False) -> Press:  # fmt: skip
    """Return the button that a request presses."""
    posted = request.POST
    said = posted.get("_language", "")
    filled = fill(instrument, answers, today=today)
    page = page_at(pages_of(instrument, filled, whole=whole), posted.get("_page", ""))
    return Press(
        do=posted.get("_do", "stay")[:400],
        page=page_name(page),
        posted=parse_posted(
            instrument, posted, request.FILES,
            language=said if said in languages() else "en", sections=page,
        ),
        is_live=posted.get("_live") == "1",
    )  # fmt: skip


def _id(path: Path) -> str:
    return field_id(path) if path else ""


def _data(value: Any) -> SafeString:
    """Return JSON that can stand in a script element; it is read, never run."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    return mark_safe(text.translate(_FOR_SCRIPTS))
