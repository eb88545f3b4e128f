"""Plain NumPy: the prospective Poisson scan as one writes it down, some replications, scaled."""

from pathlib import Path

import measure
import numpy as np

N_REPLICATIONS = 5


def prepare(folder: Path):
    town = measure.table(folder, "town")
    expected, order, sizes = town["expected"], town["order"], town["sizes"]
    longest, total = int(town["longest"]), int(town["cases"].sum())
    share = (expected / expected.sum()).ravel()
    backwards = expected[:, ::-1].cumsum(axis=1)[:, :longest] * total / expected.sum()
    mu = [np.cumsum(backwards[ids[:k]], axis=0) for ids, k in zip(order, sizes, strict=True)]

    def highest(cases: np.ndarray) -> float:
        back = cases[:, ::-1].cumsum(axis=1)[:, :longest]
        best = 0.0
        for centre, (ids, k) in enumerate(zip(order, sizes, strict=True)):
            c, m = np.cumsum(back[ids[:k]], axis=0), mu[centre]
            with np.errstate(divide="ignore", invalid="ignore"):
                outside = np.where(c < total, (total - c) * np.log((total - c) / (total - m)), 0.0)
                ratio = np.where(c > m, c * np.log(c / m) + outside, 0.0)
            best = max(best, float(ratio.max()))
        return best

    def work():
        rng = np.random.default_rng(1)
        drawn = [
            highest(rng.multinomial(total, share).reshape(expected.shape))
            for _ in range(N_REPLICATIONS)
        ]
        return {"observed": np.array([highest(town["cases"])]), "drawn": np.array(drawn)}

    return work


measure.run(prepare, part=(N_REPLICATIONS + 1) / 1000)
