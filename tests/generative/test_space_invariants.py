"""What must hold of neighbours, patterns and maps of rates, whatever the town."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from convive.core.funnel import FunnelVerdict, funnel
from convive.core.rates import crude_rate
from convive.core.spatial.autocorrelation import gearys_c, getis_ord_g, morans_i
from convive.core.spatial.empirical_bayes import empirical_bayes
from convive.core.spatial.join_counts import join_counts
from convive.core.spatial.local_statistics import Pattern, local_geary, local_getis_ord, local_moran
from convive.core.spatial.mapped_rate import mapped_rate
from convive.core.spatial.neighbours import Neighbours, linked, nearest, within_distance
from convive.core.spatial.structured_prior import factored, inverse_diagonal, structured_prior
from convive.core.standardisation import directly_standardised

SEEDS = st.integers(0, 2**32 - 1)


def _town(seed: int, n: int = 30) -> tuple[np.ndarray, Neighbours]:
    """Return values (some missing) and random symmetric neighbours (some islands)."""
    rng = np.random.default_rng(seed)
    pairs = rng.integers(0, n, (2, 2 * n))
    pairs = pairs[:, pairs[0] != pairs[1]]
    values = np.round(rng.gamma(2.0, size=n), 2)
    values[rng.random(n) < 0.1] = np.nan
    return values, linked(*pairs, n_areas=n)


@settings(max_examples=30)
@given(SEEDS)
def test_statistics_do_not_depend_on_the_order_of_areas(seed: int) -> None:
    values, town = _town(seed)
    order = np.random.default_rng(seed + 1).permutation(len(values))
    place = np.argsort(order)
    moved = linked(place[town.owner], place[town.index], n_areas=len(values))
    for statistic in (morans_i, gearys_c, getis_ord_g):
        here, there = statistic(values, town), statistic(values[order], moved)
        np.testing.assert_allclose(here.statistic, there.statistic)
        np.testing.assert_allclose(here.p, there.p)
    for local in (local_moran, local_geary, local_getis_ord):
        here, there = local(values, town, None), local(values[order], moved, None)
        np.testing.assert_allclose(here.statistic[order], there.statistic, atol=1e-9)
        assert (here.pattern[order] == there.pattern).all()


@settings(max_examples=30)
@given(SEEDS, st.floats(0.1, 100.0), st.floats(-50.0, 50.0))
def test_the_unit_of_the_values_does_not_matter(seed: int, scale: float, shift: float) -> None:
    values, town = _town(seed)
    changed = values * scale + shift
    for statistic in (morans_i, gearys_c):
        here, there = statistic(values, town), statistic(changed, town)
        np.testing.assert_allclose(here.z, there.z, rtol=1e-6, atol=1e-8)
    for local in (local_moran, local_geary, local_getis_ord):
        here, there = local(values, town, None), local(changed, town, None)
        np.testing.assert_allclose(here.z, there.z, rtol=1e-5, atol=1e-6)


@settings(max_examples=30)
@given(SEEDS)
def test_local_moran_adds_up_to_the_global_one(seed: int) -> None:
    values, town = _town(seed)
    found = local_moran(values, town, None)
    whole = morans_i(values, town)
    assert np.isclose(np.nansum(found.statistic) / whole.n_areas, whole.statistic)


@settings(max_examples=20)
@given(SEEDS)
def test_every_area_has_one_answer_and_p_is_a_probability(seed: int) -> None:
    values, town = _town(seed)
    for local in (local_moran, local_geary, local_getis_ord):
        found = local(values, town, np.random.default_rng(seed), permutations=99)
        assert set(found.pattern) <= {pattern.value for pattern in Pattern}
        tested = ~np.isnan(found.p)
        untested = [Pattern.NO_VALUE, Pattern.NO_NEIGHBOURS]
        assert (np.isin(found.pattern, untested) == ~tested).all()
        assert ((found.p[tested] >= 0.02) & (found.p[tested] <= 1)).all()
        assert (found.q[tested] >= found.p[tested]).all()
        assert ((found.pattern == Pattern.NO_VALUE) == np.isnan(values)).all()
        again = local(values, town, np.random.default_rng(seed), permutations=99)
        assert found.p.tobytes() == again.p.tobytes()


@settings(max_examples=30)
@given(SEEDS, st.integers(2, 4))
def test_joins_and_their_expectations_add_up_to_all_joins(seed: int, n_kinds: int) -> None:
    _, town = _town(seed)
    rng = np.random.default_rng(seed)
    kinds = np.concatenate([np.arange(n_kinds), rng.integers(0, n_kinds, 30 - n_kinds)])
    binary = town.weighted("binary")
    found = join_counts(kinds, binary)
    assert np.isclose(found.count.sum(), len(town.index) / 2)
    assert np.isclose(found.expected.sum(), len(town.index) / 2)
    assert (found.variance >= 0).all()


@settings(max_examples=30)
@given(SEEDS, st.integers(1, 5))
def test_neighbours_are_never_oneself(seed: int, k: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(0, 4, (2, 12)).astype(float)
    close, near = within_distance(x, y, metres=1.5), nearest(x, y, k=k)
    for found in (close, near):
        assert (found.owner != found.index).all()
        np.testing.assert_allclose(found.summed(found.weight)[~found.is_island], 1.0)
    assert close.is_symmetric
    assert (near.degree == k).all()


@settings(max_examples=25)
@given(SEEDS)
def test_selected_inverse_is_the_inverse(seed: int) -> None:
    _, town = _town(seed)
    prior = structured_prior(town)
    rng = np.random.default_rng(seed)
    matrix = prior.precision.toarray() + np.diag(rng.uniform(0.1, 2.0, 30))
    from scipy import sparse

    found = inverse_diagonal(factored(sparse.csc_array(matrix)))
    np.testing.assert_allclose(found, np.diag(np.linalg.inv(matrix)), rtol=1e-8)
    variances = np.diag(np.linalg.pinv(prior.precision.toarray()))
    for group in prior.groups.T.astype(bool):
        np.testing.assert_allclose(np.exp(np.mean(np.log(variances[group]))), 1.0, rtol=1e-5)


@settings(max_examples=5)
@given(SEEDS)
def test_mapped_rates_are_ordered_and_finite(seed: int) -> None:
    _, town = _town(seed)
    rng = np.random.default_rng(seed)
    people = rng.uniform(100, 5000, 30)
    events = rng.poisson(people * 0.01 * rng.gamma(2, 0.5, 30)) + 1
    found = mapped_rate(events, people, town)
    assert (found.low > 0).all()
    assert (found.low < found.rate).all()
    assert (found.rate < found.high).all()
    assert ((found.above >= 0) & (found.above <= 1)).all()
    twice = mapped_rate(events, people * 2, town)  # the same counts on twice the base
    np.testing.assert_allclose(twice.rate * 2, found.rate, rtol=1e-6)


@settings(max_examples=30)
@given(SEEDS)
def test_marshalls_rates_lie_between_own_rate_and_mean(seed: int) -> None:
    _, town = _town(seed)
    rng = np.random.default_rng(seed)
    people = rng.uniform(100, 5000, 30)
    events = rng.poisson(people * 0.01)
    for neighbours in (None, town):
        found = empirical_bayes(events, people, neighbours, per=1)
        low = np.minimum(events / people, found.prior_mean)
        high = np.maximum(events / people, found.prior_mean)
        assert ((found.rate >= low - 1e-12) & (found.rate <= high + 1e-12)).all()


@settings(max_examples=40)
@given(SEEDS)
def test_standardised_rates_lie_between_the_groups_rates(seed: int) -> None:
    rng = np.random.default_rng(seed)
    people = rng.uniform(100, 5000, (3, 4))
    events = rng.poisson(people * 0.01)
    found = directly_standardised(events, people, rng.uniform(0.1, 1, 4), per=1)
    crude = events / people
    assert (found.rate >= crude.min(axis=1) - 1e-12).all()
    assert (found.rate <= crude.max(axis=1) + 1e-12).all()
    assert (found.low <= found.rate).all()
    assert (found.rate <= found.high).all()


@settings(max_examples=40)
@given(SEEDS, st.sampled_from(["none", "additive", "multiplicative"]))
def test_verdicts_of_a_funnel_follow_its_limits(seed: int, spread: str) -> None:
    rng = np.random.default_rng(seed)
    base = rng.uniform(50, 5000, 20)
    events = rng.poisson(base * 0.01 * rng.gamma(3, 1 / 3, 20))
    if events.sum() == 0:
        return
    found = funnel(events, base, spread=spread, level=0.95)  # type: ignore[arg-type]
    assert ((found.verdict == FunnelVerdict.ABOVE) == (found.value > found.high + 1e-12)).all()
    assert ((found.verdict == FunnelVerdict.BELOW) == (found.value < found.low - 1e-12)).all()
    assert (found.low[found.verdict == FunnelVerdict.TOO_FEW] <= 1e-11).all()
    assert ((found.low <= found.target + 1 / base) & (found.target <= found.high + 1 / base)).all()


@settings(max_examples=40)
@given(st.integers(0, 500), st.floats(0.0, 0.5))
def test_the_less_certain_the_base_the_wider_the_interval(events: int, relative: float) -> None:
    base = 1000.0
    less = crude_rate([events], [base], standard_error=relative * base / 2)
    more = crude_rate([events], [base], standard_error=relative * base)
    assert more.low[0] <= less.low[0] + 1e-6
    assert more.high[0] >= less.high[0] - 1e-6
