"""Reads of the diary."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from convive.web.accounts.models import Organisation
from convive.web.workspace.models import Action, DiaryEntry
from convive.web.workspace.secrecy import diary_of, is_editor
from convive.web.workspace.selectors.bodies import organisations_by_name


@dataclass(frozen=True)
class AskedEntries:
    """What the list of entries is narrowed to; empty means any."""

    text: str = ""
    """Part of the action's title, or its code."""
    organisation: str = ""
    since: date | None = None
    until: date | None = None
    delivery: str = ""
    obstacle: str = ""


def list_entries(account: Any, asked: AskedEntries) -> QuerySet[DiaryEntry]:
    """Return the entries that an account may read, the newest first; corrected ones too."""
    found = diary_of(account)
    if asked.text:
        found = found.filter(Q(action__title__icontains=asked.text) | Q(action__code=asked.text))
    plain = {
        "organisation__code": asked.organisation, "on__gte": asked.since, "on__lte": asked.until,
        "delivery": asked.delivery, "obstacle": asked.obstacle,
    }  # fmt: skip
    found = found.filter(**{name: value for name, value in plain.items() if value})
    return with_parts(found).order_by("-on", "-pk")


def with_parts(entries: QuerySet[DiaryEntry]) -> QuerySet[DiaryEntry]:
    """Return entries with their action, organisation, and the entry that put them right."""
    joined = entries.select_related("action__strategy", "organisation", "corrects")
    return joined.prefetch_related("corrected_by")


def find_entry(account: Any, number: int) -> DiaryEntry | None:
    """Return an entry that an account may read."""
    return with_parts(diary_of(account).filter(pk=number)).first()


def newest_entries(action: Action, most: int) -> list[DiaryEntry]:
    """Return the newest entries of an action."""
    return list(with_parts(action.diary.all()).order_by("-on", "-pk")[:most])


def entry_of_key(account: Any, key: str) -> DiaryEntry | None:
    """Return the entry that was kept under a key, if the account may read it."""
    return diary_of(account).filter(key=key).first()


def who_may_be_told_of(
    account: Any, action: Action, *, otherwise: Sequence[Organisation] | None = None
) -> list[Organisation]:
    """Return for which organisations an account may write in the diary of an action.

    Partners write for themselves. Editors write for whoever leads or takes part; where nobody
    does, for any organisation (`otherwise`, where those are known already).
    """
    if not is_editor(account):
        return [account.organisation] if account.acts_for else []
    found = [action.lead] if action.lead else []
    found += [one for one in action.partners.all() if one != action.lead]
    return found or list(organisations_by_name() if otherwise is None else otherwise)
