"""Time: trends, seasons and breaks, what is unusual, what comes next, the hours of the week."""

from convive.core.temporal.aoristic import (
    DAYPARTS,
    WeekProfile,
    daypart_counts,
    daypart_weights,
    weekday_hour_profile,
)
from convive.core.temporal.breaks import BreakResult, detect_break, detect_breaks, jump_at
from convive.core.temporal.change_points import (
    ChangePoint,
    ChangePoints,
    change_penalty,
    change_points,
)
from convive.core.temporal.control_charts import (
    CusumDesign,
    cusum,
    cusum_design,
    cusum_run_length,
    ears,
    glr_statistics,
    glr_threshold,
)
from convive.core.temporal.delay_change import DelayChange, delay_change
from convive.core.temporal.farrington import IMPROVED, ORIGINAL, Farrington, Reference, farrington
from convive.core.temporal.forecast import Forecast, forecast
from convive.core.temporal.profile_contrast import (
    DaypartChange,
    DaypartContrast,
    daypart_change,
    daypart_contrast,
    hour_intervals,
    spread_sensitivity,
)
from convive.core.temporal.relative import RelativeTrends, relative_trends
from convive.core.temporal.reporting_delay import ReportingDelay, reporting_delay
from convive.core.temporal.season_profile import SeasonProfile, season_profile
from convive.core.temporal.trend import TrendResult, long_trend, monthly_trend
from convive.core.temporal.unusual import UnusualPeriods, unusual_periods
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
    "IMPROVED",
    "ORIGINAL",
    "BreakResult",
    "Change",
    "ChangePoint",
    "ChangePoints",
    "CusumDesign",
    "DaypartChange",
    "DaypartContrast",
    "DelayChange",
    "Farrington",
    "Forecast",
    "Reference",
    "RelativeTrends",
    "ReportingDelay",
    "SeasonProfile",
    "TrendResult",
    "UnusualPeriods",
    "WeekProfile",
    "YearlyTrend",
    "change_penalty",
    "change_points",
    "cusum",
    "cusum_design",
    "cusum_run_length",
    "daypart_change",
    "daypart_contrast",
    "daypart_counts",
    "daypart_weights",
    "delay_change",
    "detect_break",
    "detect_breaks",
    "ears",
    "farrington",
    "forecast",
    "glr_statistics",
    "glr_threshold",
    "hour_intervals",
    "jump_at",
    "long_trend",
    "monthly_trend",
    "pooled_dispersion",
    "relative_trends",
    "reporting_delay",
    "robust_dispersion",
    "season_profile",
    "share_trend",
    "spread_sensitivity",
    "unusual_periods",
    "verdict_of_change",
    "weekday_hour_profile",
    "yearly_trend",
]
