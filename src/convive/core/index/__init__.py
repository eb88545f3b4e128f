"""The safety index: normalise, aggregate, carry the uncertainty, band what cannot be ranked."""

from convive.core.index.aggregate import Slot, aggregate, mean_of_parts
from convive.core.index.build import IndexComponent, IndexOptions, IndexResult, build_index
from convive.core.index.normalise import Base, build_base, score_indicator
from convive.core.index.tie_bands import tie_bands
from convive.core.index.uncertainty import Spread, draw_errors, propagate

__all__ = [
    "Base",
    "IndexComponent",
    "IndexOptions",
    "IndexResult",
    "Slot",
    "Spread",
    "aggregate",
    "build_base",
    "build_index",
    "draw_errors",
    "mean_of_parts",
    "propagate",
    "score_indicator",
    "tie_bands",
]
