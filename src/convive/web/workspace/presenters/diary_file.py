"""The diary as a table to take away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet

from convive.catalogue.texts import say
from convive.core.strategy.ledger import UNKNOWN
from convive.core.strategy.vocabulary import TargetGroup
from convive.web.workspace.models import DiaryEntry
from convive.web.workspace.presenters.diary import group_words

GROUPS = (*(one.value for one in TargetGroup), UNKNOWN)
_COLUMNS = ("number", "day", "strategy", "code", "action", "organisation", "done", "amount", "unit",
            "obstacle", "note", "corrects", "corrected_by")  # fmt: skip


def diary_head(language: str) -> list[str]:
    """Return the head of the table: facts of the entry, then people reached by group."""
    facts = [say(f"diary.column.{name}", language) for name in _COLUMNS]
    return [*facts, *(group_words(code, language) for code in GROUPS)]


def diary_rows(entries: QuerySet[DiaryEntry], language: str) -> Iterator[list[Any]]:
    """Yield the rows of the table; a group that nobody counted stays empty."""
    for one in entries.iterator(chunk_size=1_000):
        newer = next(iter(one.corrected_by.all()), None)
        yield [
            one.pk, one.on, one.action.strategy.code, one.action.code, one.action.title,
            one.organisation.name, say(f"plan.delivery.{one.delivery}", language), one.amount,
            one.action.dose_unit,
            say(f"plan.obstacle.{one.obstacle}", language) if one.obstacle else "",
            one.note, one.corrects_id, newer.pk if newer else None,
            *(one.reached.get(code) for code in GROUPS),
        ]  # fmt: skip
