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

__all__ = [
    "SurveyDesign",
    "SurveyDifference",
    "SurveyEstimates",
    "difference",
    "difference_between_waves",
    "difference_by_domain",
    "difference_from_rest",
    "kish_effective_n",
    "mean_by_domain",
    "ratio_by_domain",
    "share_by_domain",
    "total_by_domain",
]
