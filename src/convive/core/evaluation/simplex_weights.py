"""Weights that make a mixture of donors look like a target: none below 0, together 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from convive.core.errors import MethodError
from convive.core.evaluation.simplex_kernel import mix_all

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def simplex_weights(
    donors: ArrayLike, targets: ArrayLike, *, banned: ArrayLike | None = None
) -> Floats:
    """Return for each target the mixture of donors that lies nearest to it.

    Use it wherever areas are to be mixed: many targets share the products of the donors with
    each other, so that a thousand placebos take a second or two.

    Parameters
    ----------
    donors : array_like of float, shape (n_donors, n_features)
        What is compared, e.g. rates of the periods before the start.
    targets : array_like of float, shape (n_targets, n_features)
    banned : array_like of bool, shape (n_targets, n_donors), optional
        Donors that a target may not use, e.g. itself.

    Returns
    -------
    array of float, shape (n_targets, n_donors)
        Weights from 0 to 1 that add up to 1.

    Raises
    ------
    MethodError
        EFFECT_SHAPE where shapes differ or numbers are missing; SYNTHETIC_NO_DONORS where a
        target has no donor that it may use.

    Notes
    -----
    An active set: the donor that helps most enters, those whose weight would fall below 0 leave,
    and the rest is solved exactly. Where several mixtures fit perfectly, it returns one of them.

    References
    ----------
    .. [1] Wolfe, P. (1976). Finding the nearest point in a polytope. Mathematical Programming
       11, 128-149.

    Examples
    --------
    >>> simplex_weights([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]], [[1.0, 2.0]]).round(2).tolist()
    [[0.25, 0.25, 0.5]]
    """
    points = np.atleast_2d(np.asarray(donors, dtype=np.float64))
    aims = np.atleast_2d(np.asarray(targets, dtype=np.float64))
    is_known = np.isfinite(points).all() and np.isfinite(aims).all()
    if points.shape[1] != aims.shape[1] or not is_known:
        raise MethodError("EFFECT_SHAPE", donors=points.shape, targets=aims.shape)
    out = _shapes(points, aims, banned)
    # Taken from the middle of the donors, products lose fewer digits; mixtures stay the same.
    middle = points.mean(axis=0)
    points, aims = points - middle, aims - middle
    gram = points @ points.T
    cross = aims @ points.T
    if banned is not None:
        cross[np.asarray(banned, dtype=bool)] = -np.inf
    own = np.einsum("ij,ij->i", aims, aims)
    mix_all(gram, cross, own, min(points.shape[0], points.shape[1] + 2), out)
    return out


def _shapes(points: Floats, aims: Floats, banned: ArrayLike | None) -> Floats:
    """Return room for the weights, or refuse."""
    shape = (aims.shape[0], points.shape[0])
    if banned is not None and np.shape(banned) != shape:
        raise MethodError("EFFECT_SHAPE", expected=shape, given=np.shape(banned))
    if shape[1] == 0 or (banned is not None and np.all(banned, axis=1).any()):
        raise MethodError("SYNTHETIC_NO_DONORS")
    return np.zeros(shape)
