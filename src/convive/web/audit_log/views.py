"""The page of the log, for the data protection officer and the coordinator."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from convive.catalogue.texts import say
from convive.web import access
from convive.web.audit_log.actions import record
from convive.web.audit_log.forms import LogFilter, verb_words
from convive.web.audit_log.models import Event
from convive.web.audit_log.selectors import find_events, names_of, verbs_in_use
from convive.web.roles import Role
from convive.web.staff.page import show

PAGE_SIZE = 50


@access.role(Role.DATA_PROTECTION, Role.COORDINATOR)
@transaction.atomic
def log(request: HttpRequest, language: str) -> HttpResponse:
    """Show the log, newest first; that it was read stands in it too."""
    form = LogFilter(request.GET, language=language, verbs=verbs_in_use())
    asked = form.cleaned_data if form.is_valid() else {}
    page = Paginator(find_events(asked), PAGE_SIZE).get_page(request.GET.get("page"))
    rows = _rows(list(page.object_list), language)
    used = sorted(name for name, value in asked.items() if value)
    record("log.read", actor=request.user, page=page.number, narrowed_by=used)
    question = request.GET.copy()
    question.pop("page", None)
    return show(
        request, "audit_log/log.html",
        language=language, title=say("log.title", language), nav="log",
        form=form, page=page, rows=rows, question=question.urlencode(),
    )  # fmt: skip


def _rows(events: list[Event], language: str) -> list[dict[str, Any]]:
    """Return the events as the page shows them."""
    names = names_of({event.actor_id for event in events if event.actor_id})
    return [
        {
            "event": event,
            "verb": verb_words(event.verb, language),
            "who": names.get(event.actor_id or 0) or event.actor_label or f"#{event.actor_id}",
            "facts": {name: _told(value) for name, value in event.facts.items()},
        }
        for event in events
    ]


def _told(value: Any) -> str:
    """Return a fact as text: codes and numbers, lists with commas."""
    return ", ".join(str(one) for one in value) if isinstance(value, list) else str(value)
