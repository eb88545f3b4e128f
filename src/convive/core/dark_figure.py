"""How much of what people live through reaches the records: reporting rate and dark figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from convive.core.errors import MethodError

Floats = NDArray[np.float64]
MAX_RELATIVE_ERROR = 0.5
"""Of the survey's incidents: beyond it a ratio says nothing and none is given."""


@dataclass(frozen=True, slots=True)
class DarkFigure:
    """Arrays of shape (n_areas,); NaN where the survey is too imprecise to tell."""

    experienced: Floats
    """Incidents that residents lived through, by the survey."""
    experienced_low: Floats
    experienced_high: Floats
    recorded_share: Floats
    """Recorded ÷ experienced; above 1 where the records hold what the survey cannot see."""
    low: Floats
    high: Floats
    expected_share: Floats
    """What residents say they reported: recorded share if every report were recorded."""
    is_told: NDArray[np.bool_]

    @property
    def dark_share(self) -> Floats:
        """Share of the experienced incidents that is in no record; 0 where more is recorded."""
        return np.maximum(1.0 - self.recorded_share, 0.0)


def dark_figure(
    recorded: ArrayLike,
    incidents_per_person: tuple[ArrayLike, ArrayLike],
    population: ArrayLike,
    *,
    reported_share: ArrayLike = np.nan,
    dispersion: float = 1.0,
    level: float = 0.95,
) -> DarkFigure:
    """Return what share of residents' incidents is recorded, by area, with interval.

    Only for kinds of crime against residents that survey and records define alike (burglary at
    home, theft of a bicycle, robbery), of the same twelve months. Not for nuisance, not for crimes
    against firms or visitors: they are recorded and nobody in the survey lived through them, so
    that the dark figure looks smaller than it is. Not where the survey's area is where people
    live and the record's is where it happened, unless both are the same by nature (burglary).

    Parameters
    ----------
    recorded : array_like of int, shape (n_areas,)
    incidents_per_person : (array_like, array_like), each of shape (n_areas,)
        Mean number of incidents a resident lived through, and its standard error.
    population : array_like of float, shape (n_areas,)
        Residents whom the survey stands for (16 and over, mostly).
    reported_share : array_like of float, shape (n_areas,), optional
        Share of incidents that victims say they reported.
    dispersion : float, >= 1
        Variance ÷ mean of recorded counts from one year to the next.
    level : float, in (0, 1)

    Raises
    ------
    MethodError
        DARK_FIGURE_SHAPE, DARK_FIGURE_NEGATIVE.

    References
    ----------
    .. [1] Biderman, A. D., Reiss, A. J. (1967). On exploring the "dark figure" of crime. Annals of
       the American Academy of Political and Social Science 374, 1-15.
    .. [2] UNODC, UNECE (2010). Manual on Victimization Surveys, chapter 7.

    Examples
    --------
    >>> found = dark_figure([30], ([0.02], [0.003]), [5000])
    >>> float(found.recorded_share[0]), bool(found.low[0] < 0.3 < found.high[0])
    (0.3, True)
    """
    count, people = np.asarray(recorded, dtype=float), np.asarray(population, dtype=float)
    mean, error = (np.asarray(given, dtype=float) for given in incidents_per_person)
    if not count.shape == people.shape == mean.shape == error.shape or count.ndim != 1:
        raise MethodError("DARK_FIGURE_SHAPE", recorded=count.shape, population=people.shape)
    if np.any(count < 0) or np.any(mean < 0) or np.any(people < 0) or dispersion < 1:
        raise MethodError("DARK_FIGURE_NEGATIVE")
    with np.errstate(divide="ignore", invalid="ignore"):
        relative = error / mean
        is_told = (mean > 0) & (relative <= MAX_RELATIVE_ERROR) & (count > 0) & (people > 0)
        experienced = np.where(is_told, mean * people, np.nan)
        share = count / experienced
        of_survey = np.exp(_half(relative, level))
        of_share = np.exp(_half(np.sqrt(relative**2 + dispersion / count), level))
    return DarkFigure(
        experienced=experienced,
        experienced_low=experienced / of_survey,
        experienced_high=experienced * of_survey,
        recorded_share=share,
        low=share / of_share,
        high=share * of_share,
        expected_share=np.broadcast_to(np.asarray(reported_share, dtype=float), count.shape),
        is_told=is_told,
    )


def _half(error_of_log: Floats, level: float) -> Floats:
    return np.asarray(ndtri(0.5 + level / 2.0) * error_of_log)
