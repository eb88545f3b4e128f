"""The only suppression: which figures may not be shown, so that nobody is shown by subtraction.

Small counts are hidden first; then as few and as small other figures as it takes, until for
each of them a second value in whole numbers fits everything that is shown.
"""

from __future__ import annotations

from convive.core.disclosure.bases import round_for_publication, withhold_small_base
from convive.core.disclosure.changes import Known, suppress_changes, telling_rests
from convive.core.disclosure.cube import (
    CubeSuppression,
    PreparedCube,
    prepare_cube,
    suppress_cube,
    with_margins,
)
from convive.core.disclosure.differences import Figures, telling_figures
from convive.core.disclosure.dominance import Contributions, contributions, dominated
from convive.core.disclosure.margins import CellRole, CellStatus, Margins, Suppression
from convive.core.disclosure.ranges import feasible_ranges
from convive.core.disclosure.rounding import rounded_counts, rounding_limits
from convive.core.disclosure.successive import successive_count
from convive.core.disclosure.suppression import suppress

__all__ = [
    "CellRole",
    "CellStatus",
    "Contributions",
    "CubeSuppression",
    "Figures",
    "Known",
    "Margins",
    "PreparedCube",
    "Suppression",
    "contributions",
    "dominated",
    "feasible_ranges",
    "prepare_cube",
    "round_for_publication",
    "rounded_counts",
    "rounding_limits",
    "successive_count",
    "suppress",
    "suppress_changes",
    "suppress_cube",
    "telling_figures",
    "telling_rests",
    "with_margins",
    "withhold_small_base",
]
