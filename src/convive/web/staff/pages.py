"""Long lists page by page; how many rows a page has is said here alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

ROWS = 50
"""Rows of one or two lines."""
FIGURES = 100
"""Short rows, of amounts or numbers, which one looks down."""
TALL = 25
"""Rows with sentences of their own."""
CHALLENGES = 20
"""Challenges of a plan with their objectives."""
FORMS = 10
"""Rows of which each is a form, or a change told field by field."""
PUBLIC = 8
"""Challenges of a published plan, read on a phone."""


def page_of(request: HttpRequest, rows: Any, size: int = ROWS) -> Any:
    """Return the page of a long list that the address asks for."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def page_by_keys(request: HttpRequest, rows: QuerySet[Any], size: int = ROWS) -> Any:
    """Return the page of a very long list; the rows before it are passed over by their keys alone."""
    page = page_of(request, rows, size)
    keys = list(page.object_list.values_list("pk", flat=True))
    page.object_list = rows.filter(pk__in=keys)
    return page


def question_of(request: HttpRequest, *left_out: str) -> str:
    """Return the question of the address without the page, to be asked again with another one."""
    kept = [(name, value) for name, value in request.GET.items() if value]
    return urlencode([one for one in kept if one[0] not in ("page", *left_out)])
