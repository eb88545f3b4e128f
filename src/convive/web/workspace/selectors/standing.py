"""What a strategy has made of the published findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from convive.web.workspace.models import Action, KeptFinding, SetAside, Strategy
from convive.web.workspace.selectors.findings import published_findings, step_of
from convive.web.workspace.selectors.still_told import row_told

Row = dict[str, Any]
IN_PLAN, ASIDE, WAITING = "in_plan", "set_aside", "waiting"


@dataclass(frozen=True)
class Standing:
    """The findings, and where each of them stands."""

    rows: list[Row]
    places: dict[str, list[tuple[str, str, str]]]
    """Finding → kind, code and title of the challenges and actions that rest on it."""
    reasons: dict[str, str]
    """Finding → why it was set aside."""

    def of(self, finding_id: str) -> str:
        """Return where a finding stands."""
        if self.places.get(finding_id):
            return IN_PLAN
        return ASIDE if finding_id in self.reasons else WAITING

    @property
    def counts(self) -> dict[str, int]:
        """How many findings about the town stand where."""
        found = dict.fromkeys((WAITING, IN_PLAN, ASIDE), 0)
        for row in self.rows:
            if step_of(row) is None:
                found[self.of(row["finding_id"])] += 1
        return found


def standing_of_findings(strategy: Strategy, only: str = "") -> Standing:
    """Return the published findings with what the strategy makes of them, in three queries.

    Parameters
    ----------
    only : str
        One finding, also one that the shown audit does not tell any more but was kept.
    """
    rows = [row for row in published_findings() if not only or row["finding_id"] == only]
    if only and not rows:
        kept = KeptFinding.objects.filter(finding_id=only).order_by("-pk").first()
        more = {"finding_id": only, "rank": 0, "evidence": [], "q": None}
        rows = [row_told(only, kept.row) | more] if kept else []
    places: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    links = KeptFinding.challenges.through.objects.filter(challenge__strategy=strategy)
    for finding_id, code, title in links.order_by("challenge__position").values_list(
        "keptfinding__finding_id", "challenge__code", "challenge__title"
    ):
        places[finding_id].append(("challenge", code, title))
    evidence = Action.evidence.through.objects.filter(action__strategy=strategy)
    for finding_id, code, title in evidence.order_by("action__position").values_list(
        "keptfinding__finding_id", "action__code", "action__title"
    ):
        places[finding_id].append(("action", code, title))
    reasons = dict(SetAside.objects.filter(strategy=strategy).values_list("finding_id", "reason"))
    return Standing(rows, dict(places), reasons)
