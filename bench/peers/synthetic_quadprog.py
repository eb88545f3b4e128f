"""Quadprog (Goldfarb and Idnani) on the usual quadratic programme; it needs a small ridge."""

import numpy as np
import quadprog
import synthetic_job


def solve(donors: np.ndarray, target: np.ndarray) -> np.ndarray:
    n = donors.shape[0]
    gram = donors @ donors.T
    gram += 1e-9 * np.trace(gram) / n * np.eye(n)
    limits = np.vstack([np.ones(n), np.eye(n)]).T
    return quadprog.solve_qp(gram, donors @ target, limits, np.r_[1.0, np.zeros(n)], 1)[0]


synthetic_job.run(solve, most=20)
