"""The statistics against the packages that people use for them, in the same run."""

from __future__ import annotations

import os
from functools import partial

import numpy as np
import shapely
from method_peers import Answer, ask, best, inputs, rows_of
from options import Options

from convive.core.scan import ScanOptions, ScanWindows, circular_zones, scan_space_time
from convive.core.spatial.density import kernel_density
from convive.core.spatial.density_grid import lay_grid
from convive.core.spatial.local_statistics import local_getis_ord, local_moran
from convive.core.spatial.neighbours import nearest
from convive.core.survey import Margin, SurveyDesign, mean_by_domain, rake

HEAD = "| job | who | s | ÷ ours | agreement |\n|---|---|--:|--:|---|"
N_GRID, SIDE, BANDWIDTH = 512, 12_800.0, 150.0
N_DOMAINS, N_PEOPLE = 1000, 100_000


def run(options: Options) -> str:
    """Time every method and its peers, and return the section."""
    rows = [*_local(options), *_survey(options), *_density(options), *_scan(options)]
    about = (
        "Least of the repeats; compiled or loaded before the clock starts. What takes a peer very long "
        "is done in part and scaled, which is said. Agreement is with our numbers."
    )
    return "\n".join(["## Statistics", "", about, "", HEAD, *rows, ""])


def _local(options: Options) -> list[str]:
    rows = []
    for n in (1_000, 10_000):
        rng = np.random.default_rng(20261121)
        x, y = rng.random(n) * 1e4, rng.random(n) * 1e4
        value = 10 + np.sin(x / 1500) + np.cos(y / 2000) + rng.normal(0, 0.8, n)
        links = nearest(x, y, k=6)
        pairs = {"from": links.owner, "to": links.index}
        packed = {"start": links.start, "index": links.index}
        for variant, job in {
            "moran": lambda v=value, w=links: local_moran(
                v, w, np.random.default_rng(1), permutations=999
            ),
            "getis": lambda v=value, w=links: local_getis_ord(
                v, w, np.random.default_rng(1), permutations=999
            ),
        }.items():
            seconds, ours = best(job, options.repeats)
            with (
                inputs(areas={"value": value}, links=pairs) as for_r,
                inputs(areas={"value": value}, links=packed) as for_python,
            ):
                peers = {
                    "esda": ask("local_esda", variant, for_python, options),
                    "R spdep": ask("local_spdep", variant, for_r, options),
                }
            name = {"moran": "local Moran's I", "getis": "Gi*"}[variant]
            label = f"{name}, {n:,} areas, 999 permutations"
            rows += rows_of(label, seconds, peers, partial(_alike, ours.statistic, ours.p))
    return rows


def _alike(statistic: np.ndarray, p: np.ndarray, peer: Answer) -> str:
    r = np.corrcoef(statistic, peer.values["statistic"])[0, 1]
    told = f"r of statistics {r:.6f}"
    if "p" in peer.values:
        folded = np.minimum(1.0, 2 * peer.values["p"])
        told += f", r of p {np.corrcoef(p, folded)[0, 1]:.4f} (its p are one-sided)"
    return told


def _survey(options: Options) -> list[str]:
    rng = np.random.default_rng(20261122)
    stratum = rng.integers(0, 50, N_PEOPLE)
    people = {
        "stratum": stratum,
        "psu": stratum * 100 + rng.integers(0, 40, N_PEOPLE),
        "weight": rng.uniform(0.5, 2.0, N_PEOPLE),
        "domain": rng.integers(0, N_DOMAINS, N_PEOPLE),
        "y": (rng.random(N_PEOPLE) < 0.26).astype(float),
        "age": rng.integers(0, 8, N_PEOPLE),
        "sex": rng.integers(0, 2, N_PEOPLE),
        "district": rng.integers(0, 5, N_PEOPLE),
    }
    cells = {"age": 8, "sex": 2, "district": 5}
    shares = {name: rng.uniform(0.8, 1.2, k) for name, k in cells.items()}
    totals = {name: 200_000 * share / share.sum() for name, share in shares.items()}
    listed = {
        "margin": np.repeat(list(cells), list(cells.values())),
        "cell": np.concatenate([np.arange(k) for k in cells.values()]),
        "total": np.concatenate(list(totals.values())),
    }
    design = SurveyDesign(people["weight"], people["stratum"], people["psu"])
    margins = [Margin(n, people[n], dict(enumerate(totals[n]))) for n in cells]
    rows = []
    for variant, chosen in {"plain": design, "raked": rake(design, margins)}.items():
        seconds, ours = best(
            lambda d=chosen: mean_by_domain(d, people["y"], people["domain"]), options.repeats
        )
        with inputs(people=people, totals=totals) as one, inputs(people=people, totals=listed) as r:
            peers = {
                "svy": ask("survey_svy", variant, one, options),
                "R survey": ask("survey_r", variant, r, options),
            }
        label = f"survey mean and error of {N_DOMAINS:,} domains, {N_PEOPLE:,} people, {variant}"
        rows += rows_of(label, seconds, peers, partial(_same, ours))
    return rows


