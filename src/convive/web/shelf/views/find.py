"""Find: words and facets in, what the shelf has out."""

from __future__ import annotations

from dataclasses import replace

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.core.model import Problem
from convive.web import access
from convive.web.shelf.forms.find import LONGEST, question_of
from convive.web.shelf.presenters.find_page import present_chips, present_facets, present_hit
from convive.web.shelf.selectors.on_shelf import (
    cards_now,
    entries_now,
    index_now,
    problems_of_words,
)
from convive.web.shelf.views.shelf_base import show_shelf
from convive.web.workspace.secrecy import is_editor

A_PAGE = 20
_MOST_TOLD = 5


@access.reader()
def find_page(request: HttpRequest, language: str) -> HttpResponse:
    """Show what the shelf has for the words and facets of the address."""
    index = index_now()
    question = question_of(request.GET, index)
    answer = index.search(question.query(language))
    page = Paginator(answer.hits, A_PAGE).get_page(request.GET.get("page"))
    entries, cards = entries_now(), cards_now()
    wider = replace(question, facets=()).address()
    return show_shelf(
        request, "find", language=language, title=say("shelf.find.title", language),
        q=question.text, without_persons=question.is_without_persons, longest=LONGEST,
        page=page, n=len(answer.hits), question=question.address(), wider=wider,
        hits=[present_hit(hit, entries, cards, language) for hit in page.object_list],
        facets=present_facets(answer, question, language),
        chips=present_chips(question, language), spelled=dict(answer.spelled),
        wrong_words=_wrong_words(request, language),
    )  # fmt: skip


def _wrong_words(request: HttpRequest, language: str) -> list[str]:
    """Return what is wrong with the town's own words, for those who can have it put right."""
    if not is_editor(request.user):
        return []
    return [_sentence(one, language) for one in problems_of_words()[:_MOST_TOLD]]


def _sentence(problem: Problem, language: str) -> str:
    place = problem.place
    where = f"{place.file}, {say('cli.place.lines', language, rows=[place.row])}"
    told = say(f"problem.{problem.code}", language, file=place.file, row=place.row, **problem.data)
    return f"{where if place.row else place.file}: {told}"
