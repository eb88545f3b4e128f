"""What the landscape of opinions says, and what it refuses to say."""

from dataclasses import fields

import numpy as np
import pytest

from convive.core.errors import MethodError
from convive.core.opinion import (
    GroupingOptions,
    OpinionLandscape,
    adjusted_rand,
    assess_statements,
    cross_fitted_labels,
    group_participants,
    opinion_landscape,
    read_votes,
)
from factories.votes import camps, gradual

QUICK = GroupingOptions(n_null=39, n_resamples=15)


def _rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def test_votes_are_minus_one_to_one_or_missing() -> None:
    for wrong in ([[2.0, 1.0, 0.0]] * 4, [1.0, 0.0], [[0.5, 1.0, 1.0]] * 4):
        with pytest.raises(MethodError, match="OPINION_VOTES"):
            read_votes(wrong)
    with pytest.raises(MethodError, match="OPINION_TOO_FEW"):
        read_votes(np.ones((4, 2)), min_votes=1)


def test_who_voted_little_is_counted_and_not_placed() -> None:
    votes, _ = camps(_rng(), 60, 20, 2)
    votes[:5] = np.nan
    votes[:4, 0] = 1.0
    read = read_votes(votes)
    assert read.n_left_out == 4  # the fifth never voted
    assert set(read.participants.tolist()).isdisjoint(range(5))


def test_two_camps_are_found_and_one_population_is_not_split() -> None:
    votes, camp = camps(_rng(), 120, 40, 2, strength=1.0, share=0.8)
    read = read_votes(votes)
    grouping = group_participants(read, rng=_rng(), options=QUICK)
    assert (grouping.verdict, grouping.n_groups) == ("several_groups", 2)
    assert adjusted_rand(grouping.labels, camp[read.participants]) > 0.8
    assert grouping.jaccard.min() > 0.8
    alone = group_participants(read_votes(gradual(_rng(), 120, 40)), rng=_rng(), options=QUICK)
    assert (alone.verdict, alone.n_groups) == ("one_group", 1)
    assert np.isnan(alone.rand)


def test_a_handful_of_people_is_too_few_to_tell() -> None:
    votes = gradual(_rng(2), 24, 20)
    assert group_participants(read_votes(votes), rng=_rng(), options=QUICK).verdict == "cannot_tell"
    with pytest.raises(MethodError, match="OPINION_TOO_FEW"):
        group_participants(read_votes(votes[:8]), rng=_rng(), options=QUICK)


def test_no_group_is_smaller_than_the_smallest_allowed() -> None:
    votes, _ = camps(_rng(3), 100, 30, 2, strength=1.0, share=0.9)
    votes[:3] = np.where(np.arange(30) % 2, 1.0, -1.0)  # three of a mind
    options = GroupingOptions(n_null=39, n_resamples=15, min_group=10)
    found = opinion_landscape(votes, rng=_rng(), options=options)
    assert found.sizes.min() >= 10


def test_statements_that_unite_and_divide_are_named() -> None:
    rng = _rng(4)
    camp = np.repeat([0, 1], 50)
    mean = np.zeros((2, 20))
    mean[0, :12], mean[1, :12] = 0.8, -0.8
    mean[:, 12] = 0.9
    mean[:, 13] = -0.9
    votes = np.where(rng.random((100, 20)) < 0.5 * (1 + mean[camp]), 1.0, -1.0)
    read = read_votes(votes)
    grouping = group_participants(read, rng=rng, options=QUICK)
    found = assess_statements(read, grouping, rng=rng)
    assert np.flatnonzero(found.unites).tolist() == [12]
    assert np.flatnonzero(found.unites_against).tolist() == [13]
    assert np.flatnonzero(found.divides).tolist() == list(range(12))
    assert (found.consensus_low <= found.consensus).all()
    assert (found.consensus <= found.consensus_high).all()
    assert found.consensus.argmax() == 12
    assert (found.speaks_for[:, :12] < 0.01).all()
    assert (found.is_more_agreeing[0] != found.is_more_agreeing[1])[:12].all()
    assert found.votes.seen.sum() == 2000


def test_a_statement_is_tested_with_groups_found_without_it() -> None:
    votes, _ = camps(_rng(5), 120, 30, 2, strength=1.0, share=0.9)
    read = read_votes(votes)
    grouping = group_participants(read, rng=_rng(), options=QUICK)
    labels = cross_fitted_labels(read, grouping, rng=_rng())
    turned = votes.copy()
    turned[:, 7] = np.where(np.isnan(votes[:, 7]), np.nan, -votes[:, 7])
    other = cross_fitted_labels(read_votes(turned), grouping, rng=_rng())
    assert np.array_equal(labels[7], other[7])


def test_the_landscape_holds_nothing_of_a_person() -> None:
    votes, _ = camps(_rng(6), 90, 30, 2, strength=1.0, share=0.9)
    found = opinion_landscape(votes, rng=_rng(), options=QUICK)
    n = found.n_participants

    def shapes(thing: object) -> list:
        return [np.shape(getattr(thing, field.name)) for field in fields(thing)]

    every = shapes(found) + shapes(found.findings) + shapes(found.findings.votes)
    assert not [shape for shape in every if n in shape]
    assert isinstance(found, OpinionLandscape)
    assert found.sizes.sum() == n


def test_same_seed_same_answer() -> None:
    votes, _ = camps(_rng(7), 80, 30, 3)
    one, other = (opinion_landscape(votes, rng=_rng(9), options=QUICK) for _ in range(2))
    assert one.p == other.p
    assert np.array_equal(one.findings.consensus_low, other.findings.consensus_low)