def _same(ours: object, peer: Answer) -> str:
    n = len(peer.values["value"])
    value = np.max(np.abs(peer.values["value"] / ours.value[:n] - 1))
    error = np.max(np.abs(peer.values["se"] / ours.se[:n] - 1))
    return f"largest relative difference {value:.0e}, of errors {error:.0e}"


def _density(options: Options) -> list[str]:
    rng = np.random.default_rng(20261123)
    centres = rng.uniform(0.1, 0.9, (40, 2)) * SIDE
    points = centres[rng.integers(0, 40, 1_200_000)] + rng.normal(0, 700, (1_200_000, 2))
    inside = ((points > 0) & (points < SIDE)).all(axis=1)
    points = points[inside][:1_000_000]
    grid = lay_grid(shapely.box(0, 0, SIDE, SIDE), cell=SIDE / N_GRID)
    seconds, ours = best(
        lambda: kernel_density(points, grid, bandwidth=BANDWIDTH, edge="none"), options.repeats
    )
    axis = (np.arange(N_GRID) + 0.5) * SIDE / N_GRID
    at = rng.integers(0, N_GRID, (200, 2))
    nodes = np.column_stack([axis[at[:, 0]], axis[at[:, 1]]])
    exact = np.array([_exact(node, points) for node in nodes])
    mine = _of_town(ours.per_km2)[at[:, 1], at[:, 0]] / 1e6
    own = np.max(np.abs(mine - exact)) / exact.max()
    columns = {"x": points[:, 0], "y": points[:, 1]}
    for_python = {"x": axis, "y": axis, "bandwidth": np.array(BANDWIDTH)}
    for_r = {k: np.array(v) for k, v in {"low": 0.0, "side": SIDE, "n": N_GRID,
                                         "bandwidth": BANDWIDTH}.items()}  # fmt: skip
    spots = {"x": nodes[:, 0], "y": nodes[:, 1]}
    with (
        inputs(points=columns, grid=for_python, nodes=spots) as folder,
        inputs(points=columns, grid=for_r) as r_folder,
    ):
        peers = {
            "KDEpy": ask("density_kdepy", "fft", folder, options),
            "scipy": ask("density_nodes", "scipy", folder, options),
            "scikit-learn": ask("density_nodes", "sklearn", folder, options),
            "R spatstat": ask("density_spatstat", "ppp", r_folder, options),
        }

    def error(peer: Answer) -> str:
        if "nodes" in peer.values:
            found = peer.values["nodes"]
        else:
            found = peer.values.get("density", peer.values.get("table"))[at[:, 1], at[:, 0]]
        wrong = np.max(np.abs(found - exact[: len(found)])) / exact.max()
        return f"largest error {wrong:.1e} of the peak; ours {own:.1e}"

    label = f"density of a million points, {N_GRID} × {N_GRID}"
    return rows_of(label, seconds, peers, error)


def _exact(node: np.ndarray, points: np.ndarray) -> float:
    squared = ((points - node) ** 2).sum(axis=1)
    return float(np.exp(-0.5 * squared / BANDWIDTH**2).sum() / (2 * np.pi * BANDWIDTH**2))


def _of_town(values: np.ndarray) -> np.ndarray:
    """Return the cells of the square without the empty rim that the grid has."""
    rows = np.flatnonzero(np.isfinite(values).any(axis=1))
    return values[rows[0] : rows[0] + N_GRID, rows[0] : rows[0] + N_GRID]


def _scan(options: Options) -> list[str]:
    rng = np.random.default_rng(20261124)
    n_areas, n_months, longest = 1000, 60, 30
    points = rng.random((n_areas, 2)) * 1e4
    residents = rng.uniform(500, 3000, n_areas)
    expected = np.repeat(residents[:, None], n_months, axis=1)
    cases = rng.poisson(expected / expected.mean() * 1.5)
    zones = circular_zones(points, residents, max_share=0.5)
    chosen = ScanOptions(n_replications=999, dispersion=1.0, n_threads=os.cpu_count() or 1)
    seconds, ours = best(
        lambda: scan_space_time(
            cases, expected, zones, windows=ScanWindows(longest),
            rng=np.random.default_rng(1), options=chosen,
        ),
        1,
    )  # fmt: skip
    distance = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    order = np.argsort(distance, axis=1, kind="stable")
    sizes = (np.cumsum(residents[order], axis=1) <= 0.5 * residents.sum()).sum(axis=1)
    town = {"cases": cases, "expected": expected, "order": order, "sizes": sizes,
            "longest": np.array(longest)}  # fmt: skip
    with inputs(town=town) as folder:
        peers = {"NumPy": ask("scan_numpy", "poisson", folder, options)}

    def same(peer: Answer) -> str:
        top = max((cluster.log_ratio for cluster in ours.clusters), default=float("nan"))
        return f"highest ratio {peer.values['observed'][0]:.6f}, ours {top:.6f}"

    label = f"prospective scan, {n_areas:,} areas × {n_months} months, 999 replications"
    return rows_of(label, seconds, peers, same)
