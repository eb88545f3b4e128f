"""Do an area's faces of security agree at all? One test of all faces, before any pair is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize

from convive.core.errors import MethodError
from convive.core.gap import MARGIN, FaceScores
from convive.core.significance import benjamini_hochberg, chi_square_p

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class JointGap:
    """All faces of every area together; arrays of shape (n_areas,)."""

    faces: tuple[str, ...]
    statistic: Floats
    p: Floats
    """Of "all faces agree up to the margin"; NaN with fewer than two faces."""
    q: Floats
    """The same over all areas (Benjamini and Hochberg)."""
    n_faces: NDArray[np.int64]
    odd_one: tuple[str | None, ...]
    """Face whose leaving out takes most of the disagreement away; None where nothing is tested."""


def joint_gaps(faces: Mapping[str, FaceScores], *, margin: float = MARGIN) -> JointGap:
    """Return for each area a test of "recorded, experienced, felt and observed agree".

    They agree where all of them lie within `margin` of one another. The statistic is the squared
    distance (in standard errors) to the nearest set of scores that agree; it is compared with the
    chi-square distribution with faces minus one degrees of freedom, which is exact without a
    margin and cautious with one. Name a pair only where this test has found something: then no
    more than the stated share of areas is named wrongly, however many pairs there are.

    Errors of faces are taken as independent; two items of one survey are not, which makes the
    test cautious too where they are positively related.

    Raises
    ------
    MethodError
        FACE_SHAPE where faces cover different numbers of areas; JOINT_GAP_FACES with fewer than
        two faces that have a scale.

    References
    ----------
    .. [1] Perlman, M. D. (1969). One-sided testing problems in multivariate analysis. Annals of
       Mathematical Statistics 40, 549-567.
    """
    usable = {
        face: (one.scores, one.standard_errors)
        for face, one in faces.items()
        if one.scores is not None and one.standard_errors is not None
    }
    if len(usable) < 2:
        raise MethodError("JOINT_GAP_FACES", n=len(usable))
    if len({scores.size for scores, _ in usable.values()}) > 1:
        raise MethodError("FACE_SHAPE", faces=sorted(usable))
    scores = np.column_stack([score for score, _ in usable.values()])
    errors = np.column_stack([error for _, error in usable.values()])
    known = np.isfinite(scores) & np.isfinite(errors)
    n_faces = known.sum(axis=1)
    names = tuple(usable)
    statistic = np.full(len(scores), np.nan)
    odd: list[str | None] = [None] * len(scores)
    for i in np.flatnonzero(n_faces >= 2):
        at = np.flatnonzero(known[i])
        statistic[i] = distance_to_agreement(scores[i, at], errors[i, at], margin)
        left = [_without(scores[i, at], errors[i, at], j, margin) for j in range(at.size)]
        odd[i] = names[at[int(np.argmin(left))]] if at.size > 2 else None
    p = np.asarray(chi_square_p(statistic, n_faces - 1))
    return JointGap(names, statistic, p, benjamini_hochberg(p), n_faces, tuple(odd))


def _without(scores: Floats, errors: Floats, left_out: int, margin: float) -> float:
    keep = np.arange(scores.size) != left_out
    return distance_to_agreement(scores[keep], errors[keep], margin)


def distance_to_agreement(scores: Floats, errors: Floats, margin: float) -> float:
    """Return the least sum of squared steps, in errors, that brings scores within the margin.

    Examples
    --------
    >>> import numpy as np
    >>> distance_to_agreement(np.array([0.0, 0.4]), np.array([0.1, 0.1]), 0.5)
    0.0
    >>> round(distance_to_agreement(np.array([0.0, 2.0]), np.array([0.5, 0.5]), 0.0), 6)
    8.0
    """

    def beyond(middle: float) -> float:
        steps = np.maximum(np.abs(scores - middle) - margin / 2.0, 0.0) / errors
        return float(np.sum(steps**2))

    low, high = float(scores.min()), float(scores.max())
    if high - low <= margin:
        return 0.0
    found = optimize.minimize_scalar(beyond, bounds=(low, high), method="bounded",
                                     options={"xatol": 1e-10})  # fmt: skip
    return float(found.fun)
