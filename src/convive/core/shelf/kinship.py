"""Which problems lie beside one another, and which stand so much apart that they come first.

Both are reviewed data of the catalogue (``shelf_needs.yaml``); here is how they are used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from convive.core.shelf.fit import Need
from convive.core.strategy.practice import Practice
from convive.core.strategy.vocabulary import Topic


@dataclass(frozen=True, slots=True)
class TopicKin:
    """How topics stand to one another."""

    neighbours: Mapping[Topic, frozenset[Topic]] = field(default_factory=dict)
    """Topic of a problem → topics of which an answer may help with it too."""
    special: Mapping[Topic, frozenset[Topic]] = field(default_factory=dict)
    """A topic that comes first → the other topics to which a practice about it speaks as well;
    to those that lie beside it in `neighbours` it speaks from afar."""

    def beside(self, need: Need) -> frozenset[Topic]:
        """Return the topics that lie beside a need and are not its own."""
        found = (self.neighbours.get(topic, frozenset()) for topic in need.topics)
        return frozenset[Topic]().union(*found) - need.topics


@dataclass(frozen=True, slots=True)
class Closeness:
    """What a practice and a need have in common; topics in the order of the practice."""

    same: tuple[Topic, ...]
    near: tuple[Topic, ...]
    """Neighbouring topics; where `first` is given, topics that are shared but come second."""
    first: tuple[Topic, ...] = ()
    """Topics that the practice is about in the first place, where the need is about another."""

    @property
    def is_none(self) -> bool:
        """Tell whether there is nothing in common."""
        return not self.same and not self.near


def closeness(practice: Practice, need: Need, kin: TopicKin) -> Closeness:
    """Return how near a practice is to the problem of a need.

    A topic that both have counts as the same problem unless the practice is also about a special
    topic that the need is not about and that does not speak to it: help for victims of terrorism
    is no answer to bicycle theft because both are about victims. It is near where the special
    topic lies beside the problem: help after rape is a part of help for victims.
    """
    shared = tuple(topic for topic in practice.topics if topic in need.topics)
    same = tuple(t for t in shared if not _first(practice, t, need.topics, kin))
    if same:
        return Closeness(same, ())
    if shared:
        first = _first(practice, shared[0], need.topics, kin)
        is_part = all(not kin.neighbours.get(t, frozenset()).isdisjoint(shared) for t in first)
        return Closeness((), shared, first) if is_part else Closeness((), ())
    beside = kin.beside(need)
    near = (topic for topic in practice.topics if topic in beside)
    return Closeness((), tuple(t for t in near if not _first(practice, t, beside, kin)))


def _first(
    practice: Practice, topic: Topic, asked: frozenset[Topic], kin: TopicKin
) -> tuple[Topic, ...]:
    """Return the special topics of a practice that are not asked for and do not speak to one."""
    return tuple(
        one
        for one in practice.topics
        if one in kin.special
        and one not in asked
        and one is not topic
        and topic not in kin.special[one]
    )
