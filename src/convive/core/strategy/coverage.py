"""Which points of a framework a plan answers, which it might, and which it leaves open.

A part of the plan is proposed for a point by the words that both are sorted by. The words of a
point that narrow down (topics, kinds, groups, times, sectors) count: at least half of those kinds
of words that the point has must be met, each by one word at least. Pillars and levels are too
broad to propose anything by and only put proposals in order. A proposal is never an answer.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from convive.core.strategy.framework import Framework, Point, PointKind
from convive.core.strategy.model import Answer, Plan

NARROW = ("topics", "kinds", "groups", "times", "sectors")
BROAD = ("pillars", "levels")
MOST_PROPOSED = 5

Tags = Mapping[str, frozenset[str]]


class Coverage(StrEnum):
    """How a plan meets a point; in words ``plan.coverage.<code>``."""

    ANSWERED = "answered"
    PROPOSED = "proposed"
    DECLINED = "declined"
    GAP = "gap"


@dataclass(frozen=True, slots=True)
class Proposal:
    """A part of the plan that might answer a point, with the words that both share."""

    ref: str
    shared: tuple[tuple[str, str], ...]
    """Kind of word and code, ``("topics", "nightlife")``."""
    score: float
    """Share of the narrow kinds of words of the point that are met; only orders proposals."""


@dataclass(frozen=True, slots=True)
class PointCoverage:
    """How a plan meets one point."""

    topic: str
    point: Point
    status: Coverage
    parts: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    """References of an answer that are no longer in the plan."""
    why_not: str = ""
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True, slots=True)
class TopicCoverage:
    """How many points of a topic are met in which way."""

    topic: str
    counts: Mapping[Coverage, int]

    @property
    def n(self) -> int:
        """Number of points."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class PlanCoverage:
    """How a plan meets a framework."""

    framework: str
    points: tuple[PointCoverage, ...]

    def counts(self, topic: str | None = None) -> TopicCoverage:
        """Return the numbers of a topic, or of the whole framework."""
        points = [p for p in self.points if topic in (None, p.topic)]
        found = {status: sum(p.status is status for p in points) for status in Coverage}
        return TopicCoverage(topic or "", found)

    def topics(self) -> tuple[TopicCoverage, ...]:
        """Return the numbers of each topic in the order of the framework."""
        return tuple(self.counts(topic) for topic in dict.fromkeys(p.topic for p in self.points))


@dataclass(frozen=True, slots=True)
class _Alike:
    """Parts of the plan that are sorted by the same words."""

    tags: Tags
    first: list[tuple[int, str]]
    """Place in the plan and reference of the first of them, as many as can be proposed."""


