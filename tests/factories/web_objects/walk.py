"""The phone page: a link of a walk, a form that waits for its photo."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from convive.web.fieldwork.actions.receive import Envelope, receive
from convive.web.fieldwork.models import AccessLink, Campaign
from factories import fieldwork

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)
ANSWERS = {
    "spot_position": {"latitude": 46.07, "longitude": 11.12}, "daypart": "night",
    "seen_at": "2026-11-21T20:00:00+01:00", "photo": "photo-1.jpg",
}  # fmt: skip


def make_walk(**fields: Any) -> tuple[AccessLink, str]:
    """A group's link to an open walk with the safety audit."""
    wanted = {"form": fieldwork.form_version("safety_audit"), "kind": Campaign.Kind.WALK}
    return fieldwork.link(fieldwork.campaign(**{**wanted, **fields}), AccessLink.Kind.GROUP)


def _waiting() -> dict[str, Any]:
    link, token = make_walk()
    form = Envelope(uuid.uuid4(), link.campaign, "phone", ANSWERS, link=link)
    receive(form, now=NOW)
    return {"token": token, "form_id": str(form.id), "name": "photo-1.jpg"}


BUILDERS = {
    "walk": lambda: {"token": make_walk()[1]},
    "walk-manifest": lambda: {"token": make_walk()[1]},
    "walk-worker": lambda: {"token": make_walk()[1]},
    "walk-state": lambda: {"token": make_walk()[1]},
    "walk-form": lambda: {"token": make_walk()[1], "form_id": str(uuid.uuid4())},
    "walk-photo": _waiting,
}
