"""Survey waves, one in the state that each address needs."""

from __future__ import annotations

from typing import Any

from convive.web.fieldwork.actions.wave_sending import mark_sent
from factories import waves


def _drawn() -> dict[str, Any]:
    return {"code": waves.drawn({("north", "N1"): 24}).code}


def _sent() -> dict[str, Any]:
    made = waves.drawn({("north", "N1"): 24})
    mark_sent(made, "invitation", today=waves.TODAY, by=None)
    return {"code": made.code}


def _draft() -> dict[str, Any]:
    return {"code": waves.wave().code}


def _link() -> dict[str, Any]:
    return {"code": waves.open_link()[0].code}


BUILDERS = {
    "fieldwork-wave": _drawn,
    "fieldwork-wave-frame": _draft,
    "fieldwork-wave-plan": _draft,
    "fieldwork-wave-quotas": _link,
    "fieldwork-wave-open": _draft,
    "fieldwork-wave-send": _sent,
    "fieldwork-wave-mark": _drawn,
    "fieldwork-wave-list": _sent,
    "fieldwork-wave-letters": _sent,
    "fieldwork-wave-outcomes": _sent,
    "fieldwork-wave-close": _drawn,
    "fieldwork-wave-weights": _drawn,
    "fieldwork-wave-answers": _drawn,
    "fieldwork-wave-export": _drawn,
    "fieldwork-wave-privacy": _drawn,
}
