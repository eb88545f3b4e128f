"""Editions as staff see them: what is shown, what waits, for whom."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from convive.core.errors import ConviveError
from convive.web.accounts.models import Account
from convive.web.editorial.choosing import shown_edition, versions_at
from convive.web.editorial.confirmers import CONFIRMERS
from convive.web.editorial.kept_builds import newest_build
from convive.web.editorial.models import Edition
from convive.web.editorial.models.editions import NEEDED
from convive.web.editorial.public_state import Edition as PublicEdition
from convive.web.editorial.public_state import state_now
from convive.web.editorial.selectors.published import state_of_tables
from convive.web.observatory.current import current_site


def shown_key(now: datetime) -> str:
    """Return the edition that the public sees; empty where none is."""
    state = state_of_tables()
    found = shown_edition(state, now) if state.is_reviewed else None
    return found.key if found else ""


def audit_key(name: str) -> str:
    """Return the key of the audit that goes by a name; empty where none does.

    Parameters
    ----------
    name : str
        A key, or the version that readers see, which another one once there are words or
        corrections.
    """
    newest = newest_build(settings.CONVIVE_BUILD)
    if (newest and name == newest.key) or Edition.objects.filter(key=name).exists():
        return name
    try:
        state, now = state_now(), timezone.now()
        named = {one.version: Path(one.choice.folder).name for one in versions_at(state, now)}
        if newest and not state.is_reviewed:
            named[current_site().version] = newest.key
    except ConviveError:
        return ""
    return named.get(name, "")


def standing_of(edition: Edition, now: datetime, shown: str) -> str:
    """Return how an edition stands, as a code of ``editions.state``."""
    if edition.state != Edition.State.APPROVED:
        return str(edition.state)
    if edition.visible_from is not None and edition.visible_from > now:
        return "scheduled"
    return "shown" if edition.key == shown else "earlier"


def still_needed(edition: Edition) -> int:
    """Return how many people have yet to look at it."""
    return max(0, NEEDED - edition.approvals.count())


def who_may_look(edition: Edition) -> list[Account]:
    """Return the accounts whose look would count, by name."""
    seen = edition.approvals.values_list("account_id", flat=True)
    rows = Account.objects.filter(is_active=True).exclude(pk__in=list(seen))
    if edition.submitted_by_id is not None:
        rows = rows.filter(~Q(pk=edition.submitted_by_id))
    return [one for one in rows if one.roles & CONFIRMERS]


def candidate(edition: Edition, now: datetime) -> PublicEdition:
    """Return an edition as it would appear, not before now."""
    day = edition.visible_from or now
    if edition.state in {Edition.State.DRAFT, Edition.State.REVIEW}:
        day = max(day, now)
    return PublicEdition(edition.key, edition.built_at, day, edition.words)


__all__ = [
    "audit_key", "candidate", "shown_key", "standing_of", "still_needed", "who_may_look",
]  # fmt: skip
