"""Places, and places in time, with more incidents than chance explains."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.scan.dealing import Dealing, deal_around, deal_periods
from convive.core.scan.dispersion import measure_dispersion
from convive.core.scan.model import (
    DISPERSION_UNTOLD,
    MIN_CASES,
    OVERDISPERSED,
    TOO_FEW,
    Scan,
    ScanOptions,
    ScanVerdict,
    ScanWindows,
)
from convive.core.scan.search import SearchSpace, answer, replicate, search_space
from convive.core.scan.zones import ScanZones

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


def scan_areas(
    cases: ArrayLike,
    baseline: ArrayLike,
    zones: ScanZones,
    *,
    rng: np.random.Generator,
    options: ScanOptions | None = None,
) -> Scan:
    """Return the zones with more cases than their share of the baseline, at one time.

    Parameters
    ----------
    cases, baseline : array_like, shape (n_areas,)
        Whole counts, and residents or expected counts on any scale.
    zones, rng, options
        As for `scan_space_time`, with the same errors. Overdispersion cannot be measured from one
        period: give `ScanOptions.dispersion`, or read p as a lower bound.

    Examples
    --------
    >>> import numpy as np
    >>> from convive.core.scan.zones import circular_zones
    >>> zones = circular_zones([[x, 0] for x in range(20)], np.ones(20), max_share=0.25)
    >>> cases = [3] * 9 + [15, 15] + [3] * 9
    >>> found = scan_areas(cases, np.ones(20), zones, rng=np.random.default_rng(1))
    >>> found.verdict.value, sorted(found.clusters[0].areas)
    ('cluster', [9, 10])
    """
    counts, expected = np.asarray(cases), np.asarray(baseline)
    if counts.ndim != 1 or expected.ndim != 1:
        raise MethodError("SCAN_SHAPE", given=counts.shape, wanted=(zones.n_areas,))
    return scan_space_time(
        counts[:, np.newaxis],
        expected[:, np.newaxis],
        zones,
        windows=ScanWindows(1),
        rng=rng,
        options=options,
    )


def scan_space_time(
    cases: ArrayLike,
    baseline: ArrayLike,
    zones: ScanZones,
    *,
    windows: ScanWindows,
    rng: np.random.Generator,
    options: ScanOptions | None = None,
) -> Scan:
    """Return the places and stretches of time with more cases than the baseline explains.

    Kulldorff's Poisson scan, given the total: all circles of areas by all stretches of time are
    compared with what is expected, and the p-value allows for having looked at all of them. Do
    not use it with residents as the baseline where people come from elsewhere (a city centre, a
    stadium): the centre comes out, always. Do not take a zone's outline for exact, and do not
    repeat the scan month by month without `LookPlan`.

    Parameters
    ----------
    cases : array_like of int, shape (n_areas, n_periods)
    baseline : array_like of float, shape (n_areas, n_periods)
        Residents or forecast counts; only the proportions matter.
    zones : ScanZones
        From `circular_zones`.
    windows : ScanWindows
    rng : numpy.random.Generator
    options : ScanOptions, optional
        Where counts vary more than chance (measured, unless told), the replications are drawn
        with as much variation, so that p does not come out too small.

    Raises
    ------
    MethodError
        SCAN_SHAPE, SCAN_COUNTS for counts that are not whole, SCAN_BASELINE for a baseline that
        is negative, missing or 0 where there are cases; SCAN_OPTION.

    References
    ----------
    .. [1] Kulldorff, M. (1997). A spatial scan statistic. Communications in Statistics: Theory
       and Methods 26(6), 1481-1496.
    .. [2] Kulldorff, M. (2001). Prospective time periodic geographical disease surveillance
       using a scan statistic. Journal of the Royal Statistical Society A 164(1), 61-72.
    """
    chosen = _checked_options(options, windows)
    counts = _checked_cases(cases, zones)
    expected = _checked_baseline(baseline, counts)
    measured, is_wide = measure_dispersion(counts)
    used = _dispersion_used(chosen.dispersion, measured, is_wide=is_wide)
    if counts.sum() < MIN_CASES:
        return _cannot_tell(int(counts.sum()), measured, used)
    space = search_space(zones, counts, expected, windows)
    maxima = replicate(space, chosen, _around(space, rng, chosen, used))
    notes = _notes(measured, used, is_wide=is_wide, is_given=chosen.dispersion is not None)
    return answer(space, maxima, chosen, (measured, used), notes)


def scan_permutation(
    cases: ArrayLike,
    zones: ScanZones,
    *,
    windows: ScanWindows,
    rng: np.random.Generator,
    options: ScanOptions | None = None,
) -> Scan:
    """Return places and stretches of time with more cases than both apart explain.

    Needs no residents and no forecast: what an area usually has, and what the town has in a
    period, make the expected counts. A rise everywhere at once is not seen, nor is a place that
    was always high. Do not use it where areas grew at different speed over the time compared.

    Parameters
    ----------
    cases : array_like of int, shape (n_areas, n_periods)
    zones, windows, rng, options
        As for `scan_space_time`, with the same errors. The replications deal the periods out
        among the cases anew. Where counts vary more than that (measured, unless told), they are
        drawn around the expected counts with as much variation instead; the sums of areas and
        periods then vary too, which makes p cautious.

    References
    ----------
    .. [1] Kulldorff, M., Heffernan, R., Hartman, J., Assunção, R., Mostashari, F. (2005). A
       space-time permutation scan statistic for disease outbreak detection. PLoS Medicine
       2(3), e59.
    """
    chosen = _checked_options(options, windows)
    counts = _checked_cases(cases, zones)
    measured, is_wide = measure_dispersion(counts)
    used = _dispersion_used(chosen.dispersion, measured, is_wide=is_wide)
    total = int(counts.sum())
    if total < MIN_CASES:
        return _cannot_tell(total, measured, used)
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total
    space = search_space(zones, counts, expected, windows)
    if used > 1:
        dealing = _around(space, rng, chosen, used)
    else:
        column = np.full(counts.shape[1], -1)
        column[space.periods] = np.arange(len(space.periods))
        dealing = deal_periods(counts, column, rng, chosen.n_replications)
    maxima = replicate(space, chosen, dealing)
    notes = _notes(measured, used, is_wide=is_wide, is_given=chosen.dispersion is not None)
    return answer(space, maxima, chosen, (measured, used), notes)


def _checked_options(options: ScanOptions | None, windows: ScanWindows) -> ScanOptions:
    chosen = ScanOptions() if options is None else options
    wrong = {
        "n_replications": chosen.n_replications < 19,
        "alpha": not 0 < chosen.alpha < 1,
        "tail": chosen.tail not in ("monte_carlo", "gumbel"),
        "dispersion": chosen.dispersion is not None and not chosen.dispersion >= 1.0,
        "least_cases": chosen.least_cases < 1,
        "n_threads": chosen.n_threads < 1,
    }
    for option, is_wrong in wrong.items():
        if is_wrong:
            raise MethodError("SCAN_OPTION", option=option, value=getattr(chosen, option))
    if windows.longest < 1:
        raise MethodError("SCAN_OPTION", option="longest", value=windows.longest)
    return chosen


def _checked_cases(cases: ArrayLike, zones: ScanZones) -> IntArray:
    given = np.asarray(cases, dtype=np.float64)
    if given.ndim != 2 or given.shape[0] != zones.n_areas or given.shape[1] == 0:
        raise MethodError("SCAN_SHAPE", given=given.shape, wanted=(zones.n_areas,))
    if not np.isfinite(given).all() or (given < 0).any() or (given != np.round(given)).any():
        raise MethodError("SCAN_COUNTS")
    return given.astype(np.int64)


def _checked_baseline(baseline: ArrayLike, counts: IntArray) -> FloatArray:
    """Return expected counts that add up to the number of cases."""
    given = np.asarray(baseline, dtype=np.float64)
    if given.shape != counts.shape:
        raise MethodError("SCAN_SHAPE", given=given.shape, wanted=counts.shape)
    is_wrong = not np.isfinite(given).all() or (given < 0).any() or given.sum() <= 0
    if is_wrong or (counts[given == 0] > 0).any():
        raise MethodError("SCAN_BASELINE")
    return given * (counts.sum() / given.sum())


def _dispersion_used(given: float | None, measured: float | None, *, is_wide: bool) -> float:
    if given is not None:
        return given
    return measured if is_wide and measured is not None else 1.0


def _notes(
    measured: float | None, used: float, *, is_wide: bool, is_given: bool
) -> tuple[str, ...]:
    if measured is None:
        return () if is_given else (DISPERSION_UNTOLD,)
    return (OVERDISPERSED,) if is_wide and used < 0.9 * measured else ()


def _around(
    space: SearchSpace, rng: np.random.Generator, options: ScanOptions, dispersion: float
) -> Dealing:
    n = options.n_replications
    return deal_around(space.expected, space.total, rng, n, dispersion=dispersion)


def _cannot_tell(n_cases: int, measured: float | None, used: float) -> Scan:
    return Scan(ScanVerdict.CANNOT_TELL, TOO_FEW, (), n_cases, np.empty(0), measured, used, ())


__all__ = ["scan_areas", "scan_permutation", "scan_space_time"]
