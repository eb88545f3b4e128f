"""What holds for every conversation."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.opinion import (
    GroupingOptions,
    adjusted_rand,
    assess_statements,
    best_jaccard,
    group_participants,
    project,
    read_votes,
)
from factories.votes import camps

seeds = st.integers(0, 10_000)
labels = st.lists(st.integers(0, 3), min_size=6, max_size=30)
QUICK = GroupingOptions(n_null=24, n_resamples=5, largest=3)


@given(seeds)
def test_order_of_participants_and_statements_does_not_matter(seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes, _ = camps(rng, 40, 12, 2)
    people, statements = rng.permutation(40), rng.permutation(12)
    one = project(read_votes(votes, min_votes=5))
    other = project(read_votes(votes[people][:, statements], min_votes=5))
    kept = read_votes(votes, min_votes=5).participants
    moved = people[read_votes(votes[people][:, statements], min_votes=5).participants]
    place = {person: row for row, person in enumerate(moved)}
    again = other.positions[[place[person] for person in kept]]
    assert np.abs(again) == pytest.approx(np.abs(one.positions), abs=1e-6)
    assert other.explained == pytest.approx(one.explained)


@given(seeds)
def test_turning_every_vote_turns_agreement_into_disagreement(seed: int) -> None:
    votes, _ = camps(np.random.default_rng(seed), 40, 12, 2)
    read, turned = read_votes(votes), read_votes(-votes)
    assert np.abs(project(turned).positions) == pytest.approx(np.abs(project(read).positions))


@settings(max_examples=10)
@given(seeds)
def test_findings_are_within_their_limits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    read = read_votes(camps(rng, 50, 14, 2, strength=1.0)[0])
    grouping = group_participants(read, rng=rng, options=QUICK)
    found = assess_statements(read, grouping, rng=rng)
    counts = found.votes
    assert (counts.agree + counts.disagree <= counts.seen).all()
    assert np.array_equal(counts.seen.sum(axis=0), read.is_seen.sum(axis=0))
    assert ((found.consensus > 0) & (found.consensus < 1)).all()
    assert not (found.unites & found.unites_against).any()
    assert not (found.unites & found.divides & (counts.agree_share.min(axis=0) < 0.5)).any()
    if grouping.n_groups > 1:
        assert np.bincount(grouping.labels).min() >= QUICK.min_group
        assert (np.diff(np.bincount(grouping.labels)) <= 0).all()
    else:
        assert not found.divides.any()


@given(labels, st.permutations(range(4)))
def test_names_of_groups_do_not_matter(one: list[int], names: list[int]) -> None:
    renamed = [names[group] for group in one]
    assert adjusted_rand(one, renamed) == 1.0
    assert best_jaccard(one, renamed) == pytest.approx(1.0)
