"""A town's survey for R: strata, clusters, two stages, groups, margins, minutes and answers."""

from __future__ import annotations

import numpy as np

N_STRATA, CLUSTERS, PEOPLE = 5, 12, 6
POPULATION = {
    "age": {"16-29": 3100.0, "30-49": 5200.0, "50-64": 4300.0, "65+": 3400.0},
    "sex": {"m": 7700.0, "w": 8300.0},
}
INCOME = 361_000.0


def inputs() -> dict[str, dict[str, object]]:
    """Return tables by name, the same each time."""
    rng = np.random.default_rng(20_260)
    shape = (N_STRATA, CLUSTERS, PEOPLE)
    n = int(np.prod(shape))
    stratum, cluster, _ = (part.ravel() for part in np.indices(shape))
    in_cluster = np.round(rng.uniform(20, 60, (N_STRATA, CLUSTERS)))[stratum, cluster]
    size = np.array([40, 60, 90, 30, 50])[stratum]
    effect = rng.normal(0, 0.5, (N_STRATA, CLUSTERS))[stratum, cluster]
    age = rng.choice(4, n, p=[0.15, 0.3, 0.3, 0.25])
    sex = rng.integers(0, 2, n)
    unsafe = rng.uniform(size=n) < 1 / (1 + np.exp(1.2 - effect - 0.8 * sex + 0.2 * age))
    minutes = np.round(np.exp(rng.normal(3 + 0.3 * effect, 0.6)), 1)
    income = np.round(rng.normal(20 + 2 * age, 4, n), 2)
    invited = rng.integers(0, 4, 1500), rng.integers(0, 3, 1500)
    chance = 1 / (1 + np.exp(0.3 - 0.35 * invited[0] + 0.4 * (invited[1] == 1)))
    return {
        "town": {
            "stratum": stratum,
            "cluster": stratum * 100 + cluster,
            "person": np.arange(n),
            "fpc1": size,
            "fpc2": in_cluster,
            "weight": 1.5 * size / CLUSTERS * in_cluster / PEOPLE,
            "pair": (stratum * 100 + cluster) // 2,
            "area": (cluster + stratum) % 7,
            "age": np.array(list(POPULATION["age"]))[age],
            "sex": np.array(list(POPULATION["sex"]))[sex],
            "unsafe": unsafe.astype(int),
            "minutes": minutes,
            "income": income,
        },
        "invited": {
            "age": invited[0],
            "area": invited[1],
            "weight": np.round(rng.uniform(0.5, 2, 1500), 3),
            "answered": (rng.uniform(size=1500) < chance).astype(int),
        },
    }
