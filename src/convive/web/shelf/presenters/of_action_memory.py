"""On the page of an action: keep it as an experience, or what is told of it already."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.web.shelf.presenters.exchange_pages import state_of
from convive.web.shelf.selectors.memory import entry_of_action, may_be_told
from convive.web.workspace.models import Action
from convive.web.workspace.presenters.action_sections import Reader, Section
from convive.web.workspace.secrecy import is_editor


def _memory(action: Action, reader: Reader) -> Mapping[str, Any] | None:
    if not is_editor(reader.account):
        return None
    own = entry_of_action(action)
    if own is None and not may_be_told(action):
        return None
    return {"own": own, "action": action, "state": state_of(own) if own else ""}


MEMORY = Section("memory", "shelf/exchange/of_action.html", _memory)
