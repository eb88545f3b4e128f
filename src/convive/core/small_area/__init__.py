"""Small-area estimation: figures for areas with few respondents, labelled for what they are."""

from convive.core.small_area.fay_herriot import SmallAreaEstimates, fay_herriot
from convive.core.small_area.publish_labels import (
    Label,
    benchmarked,
    count_labels,
    publish_labels,
    share_from_angle,
    transformed_shares,
)

__all__ = [
    "Label",
    "SmallAreaEstimates",
    "benchmarked",
    "count_labels",
    "fay_herriot",
    "publish_labels",
    "share_from_angle",
    "transformed_shares",
]
