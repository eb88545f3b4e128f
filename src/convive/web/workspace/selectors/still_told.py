"""What a published plan has kept of an audit, as far as it was not withdrawn since.

A withdrawal takes figures out of audits, not out of a file that was frozen before; so the pages
ask here. Where audits built later are right again, a kept value is told only if the shown audit
says exactly the same: nobody can tell of which audit it is.
"""

from __future__ import annotations

from typing import Any

from convive.core.strategy.model import Figure
from convive.web.staff.audit import findings_now, is_withdrawn, was_withdrawn
from convive.web.workspace.selectors.figures import (
    NO_FIGURE,
    figure_as_json,
    figure_now,
    figure_of_json,
    figures_then,
)

Frozen = dict[str, Any]
_SAID = ("code", "params", "certainty", "level", "area_id")


def without_withdrawn(plan: Frozen) -> Frozen:
    """Return a published plan without the findings and baselines that were withdrawn since."""
    return plan | {"challenges": [_challenge(one) for one in plan["challenges"]]}


def _challenge(one: Frozen) -> Frozen:
    objectives = [
        _with_targets(each) | {"actions": [_with_targets(a) for a in each["actions"]]}
        for each in one["objectives"]
    ]
    return one | {"findings": findings_told(one), "objectives": objectives}


def _with_targets(part: Frozen) -> Frozen:
    targets = [
        target | {"baseline": figure_as_json(baseline_told(target))} for target in part["targets"]
    ]
    return part | {"targets": targets}


def findings_told(challenge: Frozen) -> list[Frozen]:
    """Return the findings of a challenge that were not withdrawn, nor what they rest on."""
    return [one for one in challenge["findings"] if is_told(one)]


def is_told(one: Frozen) -> bool:
    """Tell whether a kept finding may still be told."""
    row, finding_id = one["row"], one["finding_id"]
    indicators = row["indicator_ids"] or ()
    if is_withdrawn("finding", finding_id) or is_withdrawn("indicator", *indicators):
        return False
    if was_withdrawn("finding", finding_id) or was_withdrawn("indicator", *indicators):
        return any(
            now["finding_id"] == finding_id and all(now[name] == row[name] for name in _SAID)
            for now in findings_now()
        )
    return True


def baseline_told(target: Frozen) -> Figure:
    """Return the baseline of a target, `NO_FIGURE` where its indicator was withdrawn."""
    place = target["indicator_id"], target["level"], target["area_id"]
    kept = figure_of_json(target["baseline"])
    if is_withdrawn("indicator", place[0]):
        return NO_FIGURE
    if was_withdrawn("indicator", place[0]) and kept not in (
        figure_now(*place),
        *figures_then(*place),
    ):
        return NO_FIGURE
    return kept
