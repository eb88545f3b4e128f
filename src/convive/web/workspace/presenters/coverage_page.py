"""How a plan meets a framework, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convive.catalogue.texts import localised, say
from convive.core.strategy.coverage import Coverage, PlanCoverage, PointCoverage, Proposal, coverage
from convive.core.strategy.framework import Framework, PointKind
from convive.core.strategy.model import Plan
from convive.web.workspace.presenters.references import Names, titles_of

ORDER = (Coverage.GAP, Coverage.PROPOSED, Coverage.DECLINED, Coverage.ANSWERED)
"""Gaps first."""
_WORDS = {
    "topics": "topic", "kinds": "kind", "groups": "group", "times": "time", "sectors": "sector",
    "pillars": "pillar", "levels": "level",
}  # fmt: skip


def is_for_plans(framework: Framework) -> bool:
    """Tell whether parts of a plan can answer a framework (members of a partnership cannot)."""
    return any(point.kind is not PointKind.MEMBER for point in framework.points)


def present_summary(framework: Framework, plan: Plan, language: str) -> dict[str, Any]:
    """Return a framework with how many of its points are met."""
    return _head(framework, language) | {"counts": _counts(coverage(plan, framework), None)}


def _head(framework: Framework, language: str) -> dict[str, Any]:
    return {
        "id": framework.id,
        "title": localised(framework.title, language),
        "about": localised(framework.about, language),
        "source": framework.source,
        "status": say(f"plan.framework_status.{framework.status}", language),
    }


def _counts(found: PlanCoverage, topic: str | None) -> dict[str, Any]:
    counts = found.counts(topic)
    return {"n": counts.n} | {status.value: counts.counts[status] for status in Coverage}


def present_coverage(framework: Framework, plan: Plan, asked: str, language: str) -> dict[str, Any]:
    """Return the topics of a framework, those with most gaps first, and their points.

    Parameters
    ----------
    asked : str
        Code of `Coverage` to show only; empty: all.
    """
    found = coverage(plan, framework)
    names = titles_of(plan)
    topics: list[dict[str, Any]] = []
    for topic in framework.topics:
        points = [one for one in found.points if one.topic == topic.id]
        shown = [one for one in points if asked in ("", one.status.value)]
        shown.sort(key=lambda one: ORDER.index(one.status))
        topics.append({
            "id": topic.id, "title": localised(topic.title, language),
            "about": localised(topic.about, language), "reference": topic.reference,
            "counts": _counts(found, topic.id),
            "points": [present_point(one, names, language) for one in shown],
        })  # fmt: skip
    topics.sort(key=lambda one: -(one["counts"]["gap"] + one["counts"]["proposed"]))
    return _head(framework, language) | {"counts": _counts(found, None), "topics": topics}


def find_point(framework: Framework, plan: Plan, point_id: str) -> PointCoverage | None:
    """Return how a plan meets one point, None where the framework has no such point."""
    return next((p for p in coverage(plan, framework).points if p.point.id == point_id), None)


def present_point(one: PointCoverage, names: Names, language: str) -> dict[str, Any]:
    """Return a point with its text, where it stands in the source, and what meets it."""
    point = one.point
    return {
        "id": point.id,
        "short": localised(point.short, language),
        "text": localised(point.text, language),
        "reference": point.reference,
        "addressed_to": [say(f"plan.addressed_to.{who}", language) for who in point.addressed_to],
        "status": one.status.value,
        "status_words": say(f"plan.coverage.{one.status}", language),
        "parts": [names[ref] for ref in one.parts if ref in names],
        "lost": len(one.lost),
        "why_not": one.why_not,
        "proposals": [
            _proposal(each, names, language) for each in one.proposals if each.ref in names
        ],
    }


def _proposal(one: Proposal, names: Names, language: str) -> Mapping[str, Any]:
    shared = [say(f"plan.{_WORDS[kind]}.{code}", language) for kind, code in one.shared]
    return {**names[one.ref], "because": ", ".join(dict.fromkeys(shared))}
