"""Evaluation: what an action changed, and what one cannot tell."""

from convive.core.evaluation.before_after import EffectResult, count_effect, verdict_of_effect
from convive.core.evaluation.displacement import Displacement, weighted_displacement_difference

__all__ = [
    "Displacement",
    "EffectResult",
    "count_effect",
    "verdict_of_effect",
    "weighted_displacement_difference",
]
