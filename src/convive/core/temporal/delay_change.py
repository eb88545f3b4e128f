"""Do records arrive as they used to, or has the delay of recording changed lately."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.significance import averaged_f_p
from convive.core.temporal.reporting_delay import (
    MIN_EVENTS,
    TOO_FEW,
    TOO_SHORT,
    read_triangle,
    seen_cells,
)

Floats = NDArray[np.float64]
Booleans = NDArray[np.bool_]

_FEWEST_MONTHS = 3


@dataclass(frozen=True, slots=True)
class DelayChange:
    """Delays of the latest months of recording against those before; `reason` says why not."""

    reason: str | None
    p: float | None
    """Of "records arrive as they did"."""
    before: float | None
    """Share on record by the end of the incident's own month, as records arrived before."""
    after: float | None
    dispersion: float | None


def delay_change(
    triangle: ArrayLike, *, as_of: int | None = None, recent: int = 6, window: int = 24
) -> DelayChange:
    """Return whether records arrive differently in the latest months of recording.

    Use it before `reporting_delay` is relied on: where `p` is small, what it foresees rests on a
    way of recording that is gone, and the honest word for an incomplete month is "cannot tell".
    A large `p` on few incidents is no proof that nothing changed. Not for triangles of weeks
    with months' batches: count by month.

    Parameters
    ----------
    triangle, as_of, window
        As in `reporting_delay`.
    recent : int
        Months of recording that are compared with those before, 3 or more.

    Returns
    -------
    DelayChange
        With `reason` DELAY_TOO_SHORT or DELAY_TOO_FEW nothing is told.

    Raises
    ------
    MethodError
        DELAY_BAD_TRIANGLE.

    Notes
    -----
    For each delay, the share that came with just this delay among all on record by then is
    compared between the months of recording; squares are added and divided by a dispersion that
    is learnt within the two stretches (F reference).

    References
    ----------
    .. [1] Lawless, J. F. (1994). Adjustments for reporting delays and the prediction of
       occurred but not reported events. Canadian Journal of Statistics 22(1), 15-31.

    Examples
    --------
    >>> import numpy as np
    >>> months = np.array([[80, 15, 5]] * 24)
    >>> slower = np.where(np.add.outer(range(24), range(3))[:, :] > 17, [[40, 40, 20]], months)
    >>> bool(delay_change(slower).p < 0.01), bool(delay_change(months).p > 0.99)
    (True, True)
    """
    counts = read_triangle(triangle)
    last = counts.shape[0] - 1 if as_of is None else int(as_of)
    recorded_in = np.add.outer(np.arange(counts.shape[0]), np.arange(counts.shape[1]))
    used = seen_cells(counts.shape, last) & (recorded_in > last - window)
    used[:, 0] = False  # the first delay has no share: all on record by then came with it
    late = used & (recorded_in > last - recent)
    early = used & ~late
    at_risk = np.cumsum(counts, axis=1)
    is_short = min(
        early[:, 1:].sum(axis=0).min(initial=99), late[:, 1:].sum(axis=0).min(initial=99)
    )
    if counts.shape[1] < 2 or recent < _FEWEST_MONTHS or is_short < _FEWEST_MONTHS:
        return DelayChange(TOO_SHORT, *(None,) * 4)
    risk = [np.where(part, at_risk, 0.0).sum(axis=0)[1:] for part in (early, late)]
    came = [np.where(part, counts, 0.0).sum(axis=0)[1:] for part in (early, late)]
    if min(risk[0].max(), risk[1].max()) < MIN_EVENTS:
        return DelayChange(TOO_FEW, *(None,) * 4)
    dispersion, df = _within(counts, at_risk, (early, late))
    chi_square, columns = _between(risk, came)
    p = float(
        averaged_f_p([chi_square / max(columns, 1) / dispersion], (max(columns, 1), df), [1.0])
    )
    shares = [
        float(np.prod(1.0 - np.divide(n, r, out=np.zeros_like(n), where=r > 0)))
        for n, r in zip(came, risk, strict=True)
    ]
    return DelayChange(None, p, shares[0], shares[1], dispersion)


def _between(risk: list[Floats], came: list[Floats]) -> tuple[float, int]:
    """Return the chi-square of equal shares in both stretches, and its degrees of freedom."""
    both, n = risk[0] + risk[1], came[0] + came[1]
    share = np.divide(n, both, out=np.zeros_like(n), where=both > 0)
    variance = share * (1.0 - share) * risk[0] * risk[1] / np.maximum(both, 1.0)
    told = variance > 0
    excess = (came[1] - risk[1] * share)[told]
    return float((excess**2 / variance[told]).sum()), int(told.sum())


def _within(
    counts: Floats, at_risk: Floats, parts: tuple[Booleans, Booleans]
) -> tuple[float, float]:
    """Return the dispersion of the shares within the two stretches, at least 1, and its df."""
    chi_square, df = 0.0, 0
    for part in parts:
        risk, came = np.where(part, at_risk, 0.0), np.where(part, counts, 0.0)
        total = risk.sum(axis=0)
        share = np.divide(came.sum(axis=0), total, out=np.zeros_like(total), where=total > 0)
        variance = risk * share * (1.0 - share)
        told = variance > 0
        chi_square += float(((came - risk * share)[told] ** 2 / variance[told]).sum())
        df += int(told.sum()) - int(told.any(axis=0).sum())
    return (max(1.0, chi_square / df), float(df)) if df > 0 else (1.0, 1e9)
