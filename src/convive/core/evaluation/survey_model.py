"""Change of answers between two waves in treated and comparison areas, with its error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.survey import SurveyDesign, kish_effective_n
from convive.core.survey.design import label_codes
from convive.core.survey.variance import domain_df, domain_variance, sums_by

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Booleans = NDArray[np.bool_]

SIDES = 2
"""Treated first, comparison second."""


@dataclass(frozen=True, slots=True, eq=False)
class SurveyWave:
    """The answers of one wave, and how those who gave them came in.

    Parameters
    ----------
    answers : array_like of float, shape (n_respondents,)
        1 yes and 0 no, or points of a scale; NaN where not answered.
    treated : array_like of bool, shape (n_respondents,)
        Who lives where the action was to take place; the others live in comparison areas.
    design : SurveyDesign
        Weights, strata and clusters of this wave.
    person : array_like, shape (n_respondents,), optional
        Labels by which people who answered in both waves are known again (a panel, or its part
        of the sample). Everybody has one, no label stands twice in a wave.
        Without labels, people asked again count as others, which is cautious.
    area : array_like, shape (n_respondents,), optional
        Labels of the areas that were treated or not, the same in both waves.
    response : (float or None, float or None)
        Share of those drawn who answered, in treated and in comparison areas; None: not known.
    """

    answers: ArrayLike
    treated: ArrayLike
    design: SurveyDesign
    person: ArrayLike | None = None
    area: ArrayLike | None = None
    response: tuple[float | None, float | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Cells:
    """Four cells: treated before, treated after, comparison before, comparison after."""

    mean: Floats
    """(4,): NaN where nobody answered."""
    n: Ints
    kish: Floats
    """(4,): respondents that weighting leaves."""
    spread: Floats
    """(4,): variance of one answer; for shares with one yes and one no added."""
    df: Ints
    """(4,): clusters minus strata."""


@dataclass(frozen=True, slots=True)
class Read:
    """Two checked waves; lists hold the earlier first."""

    answers: tuple[Floats, Floats]
    """NaN where somebody does not count."""
    side: tuple[Ints, Ints]
    """0 treated, 1 comparison, -1 nobody knows."""
    area: tuple[Ints, Ints] | None
    """Number of everybody's area, the same in both waves."""
    design: tuple[SurveyDesign, SurveyDesign]
    stacked: SurveyDesign | None
    """Both waves as one sample, where people or clusters are in both."""
    is_share: bool
    n_sides: int


@dataclass(frozen=True, slots=True)
class Changed:
    """Change in treated beyond that in comparison areas, in the unit of the answers."""

    size: float
    variance: float
    """Of sampling alone."""
    df: float
    cells: Cells
    scores: tuple[Floats, Floats]
    """Influence of every respondent on `size`."""


def read_waves(
    before: SurveyWave, after: SurveyWave, *, is_share: bool, same_clusters: bool
) -> Read:
    """Check two waves and return them side by side.

    Raises
    ------
    MethodError
        SURVEY_SHAPE, SURVEY_NOT_BINARY, CHANGE_AREA_SPLIT, CHANGE_PERSON_TWICE.
    """
    waves = (before, after)
    answers = tuple(_answers(wave, is_share=is_share) for wave in waves)
    side = tuple(_side_of(wave) for wave in waves)
    area = None
    if before.area is not None and after.area is not None:
        area = _shared_codes(before.area, after.area, [one.size for one in answers])
        _refuse_split_areas(np.concatenate(area), np.concatenate(side))
    n_sides = SIDES if any((one == 1).any() for one in side) else 1
    return Read(
        answers=(answers[0], answers[1]),
        side=(side[0], side[1]),
        area=area,
        design=(before.design, after.design),
        stacked=_stacked(before, after, same_clusters=same_clusters),
        is_share=is_share,
        n_sides=n_sides,
    )


