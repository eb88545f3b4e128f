"""Scan statistics: clusters of areas, and of areas in time; never of persons."""

from convive.core.scan.looks import LookPlan, recurrence_years, spent_alpha
from convive.core.scan.model import Scan, ScanCluster, ScanOptions, ScanVerdict, ScanWindows
from convive.core.scan.run import scan_areas, scan_permutation, scan_space_time
from convive.core.scan.zones import ScanZones, circular_zones

__all__ = [
    "LookPlan",
    "Scan",
    "ScanCluster",
    "ScanOptions",
    "ScanVerdict",
    "ScanWindows",
    "ScanZones",
    "circular_zones",
    "recurrence_years",
    "scan_areas",
    "scan_permutation",
    "scan_space_time",
    "spent_alpha",
]
