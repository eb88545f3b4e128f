"""OSQP, set up once for each area, at a tolerance at which its answers can be compared."""

import numpy as np
import osqp
import synthetic_job
from scipy import sparse


def solve(donors: np.ndarray, target: np.ndarray) -> np.ndarray:
    n, periods = donors.shape
    # With the gaps as variables of their own the programme stays sparse.
    cost = sparse.block_diag([sparse.csc_matrix((n, n)), sparse.eye(periods)], format="csc")
    gaps = sparse.hstack([sparse.csc_matrix(donors.T), -sparse.eye(periods)])
    total = sparse.hstack([sparse.csc_matrix(np.ones((1, n))), sparse.csc_matrix((1, periods))])
    signs = sparse.hstack([sparse.eye(n), sparse.csc_matrix((n, periods))])
    rules = sparse.vstack([gaps, total, signs], format="csc")
    low = np.concatenate([target, [1.0], np.zeros(n)])
    high = np.concatenate([target, [1.0], np.full(n, np.inf)])
    problem = osqp.OSQP()
    problem.setup(
        cost, np.zeros(n + periods), rules, low, high,
        verbose=False, eps_abs=1e-6, eps_rel=1e-6, max_iter=50_000, polishing=True,
    )  # fmt: skip
    weights = np.maximum(problem.solve().x[:n], 0.0)
    return weights / weights.sum()


synthetic_job.run(solve, most=20)
