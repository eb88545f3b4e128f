"""Design-based estimates from sample surveys."""

from convive.core.survey.calibration import (
    WeightRatios,
    calibrate,
    post_stratify,
    rake,
    weight_ratios,
)
from convive.core.survey.comparison import (
    SurveyDifference,
    difference,
    difference_between_waves,
    difference_by_domain,
    difference_from_rest,
)
from convive.core.survey.design import SurveyDesign
from convive.core.survey.estimates import (
    SurveyEstimates,
    kish_effective_n,
    mean_by_domain,
    ratio_by_domain,
    share_by_domain,
    total_by_domain,
)
from convive.core.survey.margins import KnownTotal, Margin
from convive.core.survey.planning import (
    Assumptions,
    SurveyPlan,
    allocate,
    detectable_difference,
    margin_of_share,
    plan_survey,
    size_for_margin,
)
from convive.core.survey.quantiles import quantile_by_domain
from convive.core.survey.replicates import (
    ReplicateEstimate,
    ReplicateWeights,
    balanced_repeated,
    bootstrap,
    estimate_with_replicates,
    given_replicates,
    jackknife,
)
from convive.core.survey.response import (
    Dispositions,
    SurveyNote,
    item_notes,
    mode_notes,
    response_notes,
    unanswered_share,
)
from convive.core.survey.share_test import (
    SharePair,
    ShareTest,
    angle_of_share,
    compare_shares,
    shares_against_rest,
)
from convive.core.survey.trimming import (
    TrimmedWeights,
    WeightSpread,
    trim_weights,
    weight_spread,
)

__all__ = [
    "Assumptions",
    "Dispositions",
    "KnownTotal",
    "Margin",
    "ReplicateEstimate",
    "ReplicateWeights",
    "SharePair",
    "ShareTest",
    "SurveyDesign",
    "SurveyDifference",
    "SurveyEstimates",
    "SurveyNote",
    "SurveyPlan",
    "TrimmedWeights",
    "WeightRatios",
    "WeightSpread",
    "allocate",
    "angle_of_share",
    "balanced_repeated",
    "bootstrap",
    "calibrate",
    "compare_shares",
    "detectable_difference",
    "difference",
    "difference_between_waves",
    "difference_by_domain",
    "difference_from_rest",
    "estimate_with_replicates",
    "given_replicates",
    "item_notes",
    "jackknife",
    "kish_effective_n",
    "margin_of_share",
    "mean_by_domain",
    "mode_notes",
    "plan_survey",
    "post_stratify",
    "quantile_by_domain",
    "rake",
    "ratio_by_domain",
    "response_notes",
    "share_by_domain",
    "shares_against_rest",
    "size_for_margin",
    "total_by_domain",
    "trim_weights",
    "unanswered_share",
    "weight_ratios",
    "weight_spread",
]
