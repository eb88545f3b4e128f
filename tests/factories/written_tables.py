"""Which tables the requests of a test wrote for good, and so whether the log tells of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.handlers.base import BaseHandler
from django.db import connection

EVENTS = "audit_log_event"
UNTOLD = frozenset({
    "django_session", "accounts_attempt",  # workings of signing in
    "notices_notice", "notices_mailchoice", "notices_mail",  # what one has read, wants, was sent
    "jobs_run",  # what a worker will do; it tells the log itself
    "fieldwork_webdraft",  # what somebody is still filling in; sending it is told
    "fieldwork_fieldform",  # a campaign's form as apps download it, made when the first one asks
})  # fmt: skip
"""Tables of which the log says nothing, on purpose."""
UNPLACED = frozenset({
    "fieldwork_submission", "fieldwork_attachment", "fieldwork_heldanswer", "fieldwork_invitation",
    "fieldwork_quota",
})  # fmt: skip
"""Tables of anonymous answers: the time of an event would be that of the answer (docs/adr/0015)."""
_WRITE = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"(\w+)"', re.IGNORECASE)
_SAVEPOINT = re.compile(r'(SAVEPOINT|ROLLBACK TO SAVEPOINT) (?:"|)(\w+)', re.IGNORECASE)


@dataclass
class Answered:
    """One request with the tables that it wrote, in order."""

    method: str
    path: str
    written: list[str] = field(default_factory=list)
    marks: dict[str, int] = field(default_factory=dict)

    def note(self, sql: str) -> None:
        """Note what a statement writes, or takes back."""
        if write := _WRITE.match(sql):
            self.written.append(write.group(1))
        elif (point := _SAVEPOINT.match(sql)) and point.group(1).upper() == "SAVEPOINT":
            self.marks[point.group(2)] = len(self.written)
        elif point:
            del self.written[self.marks[point.group(2)] :]

    @property
    def untold(self) -> set[str]:
        """Tables that were written without an event."""
        return set() if EVENTS in self.written else set(self.written) - UNTOLD


@contextmanager
def watched_requests(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Answered]]:
    """Yield the list of requests that are answered meanwhile, each in a transaction of the test."""
    found: list[Answered] = []
    answer: Callable[[Any, Any], Any] = BaseHandler.get_response

    def get_response(handler: Any, request: Any) -> Any:
        one = Answered(request.method, request.path)

        def note(execute: Any, sql: str, params: Any, many: Any, context: Any) -> Any:
            result = execute(sql, params, many, context)
            if context["cursor"].rowcount != 0 or sql.lstrip()[:6].upper() == "INSERT":
                one.note(sql)  # an UPDATE that found no row has written nothing
            return result

        if not connection.in_atomic_block:  # what is taken back could not be told from what stays
            return answer(handler, request)
        found.append(one)
        with connection.execute_wrapper(note):
            return answer(handler, request)

    monkeypatch.setattr(BaseHandler, "get_response", get_response)
    yield found
