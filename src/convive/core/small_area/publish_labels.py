"""What may be shown of a small area: the survey's own figure, the model's, or none."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.small_area.fay_herriot import SmallAreaEstimates

Floats = NDArray[np.float64]


class Label(StrEnum):
    """Where a published figure comes from; it stands beside the figure."""

    DIRECT = "direct"
    MODELLED = "modelled"
    NOT_PUBLISHABLE = "not_publishable"


def publish_labels(
    direct_errors: ArrayLike, estimates: SmallAreaEstimates, *, most: float
) -> tuple[Label, ...]:
    """Return for each area which figure may be shown.

    The survey's own figure wherever it is precise enough: residents can check it. The modelled one
    where only that is. None where neither is, or where the model found no variance between areas
    and the figure would be the covariates' alone.

    Parameters
    ----------
    direct_errors : array_like of float, shape (n_areas,)
        Standard errors of the survey's own figures; NaN where the area was not sampled.
    estimates : SmallAreaEstimates
    most : float
        Largest standard error that may be published, in the unit of the figures.

    Raises
    ------
    MethodError
        SMALL_AREA_SHAPE, SMALL_AREA_LIMIT.
    """
    errors = np.asarray(direct_errors, dtype=float)
    if errors.shape != estimates.value.shape:
        raise MethodError("SMALL_AREA_SHAPE", direct=errors.shape, variances=estimates.value.shape)
    if not most > 0:
        raise MethodError("SMALL_AREA_LIMIT", most=most)
    is_direct = errors <= most
    is_modelled = (estimates.error <= most) & (estimates.shrinkage > 0)
    return tuple(
        Label.DIRECT if own else Label.MODELLED if model else Label.NOT_PUBLISHABLE
        for own, model in zip(is_direct, is_modelled, strict=True)
    )


def benchmarked(estimates: ArrayLike, shares: ArrayLike, target: float) -> Floats:
    """Return estimates whose weighted mean is the figure of the whole city.

    The gap is shared out in proportion to the areas' shares, which changes the estimates least
    (sum of squares); areas of the same share keep their order.

    Parameters
    ----------
    estimates : array_like of float, shape (n_areas,)
    shares : array_like of float, shape (n_areas,)
        Share of each area in the city's population; must sum to 1.
    target : float
        The survey's own figure of the whole city.

    Raises
    ------
    MethodError
        SMALL_AREA_SHAPE; SMALL_AREA_SHARES where the shares do not sum to 1.

    References
    ----------
    .. [1] Wang, J., Fuller, W. A., Qu, Y. (2008). Small area estimation under a restriction.
       Survey Methodology 34, 29-36.

    Examples
    --------
    >>> benchmarked([10.0, 20.0], [0.5, 0.5], 16.0).tolist()
    [11.0, 21.0]
    """
    value, share = np.asarray(estimates, dtype=float), np.asarray(shares, dtype=float)
    if value.shape != share.shape or value.ndim != 1:
        raise MethodError("SMALL_AREA_SHAPE", direct=value.shape, variances=share.shape)
    if not np.all(share >= 0) or abs(float(share.sum()) - 1.0) > 1e-9:
        raise MethodError("SMALL_AREA_SHARES", total=float(share.sum()))
    gap = target - float(share @ value)
    return np.asarray(value + gap * share / float(share @ share))


def transformed_shares(shares: ArrayLike, effective_sizes: ArrayLike) -> tuple[Floats, Floats]:
    """Return arcsines of shares and their variances, which do not depend on the share.

    A share of nobody among thirty has no variance of its own; on this scale it has one.
    `share_from_angle` turns estimates back.

    Raises
    ------
    MethodError
        SMALL_AREA_SHAPE, SMALL_AREA_NOT_A_SHARE.

    References
    ----------
    .. [1] Raghunathan, T. E. et al. (2007). Combining information from two surveys to estimate
       county-level prevalence rates. Journal of the American Statistical Association 102, 474-486.
    """
    share, size = np.asarray(shares, dtype=float), np.asarray(effective_sizes, dtype=float)
    if share.shape != size.shape:
        raise MethodError("SMALL_AREA_SHAPE", direct=share.shape, variances=size.shape)
    known = np.isfinite(share)
    if np.any((share[known] < 0) | (share[known] > 1)):
        raise MethodError("SMALL_AREA_NOT_A_SHARE")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.arcsin(np.sqrt(share)), np.asarray(1.0 / (4.0 * size))


def share_from_angle(estimates: SmallAreaEstimates) -> tuple[Floats, Floats, Floats]:
    """Return share, low and high from estimates of `transformed_shares`.

    The share is the mean over what the angle may be, not the share of the mean angle, which would
    be drawn away from one half.
    """
    value = 0.5 * (1.0 - np.exp(-2.0 * estimates.error**2) * np.cos(2.0 * estimates.value))
    low, high = (
        np.sin(np.clip(angle, 0.0, np.pi / 2)) ** 2 for angle in (estimates.low, estimates.high)
    )
    return np.asarray(value), low, high


def count_labels(labels: Sequence[Label]) -> dict[str, int]:
    """Return how many areas have each label, every label named.

    Examples
    --------
    >>> count_labels([Label.DIRECT, Label.DIRECT, Label.MODELLED])
    {'direct': 2, 'modelled': 1, 'not_publishable': 0}
    """
    return {label.value: sum(one is label for one in labels) for label in Label}
