"""What an objective or an action can take over from the findings that it was born of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from convive.web.staff.audit import all_areas_now, is_lower_better, newest_figure
from convive.web.workspace.models import Action, KeptFinding, Objective
from convive.web.workspace.selectors.findings import step_of

WHOLE = "city"
"""Level of the town as a whole."""


@dataclass(frozen=True)
class ProposedTarget:
    """A target as a finding suggests it; value and date are for people to set."""

    indicator_id: str
    level: str
    area_id: str
    direction: str
    finding: KeptFinding


@dataclass(frozen=True)
class ProposedPlace:
    """An area that a finding names."""

    level: str
    area_id: str
    finding: KeptFinding


def findings_behind(part: Objective | Action) -> list[KeptFinding]:
    """Return the findings about the town that a part rests on: its own first, each once."""
    challenge = part.challenge if isinstance(part, Objective) else part.objective.challenge
    own = list(part.evidence.all()) if isinstance(part, Action) else []
    found: dict[str, KeptFinding] = {}
    for one in (*own, *challenge.findings.all()):
        if step_of(one.row) is None:
            found.setdefault(one.finding_id, one)
    return list(found.values())


def proposed_target(findings: Iterable[KeptFinding]) -> ProposedTarget | None:
    """Return the first indicator and area of some findings that the shown audit has figures of."""
    for finding in findings:
        level, area_id = str(finding.row["level"]), str(finding.row["area_id"])
        for indicator_id in finding.row["indicator_ids"] or ():
            if newest_figure(indicator_id, level, area_id) is not None:
                direction = "down" if is_lower_better(indicator_id) else "up"
                return ProposedTarget(indicator_id, level, area_id, direction, finding)
    return None


def proposed_places(findings: Iterable[KeptFinding]) -> list[ProposedPlace]:
    """Return the areas that some findings are about; the town as a whole is no place of its own."""
    areas = all_areas_now()
    known = {(level, area_id) for level, area_id, _ in areas}
    times = Counter(name for level, _, name in areas if level != WHOLE)
    keys = {name: (level, code) for level, code, name in areas if times[name] == 1}
    found: dict[tuple[str, str], ProposedPlace] = {}
    for finding in findings:
        for key in _places_of(finding, keys):
            if key in known and key[0] != WHOLE:
                found.setdefault(key, ProposedPlace(*key, finding))
    return list(found.values())


def _places_of(finding: KeptFinding, keys: dict[str, tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Yield an area that the finding is about, or those that it names."""
    yield str(finding.row["level"]), str(finding.row["area_id"])
    for name in (finding.row["params"] or {}).get("areas") or ():
        if name in keys:
            yield keys[name]
