"""Time: trends that know season and breaks, breaks themselves, the hours of the week."""

from convive.core.temporal.aoristic import (
    DAYPARTS,
    WeekProfile,
    daypart_counts,
    daypart_weights,
    weekday_hour_profile,
)
from convive.core.temporal.breaks import BreakResult, detect_break, detect_breaks, jump_at
from convive.core.temporal.reporting_delay import ReportingDelay, reporting_delay
from convive.core.temporal.trend import TrendResult, long_trend, monthly_trend
from convive.core.temporal.verdict import verdict_of_change
from convive.core.temporal.yearly import (
    Change,
    YearlyTrend,
    pooled_dispersion,
    robust_dispersion,
    share_trend,
    yearly_trend,
)

__all__ = [
    "DAYPARTS",
    "BreakResult",
    "Change",
    "ReportingDelay",
    "TrendResult",
    "WeekProfile",
    "YearlyTrend",
    "daypart_counts",
    "daypart_weights",
    "detect_break",
    "detect_breaks",
    "jump_at",
    "long_trend",
    "monthly_trend",
    "pooled_dispersion",
    "reporting_delay",
    "robust_dispersion",
    "share_trend",
    "verdict_of_change",
    "weekday_hour_profile",
    "yearly_trend",
]
