"""The safety index, and the whole chain from raw figures to an index as a library."""

from convive.core.index.aggregate import Slot, aggregate, mean_of_parts
from convive.core.index.back_cast import BackCast, back_cast
from convive.core.index.build import IndexComponent, IndexOptions, IndexResult, build_index
from convive.core.index.chain import (
    ChainResult,
    DirectionCheck,
    FittedPlan,
    Plan,
    check_direction,
    fit_plan,
    run_chain,
)
from convive.core.index.combine import Copeland, combine, copeland, ranks_of
from convive.core.index.joint_errors import (
    CountErrors,
    SurveyErrors,
    draw_values,
    errors_from_replicates,
)
from convive.core.index.missing import Filled, fill_missing
from convive.core.index.normalise import Base, build_base, score_indicator
from convive.core.index.recipe import Recipe
from convive.core.index.scale import Scale, fit_scale, looks_outlying
from convive.core.index.sensitivity import (
    Choice,
    ChoiceSensitivity,
    SobolIndices,
    choice_sensitivity,
    mean_rank_shift,
    sobol_indices,
)
from convive.core.index.spread import (
    IndexSpread,
    SpreadOptions,
    chain_spread,
    draw_weights,
    weight_spread,
)
from convive.core.index.target import ThresholdChurn, target_probability, threshold_churn
from convive.core.index.tie_bands import tie_bands
from convive.core.index.uncertainty import Spread, draw_errors, propagate
from convive.core.index.weights import (
    BudgetWeights,
    FactorWeights,
    bartlett_sphericity,
    budget_weights,
    equal_weights,
    factor_weights,
    sampling_adequacy,
)

__all__ = [
    "BackCast",
    "Base",
    "BudgetWeights",
    "ChainResult",
    "Choice",
    "ChoiceSensitivity",
    "Copeland",
    "CountErrors",
    "DirectionCheck",
    "FactorWeights",
    "Filled",
    "FittedPlan",
    "IndexComponent",
    "IndexOptions",
    "IndexResult",
    "IndexSpread",
    "Plan",
    "Recipe",
    "Scale",
    "Slot",
    "SobolIndices",
    "Spread",
    "SpreadOptions",
    "SurveyErrors",
    "ThresholdChurn",
    "aggregate",
    "back_cast",
    "bartlett_sphericity",
    "budget_weights",
    "build_base",
    "build_index",
    "chain_spread",
    "check_direction",
    "choice_sensitivity",
    "combine",
    "copeland",
    "draw_errors",
    "draw_values",
    "draw_weights",
    "equal_weights",
    "errors_from_replicates",
    "factor_weights",
    "fill_missing",
    "fit_plan",
    "fit_scale",
    "looks_outlying",
    "mean_of_parts",
    "mean_rank_shift",
    "propagate",
    "ranks_of",
    "run_chain",
    "sampling_adequacy",
    "score_indicator",
    "sobol_indices",
    "target_probability",
    "threshold_churn",
    "tie_bands",
    "weight_spread",
]
