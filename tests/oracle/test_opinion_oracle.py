"""The map and its groups against R, and real conversations against the groups once published."""

import csv
import gzip
import json
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from convive.core.opinion import (
    GroupingOptions,
    adjusted_rand,
    group_participants,
    project,
    read_votes,
)
from convive.core.opinion.clusters import cluster, silhouette
from factories.oracle.opinion import conversation

R = json.loads((Path(__file__).parent / "r" / "opinion.json").read_text("utf-8"))


def test_map_and_groups_equal_r() -> None:
    read = read_votes(conversation(), min_votes=1)
    found = project(read)
    assert np.abs(found.positions) == pytest.approx(np.array(R["positions"]), rel=1e-6, abs=1e-9)
    assert found.explained == pytest.approx(R["explained"], rel=1e-9)
    rng = np.random.default_rng(1)
    for k, within in zip((2, 3, 4), R["within"], strict=True):
        # R takes the best of 200 starts; ours has 12 a run.
        best = min(cluster(found.positions, k, rng)[2] for _ in range(20))
        assert best == pytest.approx(within, rel=1e-6)


def test_adjusted_rand_equals_counting_pairs() -> None:
    rng = np.random.default_rng(2)
    a, b = rng.integers(0, 3, 40), rng.integers(0, 4, 40)
    pairs = list(combinations(range(40), 2))
    same_a = np.array([a[i] == a[j] for i, j in pairs])
    same_b = np.array([b[i] == b[j] for i, j in pairs])
    both, n = (same_a & same_b).sum(), len(pairs)
    expected = same_a.sum() * same_b.sum() / n
    exact = (both - expected) / (0.5 * (same_a.sum() + same_b.sum()) - expected)
    assert adjusted_rand(a, b) == pytest.approx(exact)


def test_silhouette_by_hand() -> None:
    points = np.array([[0.0, 0.0], [2.0, 0.0], [10.0, 0.0]])
    centres = np.array([[1.0, 0.0], [10.0, 0.0]])
    # Own 1, other 10 and 8; the third is its own centre.
    by_hand = np.mean([9 / 10, 7 / 8, 1.0])
    assert silhouette(points, np.array([0, 0, 1]), centres) == pytest.approx(by_hand)


def _real(folder: Path) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Yield name, votes on statements that were not moderated out, and published groups."""
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        with (place / "comments.csv").open(encoding="utf-8") as file:
            out = {r["comment-id"] for r in csv.DictReader(file) if r["moderated"] == "-1"}
        path = next(place.glob("participants-votes.csv*"))
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8")
        rows = list(csv.DictReader(text.splitlines()))
        kept = [name for name in rows[0] if name.isdigit() and name not in out]
        votes = np.array([[float(r[k]) if r[k] else np.nan for k in kept] for r in rows])
        yield place.name, votes, np.array([int(r["group-id"] or -1) for r in rows])


def test_real_conversations(real_data: Path) -> None:
    folder = real_data / "polis"
    if not folder.is_dir():
        pytest.skip("the conversations are absent")
    options = GroupingOptions(n_null=39, n_resamples=10)
    found, alike = {}, {}
    for name, votes, published in _real(folder):
        if len(votes) > 1000:
            continue  # slow; the method page tells
        read = read_votes(votes)
        rng = np.random.default_rng(1)
        grouping = group_participants(read, rng=rng, options=options)
        found[name] = grouping.verdict
        theirs = published[read.participants]
        k = np.unique(theirs[theirs >= 0]).size
        labels = cluster(grouping.projection.positions, k, rng)[0]
        alike[name] = adjusted_rand(labels[theirs >= 0], theirs[theirs >= 0])
    assert found["canadian-electoral-reform"] == "several_groups"
    # Gradual opinions can look like groups that were published.
    assert found["15-per-hour-seattle"] == found["bg2050-volunteers"] == "one_group"
    assert found["london.youth.policing"] == "cannot_tell"
    # With as many groups as were published ours are the same people where groups were clear.
    assert alike["canadian-electoral-reform"] > 0.8
    assert alike["brexit-consensus"] > 0.8
