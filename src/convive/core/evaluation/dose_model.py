"""The log-linear model of a dose: effects of areas and months, error by leaving areas out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]
Ints = NDArray[np.int64]

_MAX_ITERATIONS = 50
_TOLERANCE = 1e-10
_LARGEST_STEP = 5.0
_RIDGE = 1e-9
_LEAST_OWN = 1e-6
"""Share of a column that areas and months must leave over for it to say anything."""


@dataclass(frozen=True, slots=True)
class DosePanel:
    """Counts of areas and months with what every one of them got; arrays (n_areas, n_months)."""

    counts: Floats
    """0 where the cell is not known."""
    is_known: Booleans
    log_exposure: Floats
    dose: Floats
    """Dose that works in a month."""
    group: Ints
    """(n_areas,): areas that share a number share their chance."""

    @property
    def n_groups(self) -> int:
        """Return the number of groups of areas."""
        return int(self.group.max(initial=-1)) + 1


@dataclass(frozen=True, slots=True)
class DoseFit:
    """Log effects of the columns, area and month effects taken out."""

    effects: Floats
    """(k,): log effect of one unit of each column."""
    covariance: Floats
    """(k, k): from leaving out one group of areas at a time, never below Poisson."""
    left_out: Floats
    """(n_groups, k): the effects without each group."""
    df: float
    """Groups that the first column effectively rests on, less one."""
    expected: Floats
    """(n_areas, n_months): fitted means, 0 where the cell says nothing."""

    @property
    def error(self) -> float:
        """Return the standard error of the first effect."""
        return float(np.sqrt(self.covariance[0, 0]))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Score and information of the month effects and the columns, by area."""

    score: Floats
    """(n_areas, n_months + k)."""
    information: Floats
    """(n_areas, n_months + k, n_months + k)."""
    expected: Floats


def fit_dose(panel: DosePanel, columns: Floats) -> DoseFit | None:
    """Return the Poisson fit of log mean = area + month + columns · effects.

    Parameters
    ----------
    panel : DosePanel
        Counts; those of areas or months without any incident say nothing.
    columns : ndarray of float, shape (n_areas, n_months, k)
        What may change the counts; the first one is what degrees of freedom are given for.

    Returns
    -------
    DoseFit or None
        None where area and month effects leave nothing of a column.

    Notes
    -----
    Area effects are concentrated out: within an area the counts are multinomial, so that its own
    effect drops out of the likelihood. Month effects and columns are found by Newton's method.
    The error is the jackknife over groups of areas in one Newton step each (CR3): it takes in
    memory, overdispersion and drift of areas. The variance is never below that of Poisson
    counts. Degrees of freedom: (sum of the groups' information)² ÷ sum of its squares − 1.

    References
    ----------
    .. [1] Wooldridge, J. M. (1999). Distribution-free estimation of some nonlinear panel data
       models. Journal of Econometrics 90(1), 77-97.
    .. [2] Bell, R. M. and McCaffrey, D. F. (2002). Bias reduction in standard errors for linear
       regression with multi-stage samples. Survey Methodology 28(2), 169-181.
    .. [3] Carter, A. V., Schnepel, K. T. and Steigerwald, D. G. (2017). Asymptotic behavior of a
       t-test robust to cluster heterogeneity. Review of Economics and Statistics 99(4), 698-709.
    """
    rows, months = _telling(panel)
    if rows.sum() < 2 or months.sum() < 2:
        return None
    part = _part(panel, rows, months)
    x = columns[rows][:, months]
    scale = np.sqrt(np.mean(x**2, axis=(0, 1)))
    if not np.all(scale > 0):
        return None
    x = x / scale
    theta = _maximise(part, x)
    if theta is None:
        return None
    sums = _sums(part, x, theta)
    own = _own_information(sums, x)
    if own is None:
        return None
    without = _without_groups(sums, part, theta)
    k = x.shape[2]
    beta, left = theta[-k:], without[:, -k:]
    n = left.shape[0]
    apart = left - beta
    covariance = _at_least((n - 1.0) / n * apart.T @ apart, own[0])
    expected = np.zeros(panel.counts.shape)
    expected[np.ix_(rows, months)] = sums.expected
    return DoseFit(
        effects=beta / scale,
        covariance=covariance / np.outer(scale, scale),
        left_out=left / scale,
        df=_effective_groups(own[1], part) - 1.0,
        expected=expected,
    )


