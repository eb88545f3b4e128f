"""Everything about places in one namespace, for notebooks: ``convive.space``.

Within Convive the modules are imported one by one; here they are gathered for those who look for
a method by its name.
"""

from convive.core.hot_spots import RegisterRules, false_entries, register_hot_spots
from convive.core.scan import (
    LookPlan,
    ScanOptions,
    ScanWindows,
    circular_zones,
    scan_areas,
    scan_permutation,
    scan_space_time,
)
from convive.core.spatial import AreaGrid, locate_points
from convive.core.spatial.autocorrelation import gearys_c, getis_ord_g, morans_i
from convive.core.spatial.correlation import spatial_correlation
from convive.core.spatial.density import kernel_density
from convive.core.spatial.density_bandwidth import likelihood_bandwidth, scott_bandwidth
from convive.core.spatial.density_grid import lay_grid
from convive.core.spatial.density_stability import density_stability
from convive.core.spatial.empirical_bayes import empirical_bayes
from convive.core.spatial.join_counts import join_counts, local_join_counts
from convive.core.spatial.local_statistics import local_geary, local_getis_ord, local_moran
from convive.core.spatial.mapped_rate import mapped_rate
from convive.core.spatial.near_repeat import NearRepeatBands, near_repeat
from convive.core.spatial.neighbours import (
    Neighbours,
    adjoining,
    join_islands,
    linked,
    nearest,
    within_distance,
)
from convive.core.spatial.rate_association import (
    local_moran_of_rates,
    morans_i_of_rates,
    standardised_rates,
)

__all__ = [
    "AreaGrid",
    "LookPlan",
    "NearRepeatBands",
    "Neighbours",
    "RegisterRules",
    "ScanOptions",
    "ScanWindows",
    "adjoining",
    "circular_zones",
    "density_stability",
    "empirical_bayes",
    "false_entries",
    "gearys_c",
    "getis_ord_g",
    "join_counts",
    "join_islands",
    "kernel_density",
    "lay_grid",
    "likelihood_bandwidth",
    "linked",
    "local_geary",
    "local_getis_ord",
    "local_join_counts",
    "local_moran",
    "local_moran_of_rates",
    "locate_points",
    "mapped_rate",
    "morans_i",
    "morans_i_of_rates",
    "near_repeat",
    "nearest",
    "register_hot_spots",
    "scan_areas",
    "scan_permutation",
    "scan_space_time",
    "scott_bandwidth",
    "spatial_correlation",
    "standardised_rates",
    "within_distance",
]
