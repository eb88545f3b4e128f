"""Actions whose diary waits for an entry, found by the database however many there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from convive.core.strategy.vocabulary import ActionState
from convive.web.workspace.models import Action, DiaryEntry, Strategy
from convive.web.workspace.secrecy import is_editor, whole_actions_of


def diary_actions(account: Any, today: date, *, text: str = "", all_of_town: bool = False) -> QuerySet[Action]:  # fmt: skip
    """Return the running actions whose diary an account writes, those that wait longest first.

    Each has `last_entry` (a day or None), `since` (from when its silence counts) and `waits`.

    Parameters
    ----------
    text : str
        Part of the title, or the code.
    all_of_town : bool
        For editors: every action, not only those of the own organisation.
    """
    found = whole_actions_of(account).filter(state=ActionState.RUNNING)
    found = found.exclude(strategy__state=Strategy.State.CLOSED)
    if not (all_of_town and is_editor(account)):
        own = account.acts_for or 0
        found = found.filter(Q(lead=own) | Q(partners=own))
    if text:
        found = found.filter(Q(title__icontains=text) | Q(code=text))
    numbers = found.order_by().values("pk")
    rows: Any = Action.objects.filter(pk__in=numbers).select_related("strategy", "lead")
    ordered: QuerySet[Action] = _with_silence(rows, today).order_by(
        "-waits", F("since").asc(nulls_first=True), "pk"
    )
    return ordered


def waiting_actions(account: Any, today: date) -> QuerySet[Action]:
    """Return the actions of an account's organisation that wait for an entry."""
    found: Any = diary_actions(account, today)
    waiting: QuerySet[Action] = found.filter(waits=True)
    return waiting


def _with_silence(rows: Any, today: date) -> Any:
    entries = DiaryEntry.objects.filter(action=OuterRef("pk"), corrected_by=None, on__lte=today)
    last = entries.order_by("-on").values("on")[:1]
    rows = rows.annotate(last_entry=Subquery(last))
    return rows.annotate(since=Coalesce("last_entry", "starts_on")).annotate(
        waits=Case(
            When(_is_silent(rows, today), then=Value(True)),  # noqa: FBT003
            default=Value(False),  # noqa: FBT003
            output_field=BooleanField(),
        )
    )


def _is_silent(rows: Any, today: date) -> Q:
    """Return the condition, one stretch of days at a time: day arithmetic differs by database."""
    silent = Q(since=None)
    for days in rows.order_by().values_list("diary_days", flat=True).distinct():
        silent |= Q(diary_days=days, since__lt=today - timedelta(days=days))
    return silent
