"""References of a plan, ``action:lights``, as titles and names of addresses."""

from __future__ import annotations

from collections.abc import Mapping

from convive.core.strategy.model import Plan

Names = Mapping[str, Mapping[str, str]]
_PAGES = {"challenge": "plan-challenge", "objective": "plan-objective", "action": "plan-action"}


def titles_of(plan: Plan) -> dict[str, Mapping[str, str]]:
    """Return reference → its kind, code, title and the name of the page that shows it."""
    found = [("challenge", one.code, one.title) for one in plan.challenges]
    found += [("objective", one.code, one.title) for _, one in plan.objectives()]
    found += [("action", one.code, one.title) for _, _, one in plan.actions()]
    return {
        f"{kind}:{code}": {
            "ref": f"{kind}:{code}", "kind": kind, "code": code, "title": title, "page": _PAGES[kind]
        }
        for kind, code, title in found
    }  # fmt: skip
