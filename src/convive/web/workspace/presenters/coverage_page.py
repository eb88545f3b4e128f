"""How a plan meets a framework, as pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from convive.catalogue.texts import localised, say
from convive.core.strategy.coverage import Coverage, PlanCoverage, PointCoverage, Proposal
from convive.core.strategy.framework import Framework, PointKind
from convive.web.workspace.selectors.titles import Names

ORDER = (Coverage.GAP, Coverage.PROPOSED, Coverage.DECLINED, Coverage.ANSWERED)
"""Gaps first."""
MOST_CHOICES = 200
"""Parts of a plan in one list to choose from."""
_WORDS = {
    "topics": "topic", "kinds": "kind", "groups": "group", "times": "time", "sectors": "sector",
    "pillars": "pillar", "levels": "level",
}  # fmt: skip


def is_for_plans(framework: Framework) -> bool:
    """Tell whether parts of a plan can answer a framework (members of a partnership cannot)."""
    return any(point.kind is not PointKind.MEMBER for point in framework.points)


def present_summary(framework: Framework, found: PlanCoverage, language: str) -> dict[str, Any]:
    """Return a framework with how many of its points are met."""
    return _head(framework, language) | {"counts": _counts(found, None)}


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


def present_coverage(framework: Framework, found: PlanCoverage, language: str) -> dict[str, Any]:
    """Return the topics of a framework with how many of their points are met, most gaps first."""
    topics: list[dict[str, Any]] = [
        {
            "id": topic.id, "title": localised(topic.title, language),
            "about": localised(topic.about, language), "reference": topic.reference,
            "counts": _counts(found, topic.id),
        }
        for topic in framework.topics
    ]  # fmt: skip
    topics.sort(key=lambda one: -(one["counts"]["gap"] + one["counts"]["proposed"]))
    return _head(framework, language) | {"counts": _counts(found, None), "topics": topics}


def points_of(found: PlanCoverage, topic: str, asked: str) -> list[PointCoverage]:
    """Return how the points of a topic are met, gaps first.

    Parameters
    ----------
    asked : str
        Code of `Coverage` to show only; empty: all.
    """
    points = [one for one in found.points if one.topic == topic]
    shown = [one for one in points if asked in ("", one.status.value)]
    return sorted(shown, key=lambda one: ORDER.index(one.status))


def told_references(points: Iterable[PointCoverage]) -> set[str]:
    """Return what answers some points, or might."""
    return {ref for one in points for ref in (*one.parts, *(p.ref for p in one.proposals))}


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


def choices_for(
    names: Names, taken: Iterable[str], asked: str
) -> tuple[list[Mapping[str, str]], int]:
    """Return parts of the plan that a point can be answered by, and how many more there are.

    Parameters
    ----------
    names : mapping
        Of every part.
    taken : iterable of str
        References that answer it already.
    asked : str
        Words that the title has; a plan may have ten thousand actions, a list to choose from not.
    """
    there, words = set(taken), asked.casefold().split()
    found = [
        one
        for ref, one in names.items()
        if ref not in there and all(word in one["title"].casefold() for word in words)
    ]
    return found[:MOST_CHOICES], max(0, len(found) - MOST_CHOICES)
