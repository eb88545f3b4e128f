"""What must hold of every change of boundaries."""

import itertools

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.spatial.reallocation import (
    reallocate,
    reallocate_by_ground,
    reallocate_by_weights,
    reallocated_parts,
    whole_counts,
)


def _strips(cuts: list[int]) -> list[shapely.Polygon]:
    edges = [0, *sorted(set(cuts)), 100]
    return [shapely.box(a, 0, b, 10) for a, b in itertools.pairwise(edges)]


CUTS = st.lists(st.integers(1, 99), max_size=8)


@settings(max_examples=100, deadline=None)
@given(CUTS, CUTS, st.data())
def test_the_whole_is_kept_and_lies_between_the_bounds(
    before: list[int], after: list[int], data: st.DataObject
) -> None:
    old, new = _strips(before), _strips(after)
    counts = data.draw(st.lists(st.integers(0, 500), min_size=len(old), max_size=len(old)))
    parts = reallocate_by_ground(old, new)
    found = reallocate(counts, parts)
    assert np.isclose(found.value.sum(), sum(counts))
    assert (found.low <= found.value + 1e-9).all()
    assert (found.value <= found.high + 1e-9).all()
    whole = whole_counts(counts, parts)
    assert np.bincount(parts.old, whole, minlength=len(old)).tolist() == counts
    assert (np.abs(whole - np.array(counts)[parts.old] * parts.weight) < 1).all()


@settings(max_examples=50, deadline=None)
@given(CUTS, CUTS)
def test_fine_pieces_weigh_like_the_ground(before: list[int], after: list[int]) -> None:
    """Pieces of one unit, each counting the same, give the shares of the ground."""
    old, new = _strips(before), _strips(after)
    middles = np.arange(100) + 0.5
    at_old = np.searchsorted([shape.bounds[2] for shape in old], middles)
    at_new = np.searchsorted([shape.bounds[2] for shape in new], middles)
    pieces = reallocate_by_weights(
        at_old, at_new, np.ones(100), n_old=len(old), n_new=len(new), sliver=0
    )
    ground = reallocate_by_ground(old, new, sliver=0)
    assert pieces.old.tolist() == ground.old.tolist()
    assert np.allclose(pieces.weight, ground.weight)


@settings(max_examples=50, deadline=None)
@given(CUTS)
def test_the_same_boundaries_change_nothing(cuts: list[int]) -> None:
    areas = _strips(cuts)
    parts = reallocate_by_ground(areas, areas)
    assert parts.unchanged.tolist() == list(range(len(areas)))


@settings(max_examples=60, deadline=None)
@given(CUTS, CUTS, st.data())
def test_figures_shared_out_before_have_the_bounds_of_sharing_out_now(
    before: list[int], after: list[int], data: st.DataObject
) -> None:
    old, new = _strips(before), _strips(after)
    counts = data.draw(st.lists(st.integers(1, 500), min_size=len(old), max_size=len(old)))
    parts = reallocate_by_ground(old, new)
    now = reallocate(counts, parts)
    each = np.array(counts)[parts.old] * parts.weight
    own = parts.is_whole[parts.old]
    found = reallocated_parts(np.where(own, -1, parts.old), parts.new, each, n_new=len(new))
    assert np.allclose(found.value, now.value)
    assert np.allclose(found.low, now.low)
    assert np.allclose(found.high, now.high)
    everything = reallocated_parts(parts.old, np.zeros_like(parts.new), each, n_new=1)
    assert np.allclose(everything.low, everything.high)
