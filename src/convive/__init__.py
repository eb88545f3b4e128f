"""Convive: the open workbench for urban security, as a library.

>>> import convive
>>> estimate = convive.crude_rate([12], [4000.0])
>>> round(float(estimate.rate[0]), 1)
3.0

Open a finished audit with ``convive.open("my-city/build")``.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convive.app.view import AuditView
    from convive.catalogue.find import indicator, indicators
    from convive.core.evaluation import count_effect
    from convive.core.gap import face_gaps, standardise_face
    from convive.core.index import build_index, tie_bands
    from convive.core.observers import area_means, rater_effects
    from convive.core.rates import crude_rate, rate_ratio, smoothed_rate
    from convive.core.significance import benjamini_hochberg
    from convive.core.survey import SurveyDesign, difference, share_by_domain
    from convive.core.temporal import monthly_trend
    from convive.wiring import audit, check_pack, open_audit

    open = open_audit  # noqa: A001

__version__ = "0.1.0"

__all__ = [
    "AuditView",
    "SurveyDesign",
    "area_means",
    "audit",
    "benjamini_hochberg",
    "build_index",
    "check_pack",
    "count_effect",
    "crude_rate",
    "difference",
    "face_gaps",
    "indicator",
    "indicators",
    "monthly_trend",
    "open",
    "rate_ratio",
    "rater_effects",
    "share_by_domain",
    "smoothed_rate",
    "standardise_face",
    "tie_bands",
]

_HOMES = {
    "AuditView": "app.view",
    "SurveyDesign": "core.survey",
    "area_means": "core.observers",
    "audit": "wiring",
    "benjamini_hochberg": "core.significance",
    "build_index": "core.index",
    "check_pack": "wiring",
    "count_effect": "core.evaluation.before_after",
    "crude_rate": "core.rates",
    "difference": "core.survey",
    "face_gaps": "core.gap",
    "indicator": "catalogue.find",
    "indicators": "catalogue.find",
    "monthly_trend": "core.temporal",
    "open": "wiring",
    "rate_ratio": "core.rates",
    "rater_effects": "core.observers",
    "share_by_domain": "core.survey",
    "smoothed_rate": "core.rates",
    "standardise_face": "core.gap",
    "tie_bands": "core.index",
}
_NAMES = {"open": "open_audit"}


def __getattr__(name: str) -> Any:
    """Load a name where it is first used: importing the package loads nothing else."""
    if name not in _HOMES:
        raise AttributeError(f"module 'convive' has no attribute {name!r}")
    found = getattr(import_module(f"convive.{_HOMES[name]}"), _NAMES.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
