"""Where references of the plan lead for one reader: known parts have an address, others none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from convive.web.workspace.models import Action, Meeting
from convive.web.workspace.secrecy import actions_of, whole_actions_of


@dataclass(frozen=True)
class Links:
    """Addresses of references, and which actions the reader sees whole."""

    language: str
    strategy: str
    """Code of the strategy that the references are of."""
    actions: dict[str, int]
    whole: frozenset[int]

    def address(self, ref: str) -> str:
        """Return the address of a reference, empty where it leads nowhere for this reader."""
        kind, _, code = ref.partition(":")
        if kind == "action":
            return plan_address(self.language, self.strategy, code) if code in self.actions else ""
        if kind in {"meeting", "commitment", "decision", "finding"} and code:
            return reverse(kind, args=(self.language, code))
        return ""

    def is_whole(self, ref: str) -> bool:
        """Tell whether the reader sees an action whole."""
        return self.actions.get(ref.partition(":")[2], 0) in self.whole


def links_for(account: Any, meeting: Meeting, refs: Iterable[str], language: str) -> Links:
    """Return the links of a meeting's references: two queries, however many there are."""
    codes = {code for kind, _, code in (ref.partition(":") for ref in refs) if kind == "action"}
    if not codes or meeting.strategy is None:
        return Links(language, "", {}, frozenset())
    found = actions_of(account).filter(strategy=meeting.strategy, code__in=codes)
    actions = dict(found.values_list("code", "pk"))
    whole = whole_actions_of(account).filter(pk__in=actions.values()).values_list("pk", flat=True)
    return Links(language, meeting.strategy.code, actions, frozenset(whole))


def action_address(language: str, action: Action | None) -> str:
    """Return the address of an action's page; empty where there is none."""
    return plan_address(language, action.strategy.code, action.code) if action else ""


def plan_address(language: str, strategy: str, action: str) -> str:
    """Return the address of an action by the codes of its strategy and its own."""
    return reverse("plan-action", args=(language, strategy, action))