def change_in(waves: Read, part: tuple[Booleans, Booleans] | None = None) -> Changed | None:
    """Return the change beyond that of the comparison areas, of everybody or of a part.

    Notes
    -----
    The four means are linearised: a respondent's influence is weight × (answer − mean) ÷ sum of
    weights of the cell, with the sign of the cell. Independent waves add their variances, each
    with its own strata, clusters, corrections and calibration; where people or clusters are in
    both, the variance is that of the stacked sample, in which a cluster's two sums are added
    first. Without a panel it is never below that of independent answers with these weights.

    References
    ----------
    .. [1] Lumley, T. (2010). Complex Surveys. Wiley, chapter 2 and appendix C.
    .. [2] Kish, L. (1965). Survey Sampling. Wiley, 12.4 (comparisons of overlapping samples).
    """
    cells, codes = _cells(waves, part)
    used = slice(0, 2 * waves.n_sides)
    if (cells.n[used] == 0).any():
        return None
    sign = np.array([-1.0, 1.0, 1.0, -1.0])
    scores = _scores(waves, cells, codes, sign)
    variance = variance_of(waves, scores)
    if waves.stacked is None:
        variance = max(variance, _independent(waves, cells))
    parts = cells.spread[used] / cells.kish[used]
    df = 0.0
    if (cells.df[used] >= 1).all() and parts.sum() > 0.0:
        df = float(parts.sum() ** 2 / np.sum(parts**2 / cells.df[used]))
        df = min(df, _most_df(waves, codes))
    size = float(np.sum((sign * np.nan_to_num(cells.mean))[used]))
    return Changed(size, variance, df, cells, scores)


def gap_variance(waves: Read, ours: Changed, theirs: Changed) -> float:
    """Return the sampling variance of the change of one group less that of another."""
    scores = tuple(own - other for own, other in zip(ours.scores, theirs.scores, strict=True))
    variance = variance_of(waves, (scores[0], scores[1]))
    if waves.stacked is not None:
        return variance
    return max(variance, _independent(waves, ours.cells) + _independent(waves, theirs.cells))


def _independent(waves: Read, cells: Cells) -> float:
    """Return the variance of the change if everybody had answered on their own."""
    used = slice(0, 2 * waves.n_sides)
    return float(np.sum(cells.spread[used] / cells.kish[used]))


def variance_of(waves: Read, scores: tuple[Floats, Floats]) -> float:
    """Return the sampling variance of a sum of influences over both waves."""
    if waves.stacked is not None:
        both = np.concatenate(scores)
        return float(domain_variance(waves.stacked, both, _everybody(both), 1)[0])
    each = (
        domain_variance(design, score, _everybody(score), 1)[0]
        for design, score in zip(waves.design, scores, strict=True)
    )
    return float(sum(each))


def _answers(wave: SurveyWave, *, is_share: bool) -> Floats:
    """Return checked answers; NaN also where the weight is 0."""
    answers = np.array(wave.answers, dtype=np.float64)
    weights = wave.design.weights
    if answers.shape != weights.shape or np.isinf(answers).any():
        raise MethodError("SURVEY_SHAPE", weights=weights.shape, y=answers.shape)
    known = answers[np.isfinite(answers)]
    if is_share and not np.all((known == 0) | (known == 1)):
        raise MethodError("SURVEY_NOT_BINARY")
    answers[weights <= 0] = np.nan
    return answers


def _side_of(wave: SurveyWave) -> Ints:
    """Return 0 for treated and 1 for comparison areas."""
    treated = np.asarray(wave.treated)
    if treated.shape != wave.design.weights.shape or treated.dtype != np.bool_:
        raise MethodError("SURVEY_SHAPE", weights=wave.design.weights.shape, group=treated.shape)
    return np.where(treated, 0, 1)


def _refuse_split_areas(area: Ints, side: Ints) -> None:
    """Refuse areas of which a part is treated and a part is compared with it."""
    split = np.unique(area[side == 0])
    n = int(np.isin(split, area[side == 1]).sum())
    if n:
        raise MethodError("CHANGE_AREA_SPLIT", n=n)


def _shared_codes(first: ArrayLike, second: ArrayLike, sizes: list[int]) -> tuple[Ints, Ints]:
    """Return labels of both waves as numbers; the same label has the same number."""
    parts = [np.asarray(one) for one in (first, second)]
    for part, size in zip(parts, sizes, strict=True):
        if part.shape != (size,):
            raise MethodError("SURVEY_SHAPE", expected=(size,), given=part.shape)
    codes = label_codes(np.concatenate([part.astype(object) for part in parts]), sum(sizes))
    return codes[: sizes[0]], codes[sizes[0] :]


