"""What a scan is asked and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

MIN_CASES = 20
"""Cases in the whole of place and time below which nothing is said; a convention of Convive."""
TOO_FEW = "SCAN_TOO_FEW"
OVERDISPERSED = "SCAN_OVERDISPERSED"
DISPERSION_UNTOLD = "SCAN_DISPERSION_UNTOLD"


class ScanVerdict(StrEnum):
    """What a scan found."""

    CLUSTER = "cluster"
    NONE = "none"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class ScanWindows:
    """Stretches of time to look at, in periods (months)."""

    longest: int
    is_prospective: bool = True
    """Only stretches that end with the last period (is something going on now?), or all."""


@dataclass(frozen=True, slots=True)
class ScanOptions:
    """How a scan is run."""

    n_replications: int = 999
    alpha: float = 0.05
    tail: Literal["monte_carlo", "gumbel"] = "monte_carlo"
    """`gumbel` carries on beyond what the replications can show, by an extreme-value curve."""
    dispersion: float | None = None
    """Variance ÷ mean of a cell that replications are drawn with; None measures it, 1 is Poisson."""
    least_cases: int = 2
    """Cases that a zone must hold."""
    n_threads: int = 1
    """Does not change the result."""


@dataclass(frozen=True, slots=True)
class ScanCluster:
    """Areas and a stretch of time with more cases than expected."""

    areas: tuple[int, ...]
    """Indices, the centre first."""
    first_period: int
    last_period: int
    """The last period that belongs to it."""
    cases: int
    expected: float
    relative_risk: float
    """Cases ÷ expected within, over the same without."""
    log_ratio: float
    p: float
    """Adjusted for all zones and stretches that were looked at."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found; `reason` says why it cannot tell."""

    verdict: ScanVerdict
    reason: str | None
    clusters: tuple[ScanCluster, ...]
    """Most unusual first, none sharing an area with one before it, up to ten."""
    n_cases: int
    maxima: FloatArray
    """(n_replications,): highest log-likelihood ratio of each simulation without clusters."""
    dispersion: float | None
    """Variance ÷ mean as measured beside area and period; None where it cannot be measured."""
    dispersion_used: float
    notes: tuple[str, ...]
    """SCAN_OVERDISPERSED: counts vary more than the replications, p is too small;
    SCAN_DISPERSION_UNTOLD: one period only, so whether they do is not known."""

    @property
    def smallest_p(self) -> float:
        """The p-value of the most unusual cluster; 1 where no zone held more than expected."""
        return self.clusters[0].p if self.clusters else 1.0


__all__ = [
    "DISPERSION_UNTOLD",
    "MIN_CASES",
    "OVERDISPERSED",
    "TOO_FEW",
    "Scan",
    "ScanCluster",
    "ScanOptions",
    "ScanVerdict",
    "ScanWindows",
]