def _telling(panel: DosePanel) -> tuple[Booleans, Booleans]:
    """Return areas and months that have incidents and more than one known cell."""
    rows = np.ones(panel.counts.shape[0], dtype=bool)
    months = np.ones(panel.counts.shape[1], dtype=bool)
    for _ in range(panel.counts.size):
        known = panel.is_known & rows[:, None] & months
        counts = np.where(known, panel.counts, 0.0)
        fewer = (counts.sum(axis=1) > 0) & (known.sum(axis=1) > 1)
        shorter = (counts.sum(axis=0) > 0) & (known.sum(axis=0) > 1)
        if np.array_equal(fewer, rows) and np.array_equal(shorter, months):
            break
        rows, months = fewer & rows, shorter & months
    return rows, months


def _part(panel: DosePanel, rows: Booleans, months: Booleans) -> DosePanel:
    """Return the cells of some areas and months, their groups numbered anew."""
    cut = np.ix_(rows, months)
    group = np.unique(panel.group[rows], return_inverse=True)[1].astype(np.int64)
    return DosePanel(
        np.where(panel.is_known[cut], panel.counts[cut], 0.0),
        panel.is_known[cut],
        panel.log_exposure[cut],
        panel.dose[cut],
        group,
    )


def _shares(part: DosePanel, x: Floats, theta: Floats) -> tuple[Floats, float]:
    """Return where each area's incidents are expected, and the log likelihood."""
    k = x.shape[2]
    eta = theta[:-k] + x @ theta[-k:] + part.log_exposure
    eta = np.where(part.is_known, eta, -np.inf)
    top = eta.max(axis=1, keepdims=True)
    weight = np.exp(eta - top)
    total = weight.sum(axis=1, keepdims=True)
    logs = np.where(part.is_known, eta - top - np.log(total), 0.0)
    return weight / total, float(np.sum(part.counts * logs))


def _sums(part: DosePanel, x: Floats, theta: Floats) -> _Sums:
    """Return score and information of every area."""
    share, _ = _shares(part, x, theta)
    size = part.counts.sum(axis=1)
    expected = size[:, None] * share
    n, months = share.shape
    z = np.concatenate([np.broadcast_to(np.eye(months), (n, months, months)), x], axis=2)
    mean = np.concatenate([share, np.einsum("nt,ntk->nk", share, x)], axis=1)
    score = np.concatenate(
        [part.counts - expected, np.einsum("nt,ntk->nk", part.counts - expected, x)], axis=1
    )
    information = np.matmul((expected[:, :, None] * z).transpose(0, 2, 1), z)
    information -= size[:, None, None] * mean[:, :, None] * mean[:, None, :]
    return _Sums(score, information, expected)


def _maximise(part: DosePanel, x: Floats) -> Floats | None:
    """Return month effects and column effects of the largest likelihood; None if it has none."""
    k = x.shape[2]
    known = np.maximum((np.exp(part.log_exposure) * part.is_known).sum(axis=0), _RIDGE)
    start = np.log(part.counts.sum(axis=0) / known)
    theta = np.concatenate([start - start.mean(), np.zeros(k)])
    _, likelihood = _shares(part, x, theta)
    for _ in range(_MAX_ITERATIONS):
        share, _ = _shares(part, x, theta)
        score, information = _total(part, x, share)
        step = _solve(information, score)
        step *= min(1.0, _LARGEST_STEP / max(float(np.abs(step).max()), _RIDGE))
        for _ in range(20):
            _, better = _shares(part, x, theta + step)
            if better >= likelihood - 1e-12 * abs(likelihood):
                break
            step = step / 2.0
        theta, gain, likelihood = theta + step, better - likelihood, better
        if abs(gain) <= _TOLERANCE * (abs(likelihood) + 0.1):
            return theta
    return None


