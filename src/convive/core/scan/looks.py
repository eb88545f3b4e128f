"""Looking again every month: how often a rare p-value comes about when nobody stops looking."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from convive.core.errors import MethodError
from convive.core.scan.model import Scan, ScanVerdict

TOO_COARSE = "SCAN_TOO_COARSE"
"""The replications are too few for a p-value as small as the plan asks."""


def recurrence_years(p: float, *, looks_per_year: float) -> float:
    """Return after how many years of looking so small a p-value comes about once by chance.

    Raises
    ------
    MethodError
        SCAN_LOOKS for a p-value or a number of looks that is none.

    References
    ----------
    .. [1] Kleinman, K., Lazarus, R., Platt, R. (2004). A generalized linear mixed models approach
       for detecting incident clusters of disease in small areas. American Journal of
       Epidemiology 159(3), 217-224.

    Examples
    --------
    >>> round(recurrence_years(0.01, looks_per_year=12), 2)
    8.33
    """
    if not 0 < p <= 1 or not looks_per_year > 0:
        raise MethodError("SCAN_LOOKS")
    return 1.0 / (p * looks_per_year)


@dataclass(frozen=True, slots=True)
class LookPlan:
    """How often one looks, and how many false alarms a year one is ready to take."""

    looks_per_year: float
    false_alarms_per_year: float

    @property
    def alpha(self) -> float:
        """p-value that calls an alarm: the budget shared out evenly among the looks.

        The expected number of false alarms keeps to the budget however much the looks overlap.
        """
        if not self.looks_per_year > 0 or not 0 < self.false_alarms_per_year <= self.looks_per_year:
            raise MethodError("SCAN_LOOKS")
        return self.false_alarms_per_year / self.looks_per_year

    def judge(self, scan: Scan) -> tuple[ScanVerdict, str | None]:
        """Return the verdict under the plan, and the reason where it cannot be told.

        Too few replications to show a p-value as small as the plan asks cannot tell; run more, or
        choose the Gumbel tail.
        """
        if scan.verdict is ScanVerdict.CANNOT_TELL:
            return scan.verdict, scan.reason
        alpha = self.alpha * (1.0 + 1e-9)
        if scan.smallest_p <= alpha:
            return ScanVerdict.CLUSTER, None
        smallest = 1.0 / (len(scan.maxima) + 1)
        is_at_floor = np.isclose(scan.smallest_p, smallest, rtol=1e-9)
        if is_at_floor and smallest > alpha:
            return ScanVerdict.CANNOT_TELL, TOO_COARSE
        return ScanVerdict.NONE, None


def spent_alpha(
    n_looks: int, *, alpha: float, spending: Literal["even", "obrien_fleming"] = "even"
) -> NDArray[np.float64]:
    """Return the p-value to alarm at in each of a fixed number of looks.

    The chance of any false alarm in all looks together stays at or below `alpha`, whatever the
    looks have in common: the parts add up to it. `obrien_fleming` keeps nearly all of it for the
    last looks and suits an evaluation, not a watch.

    Parameters
    ----------
    n_looks : int
    alpha : float, in (0, 1)
    spending : {"even", "obrien_fleming"}

    Raises
    ------
    MethodError
        SCAN_LOOKS.

    References
    ----------
    .. [1] Lan, K. K. G., DeMets, D. L. (1983). Discrete sequential boundaries for clinical
       trials. Biometrika 70(3), 659-663.

    Examples
    --------
    >>> spent_alpha(4, alpha=0.05).round(4).tolist()
    [0.0125, 0.0125, 0.0125, 0.0125]
    """
    if n_looks < 1 or not 0 < alpha < 1 or spending not in ("even", "obrien_fleming"):
        raise MethodError("SCAN_LOOKS")
    part = np.arange(1, n_looks + 1) / n_looks
    bounded = 2.0 * ndtr(ndtri(alpha / 2.0) / np.sqrt(part))
    return np.diff(alpha * part if spending == "even" else bounded, prepend=0.0)


__all__ = ["TOO_COARSE", "LookPlan", "recurrence_years", "spent_alpha"]
