"""SciPy's SLSQP with gradients, as most packages of synthetic control call it."""

import numpy as np
import synthetic_job
from scipy.optimize import minimize


def solve(donors: np.ndarray, target: np.ndarray) -> np.ndarray:
    n = donors.shape[0]
    scale = float(target @ target)
    found = minimize(
        lambda w: ((target - w @ donors) ** 2).sum() / scale,
        np.full(n, 1 / n),
        jac=lambda w: -2 * donors @ (target - w @ donors) / scale,
        bounds=[(0, 1)] * n,
        constraints={"type": "eq", "fun": lambda w: w.sum() - 1, "jac": np.ones_like},
        method="SLSQP",
        options={"ftol": 1e-12, "maxiter": 1000},
    )
    return found.x


synthetic_job.run(solve, most=2)