def _total(part: DosePanel, x: Floats, share: Floats) -> tuple[Floats, Floats]:
    """Return score and information of all areas together, without the table by area."""
    size = part.counts.sum(axis=1)
    expected = size[:, None] * share
    mean = np.einsum("nt,ntk->nk", share, x)
    apart = x - mean[:, None, :]
    rest = part.counts - expected
    months = np.diag(expected.sum(axis=0)) - (share * size[:, None]).T @ share
    cross = np.einsum("nt,ntk->tk", expected, apart)
    own = np.einsum("nt,ntk,ntl->kl", expected, apart, apart)
    score = np.concatenate([rest.sum(axis=0), np.einsum("nt,ntk->k", rest, x)])
    return score, np.block([[months, cross], [cross.T, own]])


def _solve(information: Floats, score: Floats) -> Floats:
    """Solve for a step; the level of the months, which areas take up, is held where it is."""
    diagonal = np.arange(information.shape[-1])
    held = information.copy()
    held[..., diagonal, diagonal] += _RIDGE * np.maximum(held[..., diagonal, diagonal], 1.0)
    return np.asarray(np.linalg.solve(held, score[..., None])[..., 0])


def _own_information(sums: _Sums, x: Floats) -> tuple[Floats, Floats] | None:
    """Return Poisson covariance of the effects, and each area's information on the first one."""
    k = x.shape[2]
    whole = sums.information.sum(axis=0)
    months = whole[:-k, :-k] + _RIDGE * np.diag(np.maximum(np.diag(whole)[:-k], 1.0))
    along = np.linalg.solve(months, whole[:-k, -k:])
    left = whole[-k:, -k:] - whole[-k:, :-k] @ along
    all_of_it = np.einsum("nt,ntk->k", sums.expected, x**2)
    if np.any(np.diag(left) <= _LEAST_OWN * all_of_it) or np.linalg.cond(left) > 1.0 / _RIDGE:
        return None
    covariance = np.linalg.inv(left)
    others = covariance[0] / covariance[0, 0]
    direction = np.concatenate([-along @ others, others])
    by_area = np.einsum("i,nij,j->n", direction, sums.information, direction)
    return covariance, np.maximum(by_area, 0.0)


def _without_groups(sums: _Sums, part: DosePanel, theta: Floats) -> Floats:
    """Return the parameters without each group of areas, by one Newton step."""
    n, size = part.n_groups, theta.size
    score, information = np.zeros((n, size)), np.zeros((n, size, size))
    np.add.at(score, part.group, sums.score)
    np.add.at(information, part.group, sums.information)
    rest = information.sum(axis=0) - information
    return np.asarray(theta - _solve(rest, score))


def _at_least(covariance: Floats, poisson: Floats) -> Floats:
    """Return a covariance raised, direction by direction, to that of Poisson counts."""
    root = np.linalg.cholesky(poisson)
    inverse = np.linalg.inv(root)
    values, vectors = np.linalg.eigh(inverse @ covariance @ inverse.T)
    raised = (vectors * np.maximum(values, 1.0)) @ vectors.T
    return np.asarray(root @ raised @ root.T)


def _effective_groups(by_area: Floats, part: DosePanel) -> float:
    """Return how many equal groups would tell as much about the first effect."""
    by_group = np.bincount(part.group, weights=by_area, minlength=part.n_groups)
    squares = float(by_group @ by_group)
    return float(by_group.sum() ** 2 / squares) if squares > 0 else 0.0
