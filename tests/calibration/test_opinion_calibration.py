"""One population is not split; camps are found; statements are not called divisive by fog."""

from collections import Counter

import numpy as np
import pytest

from convive.core.opinion import (
    Grouping,
    GroupingOptions,
    adjusted_rand,
    assess_statements,
    group_participants,
    project,
    read_votes,
)
from convive.core.opinion.clusters import cluster
from convive.core.significance import benjamini_hochberg, two_shares_p
from factories.votes import camps, gradual

pytestmark = pytest.mark.calibration

QUICK = GroupingOptions(n_null=39, n_resamples=10)


def _verdicts(make, runs: int) -> tuple[Counter, float]:
    rng = np.random.default_rng(21)
    found, alike = Counter(), []
    for _ in range(runs):
        made = make(rng)
        votes, camp = made if isinstance(made, tuple) else (made, None)
        read = read_votes(votes)
        grouping = group_participants(read, rng=rng, options=QUICK)
        found[grouping.n_groups if grouping.verdict == "several_groups" else grouping.verdict] += 1
        if camp is not None and grouping.n_groups > 1:
            alike.append(adjusted_rand(grouping.labels, camp[read.participants]))
    return found, float(np.mean(alike)) if alike else float("nan")


def test_one_population_is_not_split_and_camps_are_found(record_table) -> None:
    cases = {
        "no connection between votes": (1, lambda r: gradual(r, 120, 40, axes=0)),
        "gradual, one axis": (1, lambda r: gradual(r, 120, 40)),
        "gradual, two axes": (1, lambda r: gradual(r, 120, 40, axes=2, slope=0.8)),
        "gradual, sparse": (1, lambda r: gradual(r, 200, 60, share=0.25)),
        "one axis, votes saturate": (1, lambda r: gradual(r, 120, 40, slope=2.0)),
        "one axis, nearly all at an extreme": (1, lambda r: gradual(r, 120, 40, slope=3.0)),
        "2 camps": (2, lambda r: camps(r, 120, 40, 2, strength=1.0)),
        "2 camps, weaker": (2, lambda r: camps(r, 120, 40, 2, strength=0.45)),
        "3 camps": (3, lambda r: camps(r, 150, 40, 3, strength=1.0)),
        "3 camps, sparse": (3, lambda r: camps(r, 200, 60, 3, strength=1.0, share=0.3)),
        "4 camps": (4, lambda r: camps(r, 200, 40, 4, strength=1.0)),
    }
    rows = []
    for name, (k, make) in cases.items():
        runs = 30 if k == 1 else 15
        found, alike = _verdicts(make, runs)
        several = sum(n for key, n in found.items() if isinstance(key, int)) / runs
        right = found[k] / runs if k > 1 else found["one_group"] / runs
        rows.append(
            [
                name,
                f"{right:.3f}",
                f"{several:.3f}",
                f"{found['cannot_tell'] / runs:.3f}",
                "" if k == 1 else f"{alike:.2f}",
            ]
        )
    record_table(
        "opinion_groups",
        title="Opinion groups: planted and absent",
        about="30 simulated conversations of one population each, 15 of camps; test at 5 %.",
        head=["Truth", "Right", "Several groups", "Cannot tell", "Agreement with the camps (Rand)"],
        rows=rows,
    )
    split = [float(row[2]) for row in rows[:6]]
    assert max(split) <= 0.14
    assert np.mean(split) <= 0.05
    assert min(float(row[1]) for row in rows[6:]) >= 0.8
    assert np.mean([float(row[1]) for row in rows[6:]]) >= 0.85


def test_fog_has_no_divisive_statements(record_table) -> None:
    rng = np.random.default_rng(22)
    naive, fair = [], []
    for _ in range(150):
        read = read_votes(gradual(rng, 120, 30, axes=0))
        projection = project(read)
        labels = cluster(projection.positions, 2, rng)[0]
        forced = Grouping("several_groups", 2, 0.0, {}, {}, np.ones(2), 1.0, labels, projection)
        agree = read.is_seen & (read.values > 0)
        member = labels[None] == np.arange(2)[:, None]
        in_group = member.astype(float)
        p = two_shares_p(in_group @ agree, in_group @ read.is_seen)
        naive.append((benjamini_hochberg(p) <= 0.05).any())
        fair.append((assess_statements(read, forced, rng=rng).speaks_for <= 0.05).any())
    record_table(
        "opinion_statements",
        title="Opinion groups: statements called different where nothing is",
        about="Votes without any connection, split in two by force; 150 conversations of 30 "
        "statements. Share with at least one statement called different (false-discovery rate 5 %).",
        head=["Groups found with the statement", "Groups found without it (ours)"],
        rows=[[f"{np.mean(naive):.3f}", f"{np.mean(fair):.3f}"]],
    )
    assert np.mean(fair) <= 0.09
    assert np.mean(naive) >= 0.9


def test_consensus_intervals_cover() -> None:
    rng = np.random.default_rng(23)
    inside = []
    for _ in range(60):
        camp = np.repeat([0, 1], [90, 50])
        share = rng.uniform(0.1, 0.9, (2, 30))
        share[0, :15], share[1, :15] = 0.9, 0.1
        votes = np.where(rng.random((140, 30)) < share[camp], 1.0, -1.0)
        read = read_votes(votes)
        grouping = Grouping("several_groups", 2, 0.0, {}, {}, np.ones(2), 1.0, camp, project(read))
        found = assess_statements(read, grouping, rng=rng)
        truth = share.prod(axis=0)
        inside.append(np.mean((found.consensus_low <= truth) & (truth <= found.consensus_high)))
    assert np.mean(inside) == pytest.approx(0.95, abs=0.025)
