"""Multilevel models of answers: areas, groups and people."""

from convive.core.multilevel.fit import MultilevelFit, fit_multilevel
from convive.core.multilevel.place_or_people import Lever, Part, VarianceSplit, split_variance

__all__ = ["Lever", "MultilevelFit", "Part", "VarianceSplit", "fit_multilevel", "split_variance"]
