"""Design-based estimates from sample surveys."""

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
from convive.core.survey.share_test import (
    SharePair,
    ShareTest,
    angle_of_share,
    compare_shares,
    shares_against_rest,
)

__all__ = [
    "SharePair",
    "ShareTest",
    "SurveyDesign",
    "SurveyDifference",
    "SurveyEstimates",
    "angle_of_share",
    "compare_shares",
    "difference",
    "difference_between_waves",
    "difference_by_domain",
    "difference_from_rest",
    "kish_effective_n",
    "mean_by_domain",
    "ratio_by_domain",
    "share_by_domain",
    "shares_against_rest",
    "total_by_domain",
]
