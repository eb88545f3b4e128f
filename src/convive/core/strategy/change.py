"""Whether what a target measures has moved since its baseline, as far as the intervals tell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from math import hypot, isfinite

from convive.core.model import Status
from convive.core.significance import benjamini_hochberg, two_sided_normal_p
from convive.core.strategy.model import Figure, Target

ALPHA = 0.05
HOLD_SHARE = 0.10
"""A value that is to be held has been held if its change is surely less than this share."""
_Z = 1.959963984540054
"""Half the width of a 95 % interval, in standard errors; figures are published with these."""


class TargetVerdict(StrEnum):
    """What can be said about a target; in words ``plan.target.<code>``."""

    REACHED = "reached"
    """The whole interval lies on the wanted side of the value aimed at."""
    WANTED_WAY = "wanted_way"
    HELD = "held"
    WRONG_WAY = "wrong_way"
    CANNOT_TELL = "cannot_tell"


@dataclass(frozen=True, slots=True)
class Change:
    """Difference of two independent figures, now less baseline, in their unit."""

    amount: float
    low: float
    high: float
    p: float


@dataclass(frozen=True, slots=True)
class TargetReading:
    """A target with what can be said about it; `why` is the code of why nothing can."""

    target: Target
    verdict: TargetVerdict
    why: str = ""
    """``not_measured``, ``not_shown``, ``no_interval``, ``same_period``, ``other_unit`` or
    ``within_chance``; empty where there is a verdict. In words ``target_why.<code>``."""
    change: Change | None = None
    q: float | None = None
    """p-value of the change, adjusted for all targets that were read together."""


def difference(before: Figure, after: Figure) -> Change | None:
    """Return after less before with a 95 % interval; None without two values with intervals.

    The interval joins the two figures' own limits (method of variance estimates recovery), so
    that lopsided intervals of small counts are kept as they are. Use it for figures of two
    periods that do not overlap; for overlapping ones the interval is too wide or too narrow.

    References
    ----------
    .. [1] Zou, G. Y., Donner, A. (2008). Construction of confidence limits about effect
       measures. Statistics in Medicine 27(10), 1693-1702.

    Examples
    --------
    >>> shown = Status.SHOWN
    >>> change = difference(Figure(shown, 30, 26, 34), Figure(shown, 20, 17, 23))
    >>> change.amount, change.low, change.high
    (-10.0, -15.0, -5.0)
    """
    first, second = _limits(before), _limits(after)
    if first is None or second is None:
        return None
    (v0, low0, high0), (v1, low1, high1) = first, second
    amount = v1 - v0
    below, above = hypot(v1 - low1, high0 - v0), hypot(high1 - v1, v0 - low0)
    toward_zero = below if amount > 0 else above
    if toward_zero == 0.0:
        p = 1.0 if amount == 0 else 0.0
    else:
        p = float(two_sided_normal_p(_Z * amount / toward_zero))
    return Change(amount, amount - below, amount + above, p)


def read_targets(targets: Sequence[Target], *, alpha: float = ALPHA) -> tuple[TargetReading, ...]:
    """Return what can be said about targets that are looked at together.

    The more targets one looks at, the more of them move by chance: p-values are adjusted for
    all that are given (Benjamini and Hochberg), and a move counts from q ≤ `alpha` on.
    """
    causes = [_why_not(target) for target in targets]
    changes = [
        None if why or target.now is None else difference(target.baseline, target.now)
        for target, why in zip(targets, causes, strict=True)
    ]
    adjusted = benjamini_hochberg([change.p if change else None for change in changes])
    return tuple(
        TargetReading(target, TargetVerdict.CANNOT_TELL, why or "no_interval")
        if change is None
        else _reading(target, change, float(q), alpha)
        for target, why, change, q in zip(targets, causes, changes, adjusted, strict=True)
    )


def _reading(target: Target, change: Change, q: float, alpha: float) -> TargetReading:
    verdict = _verdict(target, change, is_clear=q <= alpha)
    why = "within_chance" if verdict is TargetVerdict.CANNOT_TELL else ""
    return TargetReading(target, verdict, why, change, q)


def _verdict(target: Target, change: Change, *, is_clear: bool) -> TargetVerdict:
    if target.direction == "hold":
        if is_clear and not _is_small(target, change):
            return TargetVerdict.WRONG_WAY
        return TargetVerdict.HELD if _is_small(target, change) else TargetVerdict.CANNOT_TELL
    if not is_clear:
        return TargetVerdict.CANNOT_TELL
    if (change.amount < 0) == (target.direction == "down"):
        return TargetVerdict.REACHED if _is_reached(target) else TargetVerdict.WANTED_WAY
    return TargetVerdict.WRONG_WAY


def _is_small(target: Target, change: Change) -> bool:
    margin = HOLD_SHARE * abs(target.baseline.value or 0.0)
    return -margin < change.low and change.high < margin


def _is_reached(target: Target) -> bool:
    now = target.now
    if target.value is None or now is None or now.low is None or now.high is None:
        return False
    return now.high <= target.value if target.direction == "down" else now.low >= target.value


def _why_not(target: Target) -> str:
    """Return why the two figures cannot be compared; empty if they can."""
    before, after = target.baseline, target.now
    if after is None:
        return "not_measured"
    if before.notice:
        return "withdrawn"
    if any(figure.status is not Status.SHOWN for figure in (before, after)):
        return "not_shown"
    if before.unit != after.unit:
        return "other_unit"
    if not _follows(before.period_end, after.period_start):
        return "same_period"
    return ""


def _follows(end_before: date | None, start_after: date | None) -> bool:
    """Tell whether the second period is known to begin after the first has ended."""
    return end_before is not None and start_after is not None and end_before <= start_after


def _limits(figure: Figure) -> tuple[float, float, float] | None:
    value, low, high = figure.value, figure.low, figure.high
    if figure.status is not Status.SHOWN or value is None or low is None or high is None:
        return None
    usable = all(isfinite(x) for x in (value, low, high)) and low <= value <= high
    return (float(value), float(low), float(high)) if usable else None