class Candidates:
    """Parts of a plan in its order, found by the words that they are sorted by.

    Of ten thousand actions few differ in all their words: those that do not are looked at once.

    Parameters
    ----------
    parts : iterable of (reference, tags)
        Tags that are one object are not looked at twice.
    """

    def __init__(self, parts: Iterable[tuple[str, Tags]]) -> None:
        looked_at: dict[int, tuple[Tags, _Alike]] = {}
        by_words: dict[frozenset[tuple[str, frozenset[str]]], _Alike] = {}
        for place, (ref, tags) in enumerate(parts):
            if id(tags) not in looked_at:
                alike = by_words.setdefault(frozenset(tags.items()), _Alike(tags, []))
                looked_at[id(tags)] = (tags, alike)  # held, so that no other gets its number
            _, alike = looked_at[id(tags)]
            if len(alike.first) < MOST_PROPOSED:
                alike.first.append((place, ref))
        self._alike = list(by_words.values())
        self._having: dict[tuple[str, str], int] = {}
        for bit, alike in enumerate(self._alike):
            for kind, codes in alike.tags.items():
                for code in codes:
                    self._having[kind, code] = self._having.get((kind, code), 0) | 1 << bit

    def proposals(self, wanted: Tags) -> tuple[Proposal, ...]:
        """Return the parts that share most with a point, at most `MOST_PROPOSED`."""
        narrow = [kind for kind in NARROW if kind in wanted]
        if not narrow:
            return ()
        at_least = [-1, *(0 for _ in narrow)]
        """Bit by bit, what meets at least so many of the narrow kinds of words."""
        for kind in narrow:
            having = 0
            for code in wanted[kind]:
                having |= self._having.get((kind, code), 0)
            for n in range(len(narrow), 0, -1):
                at_least[n] |= at_least[n - 1] & having
        found: list[Proposal] = []
        seen = 0
        for met in range(len(narrow), (len(narrow) - 1) // 2, -1):
            if len(found) >= MOST_PROPOSED:
                break
            found += self._sharing(at_least[met] & ~seen, wanted, met / len(narrow))
            seen |= at_least[met]
        return tuple(found[:MOST_PROPOSED])

    def _sharing(self, bits: int, wanted: Tags, score: float) -> Iterator[Proposal]:
        """Yield what is found at some bits, those that share most words first."""
        none: frozenset[str] = frozenset()
        found = []
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            alike = self._alike[lowest.bit_length() - 1]
            shared = tuple(
                (kind, code)
                for kind in wanted
                for code in sorted(wanted[kind] & alike.tags.get(kind, none))
            )
            found += [(-len(shared), place, ref, shared) for place, ref in alike.first]
        for _, _, ref, shared in sorted(found)[:MOST_PROPOSED]:
            yield Proposal(ref, shared, score)


@dataclass(frozen=True, slots=True)
class Offer:
    """What a plan has to answer the points of frameworks with."""

    answers: Mapping[tuple[str, str], Answer]
    """By framework and point."""
    known: Container[str]
    """References of all that an answer can name."""
    parts: Candidates
    partners: Candidates


def offer_of(plan: Plan) -> Offer:
    """Return what a plan has to answer points with."""
    partners = (tags_of_partner(one.code, str(one.sector)) for one in plan.organisations)
    return Offer(
        {(one.framework, one.point): one for one in plan.answers},
        references_of(plan),
        Candidates(_candidates(plan)),
        Candidates(partners),
    )


def tags_of_partner(code: str, sector: str) -> tuple[str, Tags]:
    """Return an organisation as it may be proposed for a point about members."""
    return f"organisation:{code}", {"sectors": frozenset((sector,))}


def coverage(offer: Offer, framework: Framework) -> PlanCoverage:
    """Return how a plan meets each point of a framework."""
    return PlanCoverage(
        framework.id,
        tuple(
            _met(offer, framework.id, topic.id, point)
            for topic in framework.topics
            for point in topic.points
        ),
    )


def references_of(plan: Plan) -> frozenset[str]:
    """Return the name of every part of a plan that something can point at."""
    refs = {f"organisation:{one.code}" for one in plan.organisations}
    for challenge in plan.challenges:
        refs.add(challenge.ref)
        refs.update(finding.ref for finding in challenge.findings)
    refs.update(objective.ref for _, objective in plan.objectives())
    refs.update(action.ref for _, _, action in plan.actions())
    for meeting in plan.meetings:
        refs.update(decision.ref for decision in meeting.decisions)
        refs.update(commitment.ref for commitment in meeting.commitments)
    return frozenset(refs)


def tags_of_point(point: Point) -> Tags:
    """Return the words that a point is sorted by, without the kinds that it has none of."""
    found = {kind: frozenset(map(str, getattr(point, kind))) for kind in (*NARROW, *BROAD)}
    return {kind: codes for kind, codes in found.items() if codes}


def _met(offer: Offer, framework: str, topic: str, point: Point) -> PointCoverage:
    answer = offer.answers.get((framework, point.id))
    parts = tuple(ref for ref in answer.parts if ref in offer.known) if answer else ()
    lost = tuple(ref for ref in answer.parts if ref not in offer.known) if answer else ()
    if parts:
        return PointCoverage(topic, point, Coverage.ANSWERED, parts, lost)
    if answer and answer.why_not:
        return PointCoverage(topic, point, Coverage.DECLINED, (), lost, answer.why_not)
    candidates = offer.partners if point.kind is PointKind.MEMBER else offer.parts
    proposals = candidates.proposals(tags_of_point(point))
    status = Coverage.PROPOSED if proposals else Coverage.GAP
    return PointCoverage(topic, point, status, (), lost, "", proposals)


def _candidates(plan: Plan) -> Iterator[tuple[str, Tags]]:
    """Yield what may be proposed, with the words that it is sorted by."""
    sectors = {one.code: str(one.sector) for one in plan.organisations}
    for challenge in plan.challenges:
        yield challenge.ref, {"topics": frozenset((str(challenge.topic),))}
    for challenge, _, action in plan.actions():
        who = {sectors.get(code, "") for code in (action.lead, *action.partners)} - {""}
        yield (
            action.ref,
            {
                "topics": frozenset((str(challenge.topic),)),
                "kinds": frozenset((str(action.kind),)),
                "pillars": frozenset((str(action.pillar),)),
                "levels": frozenset((str(action.level),)),
                "groups": frozenset(map(str, action.groups)),
                "times": frozenset(map(str, action.times)),
                "sectors": frozenset(who),
            },
        )
