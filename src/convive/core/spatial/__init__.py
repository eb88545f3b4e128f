"""Areas and points: which area a point lies in, whether areas cover the ground once."""

from convive.core.spatial.cover import (
    CoverCheck,
    Hole,
    Overlap,
    area_km2,
    check_cover,
    point_inside,
)
from convive.core.spatial.grid import AreaCounts, AreaGrid
from convive.core.spatial.locate import locate_points

__all__ = [
    "AreaCounts",
    "AreaGrid",
    "CoverCheck",
    "Hole",
    "Overlap",
    "area_km2",
    "check_cover",
    "locate_points",
    "point_inside",
]
