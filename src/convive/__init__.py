"""Convive: the open workbench for urban security, as a library.

>>> import convive
>>> estimate = convive.crude_rate([12], [4000.0])
>>> round(float(estimate.rate[0]), 1)
3.0

Open a finished audit with ``convive.open("my-city/build")``. The methods stand in namespaces:
``convive.survey``, ``space``, ``time``, ``index``, ``opinion``, ``small_area``, ``multilevel``,
``significance``; those used most are here as well.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from convive.app.view import AuditView
    from convive.catalogue.find import indicator, indicators
    from convive.core import index as index
    from convive.core import multilevel as multilevel
    from convive.core import opinion as opinion
    from convive.core import significance as significance
    from convive.core import small_area as small_area
    from convive.core import space as space
    from convive.core import survey as survey
    from convive.core import temporal as time
    from convive.core.agreement import cohen_kappa, krippendorff_alpha
    from convive.core.dark_figure import dark_figure
    from convive.core.double_rating import plan_double_rating, stops_for_kappa
    from convive.core.evaluation import count_effect
    from convive.core.funnel import funnel
    from convive.core.gap import face_gaps, standardise_face
    from convive.core.index import build_index, target_probability, tie_bands
    from convive.core.joint_gap import joint_gaps
    from convive.core.multilevel import split_variance
    from convive.core.observers import area_means, rater_effects
    from convive.core.opinion import opinion_landscape
    from convive.core.rates import crude_rate, rate_ratio, smoothed_rate
    from convive.core.representativeness import (
        ConvenienceSample,
        ProbabilitySample,
        compare_with_population,
        r_indicator,
    )
    from convive.core.significance import benjamini_hochberg
    from convive.core.small_area import fay_herriot
    from convive.core.standardisation import directly_standardised, indirectly_standardised
    from convive.core.survey import (
        Margin,
        SurveyDesign,
        difference,
        plan_survey,
        rake,
        share_by_domain,
    )
    from convive.core.temporal import forecast, monthly_trend, unusual_periods
    from convive.wiring import audit, check_pack, open_audit

    open = open_audit  # noqa: A001

__version__ = "0.1.0"

__all__ = [
    "AuditView",
    "ConvenienceSample",
    "Margin",
    "ProbabilitySample",
    "SurveyDesign",
    "area_means",
    "audit",
    "benjamini_hochberg",
    "build_index",
    "check_pack",
    "cohen_kappa",
    "compare_with_population",
    "count_effect",
    "crude_rate",
    "dark_figure",
    "difference",
    "directly_standardised",
    "face_gaps",
    "fay_herriot",
    "forecast",
    "funnel",
    "index",
    "indicator",
    "indicators",
    "indirectly_standardised",
    "joint_gaps",
    "krippendorff_alpha",
    "monthly_trend",
    "multilevel",
    "open",
    "opinion",
    "opinion_landscape",
    "plan_double_rating",
    "plan_survey",
    "r_indicator",
    "rake",
    "rate_ratio",
    "rater_effects",
    "share_by_domain",
    "significance",
    "small_area",
    "smoothed_rate",
    "space",
    "split_variance",
    "standardise_face",
    "stops_for_kappa",
    "survey",
    "target_probability",
    "tie_bands",
    "time",
    "unusual_periods",
]

_HOMES = {
    "area_means": "core.observers",
    "audit": "wiring",
    "benjamini_hochberg": "core.significance",
    "build_index": "core.index",
    "check_pack": "wiring",
    "cohen_kappa": "core.agreement",
    "compare_with_population": "core.representativeness",
    "count_effect": "core.evaluation.before_after",
    "crude_rate": "core.rates",
    "dark_figure": "core.dark_figure",
    "difference": "core.survey",
    "directly_standardised": "core.standardisation",
    "face_gaps": "core.gap",
    "fay_herriot": "core.small_area",
    "forecast": "core.temporal",
    "funnel": "core.funnel",
    "indicator": "catalogue.find",
    "indicators": "catalogue.find",
    "indirectly_standardised": "core.standardisation",
    "joint_gaps": "core.joint_gap",
    "krippendorff_alpha": "core.agreement",
    "monthly_trend": "core.temporal",
    "open": "wiring",
    "opinion_landscape": "core.opinion",
    "plan_double_rating": "core.double_rating",
    "plan_survey": "core.survey",
    "r_indicator": "core.representativeness",
    "rake": "core.survey",
    "rate_ratio": "core.rates",
    "rater_effects": "core.observers",
    "share_by_domain": "core.survey",
    "smoothed_rate": "core.rates",
    "split_variance": "core.multilevel",
    "standardise_face": "core.gap",
    "stops_for_kappa": "core.double_rating",
    "target_probability": "core.index",
    "tie_bands": "core.index",
    "unusual_periods": "core.temporal",
    "AuditView": "app.view",
    "ConvenienceSample": "core.representativeness",
    "Margin": "core.survey",
    "ProbabilitySample": "core.representativeness",
    "SurveyDesign": "core.survey",
}
_NAMES = {"open": "open_audit"}
_NAMESPACES = {
    "index": "core.index",
    "multilevel": "core.multilevel",
    "opinion": "core.opinion",
    "significance": "core.significance",
    "small_area": "core.small_area",
    "space": "core.space",
    "survey": "core.survey",
    "time": "core.temporal",
}


def __getattr__(name: str) -> Any:
    """Load a name where it is first used: importing the package loads nothing else."""
    if name in _NAMESPACES:
        globals()[name] = import_module(f"convive.{_NAMESPACES[name]}")
        return globals()[name]
    if name not in _HOMES:
        raise AttributeError(f"module 'convive' has no attribute {name!r}")
    found = getattr(import_module(f"convive.{_HOMES[name]}"), _NAMES.get(name, name))
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
