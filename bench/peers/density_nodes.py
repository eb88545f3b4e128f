"""scipy and scikit-learn: the density at some nodes of the grid, scaled to all of them."""

import sys
from pathlib import Path

import measure
import numpy as np
from scipy.stats import gaussian_kde
from sklearn.neighbors import KernelDensity

N_NODES = {"scipy": 10, "sklearn": 100}


def prepare(folder: Path):
    given, grid = measure.table(folder, "points"), measure.table(folder, "grid")
    nodes = measure.table(folder, "nodes")
    points = np.column_stack([given["x"], given["y"]])
    bandwidth = float(grid["bandwidth"])
    at = np.column_stack([nodes["x"], nodes["y"]])[: N_NODES[_peer()]]

    class Fixed(gaussian_kde):
        """With a bandwidth in metres: its own is relative to the spread of the points."""

        def _compute_covariance(self):
            self.factor = bandwidth
            self.covariance = np.eye(2) * bandwidth**2
            self.cho_cov = np.eye(2) * bandwidth
            self.log_det = 2 * np.log(bandwidth * np.sqrt(2 * np.pi))

    def by_scipy():
        return {"nodes": Fixed(points.T)(at.T) * len(points)}

    def by_sklearn():
        kde = KernelDensity(bandwidth=bandwidth, rtol=1e-4, algorithm="kd_tree").fit(points)
        return {"nodes": np.exp(kde.score_samples(at)) * len(points)}

    return {"scipy": by_scipy, "sklearn": by_sklearn}[_peer()]


def _peer() -> str:
    return Path(sys.argv[3]).name.partition("-")[2]


measure.run(prepare, part=N_NODES[_peer()] / 512**2)
