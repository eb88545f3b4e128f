"""A town with a pack, people, an action that has ended, and an experience of it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.test import Client

from convive.web.roles import Role
from convive.web.shelf.actions.memory import check_entry, keep_action, write_entry
from convive.web.shelf.models import OwnEntry, PartnerTown, Proposal
from convive.web.workspace.models import Action
from factories.web_objects.accounts import make_account
from factories.web_objects.strategy import make_action

DAY = date(2026, 11, 20)
SAID = {
    "verdict": "did_not", "effect": "Burglaries rose in the passages.", "strength": "monitoring",
    "went_wrong": "The lamps were stolen twice.", "would_change": "Fix them to the wall.",
    "problem": "Dark passages between the houses.", "barriers": "theft\nno electrician",
}  # fmt: skip


def make_pack(settings: Any, folder: Path) -> Path:
    """Make the pack of the site and let the site know of it."""
    (folder / "workspace").mkdir(parents=True, exist_ok=True)
    (folder / "city.toml").write_text('name = "Ribera"\n')
    settings.CONVIVE_WORKSPACE = str(folder / "workspace")
    settings.MEDIA_ROOT = str(folder / "workspace" / "media")
    settings.CONVIVE_BUILD = ""
    return folder


def done_action(**fields: Any) -> Action:
    """Make an action that has ended."""
    given = {"state": "stopped", "about": "Lamps in the passages.", "starts_on": date(2025, 1, 1)}
    return make_action(**(given | fields))


def draft_entry(action: Action | None = None, *, by: Any = None) -> OwnEntry:
    """Make a draft that somebody wrote."""
    writer = by or make_account(Role.ANALYST)
    own = keep_action(action or done_action(), today=DAY, by=writer)
    return write_entry(own, SAID, number=own.number, today=DAY, by=writer)


def shelved_entry(action: Action | None = None) -> OwnEntry:
    """Make an experience that stands on the shelf."""
    own = draft_entry(action)
    return check_entry(own, number=own.number, today=DAY, by=make_account(Role.COORDINATOR))


def signed_in(*roles: Role) -> Client:
    """Return somebody at a keyboard."""
    client = Client(headers={"host": "localhost"})
    client.force_login(make_account(*roles))
    return client


def proposals(town: PartnerTown | None = None) -> list[Proposal]:
    """Return what waits, the oldest first."""
    found = Proposal.objects.filter(state="waiting")
    return list((found.filter(town=town) if town else found).order_by("pk"))
