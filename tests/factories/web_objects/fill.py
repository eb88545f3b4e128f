"""Forms on the web: links, drafts, sent forms, assessments."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from convive.web.fieldwork.actions import drafts
from convive.web.fieldwork.actions.assessments import begin_assessment, finish_assessment
from convive.web.fieldwork.actions.receive import Envelope, receive
from convive.web.fieldwork.tokens import token_hash
from convive.web.roles import Role
from factories import fieldwork
from factories.web_objects.accounts import make_account

NOW = datetime(2026, 11, 21, 20, 0, tzinfo=UTC)


def _holder() -> tuple[Any, Any, str]:
    campaign = fieldwork.campaign()
    link, token = fieldwork.link(campaign, rater=fieldwork.rater(campaign))
    return campaign, link, token


def _form() -> dict[str, Any]:
    campaign, _, token = _holder()
    draft = drafts.begin(campaign, uuid.uuid4(), token_hash=token_hash(token), now=NOW)
    return {"token": token, "form_id": str(draft.pk)}


def _sent() -> dict[str, Any]:
    campaign, link, token = _holder()
    form = Envelope(uuid.uuid4(), campaign, "web", {"lighting": "2"}, link=link, rater=link.rater)
    receive(form, now=NOW)
    return {"token": token, "form_id": str(form.id)}


def _assessment(*, is_finished: bool = False) -> dict[str, Any]:
    by = make_account(Role.COORDINATOR)
    draft = begin_assessment(
        "technology_assessment", "Cameras at the station", uuid.uuid4(), by=by, now=NOW
    )
    if is_finished:
        finish_assessment(draft, by=by, now=NOW)
    return {"form_id": str(draft.pk)}


BUILDERS = {
    "assessment": _assessment,
    "assessment-result": lambda: _assessment(is_finished=True),
    "assessment-begin": lambda: {"instrument_id": "safety_audit"},
    "instrument": lambda: {"instrument_id": "safety_audit"},
    "instrument-file": lambda: {"instrument_id": "safety_audit", "kind": "xlsx"},
    "fill": lambda: {"token": _holder()[2]},
    "fill-form": _form,
    "fill-sent": _sent,
}
