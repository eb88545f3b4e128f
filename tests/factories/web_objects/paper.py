"""Campaigns with paper sheets."""

from __future__ import annotations

from typing import Any

from convive.web.fieldwork.models import PaperSheet
from factories import fieldwork


def _campaign() -> dict[str, Any]:
    return {"code": fieldwork.campaign().code}


def _differing() -> dict[str, Any]:
    one = fieldwork.campaign()
    PaperSheet.objects.create(
        campaign=one, number=3, state=PaperSheet.State.DIFFERS,
        first_answers={"lighting": "1"}, second_answers={"lighting": "2"},
        first_head={}, second_head={},
    )  # fmt: skip
    return {"code": one.code, "number": 3}


BUILDERS = {
    "fieldwork-paper-blank": lambda: {"instrument_id": "street_observation"},
    "fieldwork-paper-campaign": _campaign,
    "fieldwork-paper-sheets": _campaign,
    "fieldwork-paper-double": _campaign,
    "fieldwork-paper-count": _campaign,
    "fieldwork-paper-enter": _campaign,
    "fieldwork-paper-differences": _differing,
}
