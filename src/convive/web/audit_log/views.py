"""The page of the log, for the data protection officer and the coordinator."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone

from convive.catalogue.texts import say
from convive.web import access
from convive.web.audit_log.actions import record, record_reading
from convive.web.audit_log.export import EXPORTS
from convive.web.audit_log.forms import LogFilter, verb_words
from convive.web.audit_log.models import Event
from convive.web.audit_log.selectors import find_events, kinds_in_use, names_of, verbs_in_use
from convive.web.roles import Role
from convive.web.staff.page import show
from convive.web.staff.pages import page_of, question_of


@access.role(Role.DATA_PROTECTION, Role.COORDINATOR)
def log(request: HttpRequest, language: str) -> HttpResponse:
    """Show the log, newest first; that it was read stands in it too, once an hour."""
    form, asked = _asked(request, language)
    page = page_of(request, find_events(asked))
    rows = _rows(list(page.object_list), language)
    response = show(
        request, "audit_log/log.html",
        language=language, title=say("log.title", language), nav="log",
        form=form, page=page, rows=rows, question=question_of(request),
        may_export=Role.DATA_PROTECTION in request.user.roles,  # type: ignore[union-attr]
    )  # fmt: skip
    record_reading(request, "log.read")
    return response


@access.role(Role.DATA_PROTECTION, methods=access.READ)
def export(request: HttpRequest, language: str, kind: str) -> StreamingHttpResponse:
    """Give what was found with its hashes, to be checked elsewhere; noted before the first byte."""
    if kind not in EXPORTS:
        raise Http404
    _, asked = _asked(request, language)
    found = find_events(asked).order_by("pk")
    used = sorted(name for name, value in asked.items() if value)
    if request.method == "GET":
        with transaction.atomic():
            record("log.exported", actor=request.user, what=kind, n=found.count(), narrowed_by=used)
    media, lines = EXPORTS[kind]
    name = f"audit-log-{timezone.localdate():%Y%m%d}.{kind}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(lines(found), content_type=media, headers=headers)


def _asked(request: HttpRequest, language: str) -> tuple[LogFilter, dict[str, Any]]:
    form = LogFilter(
        request.GET, language=language, verbs=verbs_in_use(), kinds=kinds_in_use()
    )  # fmt: skip
    return form, form.cleaned_data if form.is_valid() else {}


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