def _stacked(before: SurveyWave, after: SurveyWave, *, same_clusters: bool) -> SurveyDesign | None:
    """Return both waves as one sample if anybody or any cluster is in both."""
    designs = (before.design, after.design)
    if same_clusters and designs[0].clusters is not None and designs[1].clusters is not None:
        units = _both([_first_stage(design.clusters, 0) for design in designs])
    elif before.person is not None and after.person is not None:
        units = _people(before.person, after.person, designs)
    else:
        return None
    strata = _both([_first_stage(design.strata, design.n_respondents) for design in designs])
    return SurveyDesign(_both([design.weights for design in designs]), strata, units)


def _people(
    first: ArrayLike, second: ArrayLike, designs: tuple[SurveyDesign, SurveyDesign]
) -> NDArray[Any]:
    """Return the units of a panel: the clusters where there are any, else the people."""
    codes = _shared_codes(first, second, [design.n_respondents for design in designs])
    for code in codes:
        if np.unique(code).size < code.size:
            raise MethodError("CHANGE_PERSON_TWICE", n=code.size - np.unique(code).size)
    if designs[0].clusters is not None and designs[1].clusters is not None:
        return _both([_first_stage(design.clusters, 0) for design in designs])
    return _both([code.astype(object) for code in codes])


def _first_stage(labels: ArrayLike | None, size: int) -> NDArray[Any]:
    """Return the labels of the first stage as words."""
    if labels is None:
        return np.full(size, "", dtype=object)
    values = np.asarray(labels)
    return (values if values.ndim == 1 else values[:, 0]).astype(str).astype(object)


def _both(labels: list[NDArray[Any]]) -> NDArray[Any]:
    """Return what belongs to both waves, one after the other."""
    return np.concatenate(labels)


def _cells(waves: Read, part: tuple[Booleans, Booleans] | None) -> tuple[Cells, list[Ints]]:
    """Return the four cells, and that of every respondent (-1: none), wave by wave."""
    mean, n, kish, spread, df = (np.zeros(4) for _ in range(5))
    codes = []
    for number in range(2):
        answers, design = waves.answers[number], waves.design[number]
        counts = np.isfinite(answers)
        if part is not None:
            counts &= part[number]
        side = np.where(counts, waves.side[number], -1)
        at = np.array([number, number + 2])
        met = side >= 0
        weight = sums_by(side[met], design.weights[met], SIDES)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = sums_by(side[met], (design.weights * answers)[met], SIDES) / weight
        own = kish_effective_n(design.weights, side, n_domains=SIDES)
        mean[at], kish[at] = value, own
        n[at] = np.bincount(side[met], minlength=SIDES)
        spread[at] = spread_in(waves, value, own, (side, answers, design.weights))
        df[at] = domain_df(design, side, SIDES)
        codes.append(np.where(met, 2 * side + number, -1))
    cells = Cells(mean, n.astype(np.int64), kish, spread, df.astype(np.int64))
    return cells, codes


def spread_in(
    waves: Read, value: Floats, kish: Floats, people: tuple[Ints, Floats, Floats]
) -> Floats:
    """Return the variance of one answer in each domain."""
    if waves.is_share:
        share = (kish * np.nan_to_num(value) + 1.0) / (kish + 2.0)
        return np.asarray(share * (1.0 - share))
    code, answers, weights = people
    met = code >= 0
    left = (answers[met] - value[code[met]]) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        total = sums_by(code[met], weights[met], value.size)
        found = sums_by(code[met], weights[met] * left, value.size) / total
        return np.where(kish > 1, found * kish / (kish - 1.0), np.nan)


def _scores(waves: Read, cells: Cells, codes: list[Ints], sign: Floats) -> tuple[Floats, Floats]:
    """Return the influence of every respondent."""
    found = []
    for number, code in enumerate(codes):
        weights, met = waves.design[number].weights, code >= 0
        total = sums_by(code[met], weights[met], 4)
        scores = np.zeros(code.size)
        here = code[met]
        left = waves.answers[number][met] - cells.mean[here]
        scores[met] = sign[here] * weights[met] * left / total[here]
        found.append(scores)
    return found[0], found[1]


def _most_df(waves: Read, codes: list[Ints]) -> float:
    """Return clusters minus strata among all who count."""
    if waves.stacked is not None:
        met = np.where(np.concatenate(codes) >= 0, 0, -1)
        return float(domain_df(waves.stacked, met, 1)[0])
    each = (
        domain_df(design, np.where(code >= 0, 0, -1), 1)[0]
        for design, code in zip(waves.design, codes, strict=True)
    )
    return float(sum(each))


def _everybody(scores: Floats) -> Ints:
    return np.zeros(scores.size, dtype=np.int64)
