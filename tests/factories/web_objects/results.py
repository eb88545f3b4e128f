"""A campaign whose results go somewhere."""

from __future__ import annotations

from typing import Any

from factories import fieldwork


def _campaign() -> dict[str, Any]:
    return {"code": fieldwork.campaign().code}


BUILDERS = {
    "fieldwork-evidence": _campaign,
    "fieldwork-export": _campaign,
    "fieldwork-follow-up": _campaign,
}
