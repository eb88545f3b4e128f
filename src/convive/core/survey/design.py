"""The design of a survey: weights, strata, clusters and finite population corrections."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.survey.auxiliaries import Calibration

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of sampling, as codes per respondent and per unit.

    `unit` numbers the sampled units 0 … n_units - 1; `stratum_of_unit` and `fraction_of_unit`
    (sampling fraction, 0 where no correction applies) have shape (n_units,);
    `weight_of_stratum` is the product of the sampling fractions of the earlier stages.
    """

    unit: IntArray
    stratum_of_unit: IntArray
    units_in_stratum: IntArray
    fraction_of_stratum: FloatArray
    weight_of_stratum: FloatArray

    @property
    def n_units(self) -> int:
        """Number of sampled units."""
        return int(self.stratum_of_unit.size)


@dataclass(frozen=True, slots=True, eq=False)
class SurveyDesign:
    """How the respondents came into the survey.

    Parameters
    ----------
    weights : array_like of float, shape (n_respondents,)
        Design or calibrated weights, 0 or more; only their proportions matter for shares.
    strata : array_like, shape (n_respondents,), optional
        Labels of any type; None is one stratum.
    clusters : array_like, shape (n_respondents,) or (n_respondents, n_stages), optional
        Labels of the sampling units, stage by stage; None means that respondents were drawn
        singly. A label that occurs in two strata means two clusters.
    fpc : array_like, same shape as `clusters` (or (n_respondents,)), optional
        Units in the population, per stratum (stage 1) or per parent unit (stage 2): finite
        population correction. Without it, sampling counts as with replacement and only the
        first stage matters (ultimate clusters), as is usual.
    calibration : Calibration, optional
        How the weights were calibrated, so that variances know it; set by
        `convive.core.survey.calibrate` and its kin, never by hand. Weights that somebody else
        calibrated come without it: their standard errors are cautious, as if uncalibrated.

    Raises
    ------
    MethodError
        SURVEY_SHAPE, SURVEY_BAD_WEIGHT, SURVEY_MISSING_LABEL, SURVEY_BAD_FPC.
    """

    weights: FloatArray
    strata: ArrayLike | None = None
    clusters: ArrayLike | None = None
    fpc: ArrayLike | None = None
    calibration: Calibration | None = field(default=None, repr=False)
    stages: tuple[Stage, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Check the parts and number strata and units once, for all estimates."""
        weights = np.asarray(self.weights, dtype=float)
        if weights.ndim != 1:
            raise MethodError("SURVEY_SHAPE", weights=weights.shape)
        if not np.all(np.isfinite(weights) & (weights >= 0)):
            raise MethodError("SURVEY_BAD_WEIGHT", n=int(np.sum(~(weights >= 0))))
        object.__setattr__(self, "weights", weights)
        stratum = np.zeros(weights.size, dtype=np.int64)
        if self.strata is not None:
            stratum = label_codes(self.strata, weights.size)
        object.__setattr__(self, "stages", self._stages(stratum))

    @property
    def n_respondents(self) -> int:
        """Number of rows, those with weight 0 included."""
        return int(self.weights.size)

    @property
    def psu(self) -> IntArray:
        """Number of each respondent's primary sampling unit."""
        return self.stages[0].unit

    @property
    def stratum(self) -> IntArray:
        """Number of each respondent's stratum."""
        return self.stages[0].stratum_of_unit[self.stages[0].unit]

    def _stages(self, stratum: IntArray) -> tuple[Stage, ...]:
        """Return the units of each stage numbered within those of the one before."""
        n = self.n_respondents
        labels = self._by_stage(self.clusters, np.arange(n))
        sizes = self._by_stage(self.fpc, None)
        stages: list[Stage] = []
        earlier = np.ones(n)
        parent = stratum
        for number, label in enumerate(labels):
            size = sizes[number] if number < len(sizes) else None
            stage = _stage(parent, label_codes(label, n), size, earlier)
            stages.append(stage)
            fraction = stage.fraction_of_stratum[stage.stratum_of_unit][stage.unit]
            earlier = earlier * fraction
            parent = stage.unit
            if not np.any(earlier > 0):  # with replacement: later stages add nothing
                break
        return tuple(stages)

    def _by_stage(self, values: ArrayLike | None, default: IntArray | None) -> list[ArrayLike]:
        """Return one array per stage."""
        if values is None:
            return [] if default is None else [default]
        columns = np.asarray(values)
        if columns.shape[:1] != (self.n_respondents,) or columns.ndim > 2:
            raise MethodError("SURVEY_SHAPE", weights=self.weights.shape, given=columns.shape)
        return [columns] if columns.ndim == 1 else list(columns.T)


def label_codes(labels: ArrayLike, n: int) -> IntArray:
    """Return labels of any type as numbers from 0, in sorted order; missing ones are refused."""
    values = np.asarray(labels)
    if values.shape != (n,):
        raise MethodError("SURVEY_SHAPE", expected=(n,), given=values.shape)
    is_missing = values == None if values.dtype == object else values != values  # noqa: E711, PLR0124
    if np.any(is_missing):
        raise MethodError("SURVEY_MISSING_LABEL", n=int(np.sum(is_missing)))
    if values.dtype == object:
        values = values.astype(str)
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _stage(parent: IntArray, label: IntArray, size: ArrayLike | None, earlier: FloatArray) -> Stage:
    """Build a stage: units are distinct pairs of parent and label."""
    span = int(label.max(initial=0)) + 1
    pairs, first, unit = np.unique(parent * span + label, return_index=True, return_inverse=True)
    stratum_of_unit = pairs // span
    n_strata = int(parent.max(initial=-1)) + 1
    units = np.bincount(stratum_of_unit, minlength=n_strata)
    fraction = np.zeros(n_strata)
    if size is not None:
        fraction[stratum_of_unit] = _fractions(size, first, units[stratum_of_unit])
    weight = np.ones(n_strata)
    weight[stratum_of_unit] = earlier[first]
    return Stage(unit.astype(np.int64), stratum_of_unit, units, fraction, weight)


def _fractions(size: ArrayLike, first: IntArray, sampled: IntArray) -> FloatArray:
    """Return the sampling fraction of each unit's stratum from population sizes."""
    sizes = np.asarray(size, dtype=float)[first]
    if np.any(np.isnan(sizes)) or np.any(sizes < sampled):
        raise MethodError("SURVEY_BAD_FPC", n=int(np.sum(~(sizes >= sampled))))
    return np.asarray(sampled / sizes)
