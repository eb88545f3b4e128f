"""The database of evaluations: own ones, and those that the shelf tells of."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from convive.catalogue.texts import format_date, say
from convive.core.shelf.entry import Entry
from convive.web import access
from convive.web.accounts.request import AccountRequest
from convive.web.evaluation.forms.database import DatabaseForm
from convive.web.evaluation.selectors.database import own_evaluations, shelf_evaluations
from convive.web.evaluation.views.base import show_evaluation
from convive.web.shelf.presenters.shelf_words import (
    entry_link,
    in_own_language,
    place_line,
    word,
)
from convive.web.staff.pages import TALL, page_of, question_of


@access.reader()
def evaluations(request: AccountRequest, language: str) -> HttpResponse:
    """List the evaluations that somebody may read, and what is known from elsewhere."""
    form = DatabaseForm(request.GET, account=request.user, language=language)
    asked = form.asked()
    page = page_of(request, own_evaluations(request.user, asked))
    others = shelf_evaluations(asked)
    return show_evaluation(
        request, "list", language=language, title=say("evaluation_page.list.title", language),
        form=form, page=page, question=question_of(request),
        rows=[_own(one, language) for one in page.object_list],
        others=[_other(one, language) for one in others[:TALL]], n_others=len(others),
    )  # fmt: skip


def _own(row: Any, language: str) -> dict[str, Any]:
    state = row.verdict or ("running" if row.laid_down_at else "open")
    return {
        "title": row.action.title, "code": row.action.strategy.code, "part": row.action.code,
        "strategy": row.action.strategy.title, "state": state,
        "state_text": say(f"evaluation_page.state.{state}", language),
        "is_final": row.is_final,
        "laid_down": format_date(row.laid_down_at.date(), language) if row.laid_down_at else "",
    }  # fmt: skip


def _other(entry: Entry, language: str) -> dict[str, Any]:
    told = [
        f"{one.city}: {say(f'shelf.verdict.{one.verdict}', language)}" for one in entry.experiences
    ]
    return {
        "link": entry_link(entry, language), "where": place_line(entry.practice, language),
        "strength": word("strength", entry.practice.results.strength, language),
        "strength_code": str(entry.practice.results.strength),
        "results": in_own_language(entry, entry.practice.results.text, language),
        "experiences": told, "n_gradings": len(entry.gradings),
    }  # fmt: skip
