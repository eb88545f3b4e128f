"""From an interval and a p-value to the word that is printed."""

from __future__ import annotations

from convive.core.model import Verdict

CLEAR_Q = 0.05
LIKELY_P = 0.10
NARROW_PERCENT = 20.0


def verdict_of_change(
    change: float | None,
    interval: tuple[float, float] | None,
    p: float | None,
    q: float | None = None,
    *,
    narrow: float = NARROW_PERCENT,
) -> Verdict:
    """Return what can honestly be said about a change.

    Clear where the false-discovery-adjusted q is at most 0.05; likely where the p-value alone
    is at most 0.10; no clear change where the whole interval lies within ± `narrow`; otherwise
    one cannot tell. An interval that is wide is never read as "no change".

    Parameters
    ----------
    change : float or None
        Change, in percent or points; None where it is not known.
    interval : (low, high) or None
        Interval in the same unit.
    p, q : float or None
        Two-sided p-value, and the same adjusted over all tests of the audit. Without `q` the
        p-value takes its place: right for a single planned test only.
    narrow : float
        Largest change that still counts as none, in the unit of `change`.

    Returns
    -------
    Verdict
        clear_rise … cannot_tell.

    Examples
    --------
    >>> verdict_of_change(-18.0, (-25.0, -10.0), 0.0001, 0.003).value
    'clear_fall'
    >>> verdict_of_change(4.0, (-6.0, 15.0), 0.4, 0.8).value
    'no_clear_change'
    >>> verdict_of_change(30.0, (-20.0, 110.0), 0.3, 0.6).value
    'cannot_tell'
    """
    if change is None or interval is None or p is None:
        return Verdict.CANNOT_TELL
    rises = change > 0
    if (p if q is None else q) <= CLEAR_Q:
        return Verdict.CLEAR_RISE if rises else Verdict.CLEAR_FALL
    if p <= LIKELY_P:
        return Verdict.LIKELY_RISE if rises else Verdict.LIKELY_FALL
    low, high = interval
    if -narrow < low and high < narrow:
        return Verdict.NO_CLEAR_CHANGE
    return Verdict.CANNOT_TELL
