"""Intervals of agreement cover; few doubles do not claim reliability."""

import numpy as np
import pytest

from convive.core.agreement import cohen_kappa, kappa, krippendorff_alpha

pytestmark = pytest.mark.calibration

SHARES = np.array([0.4, 0.3, 0.2, 0.1])


def _rated(rng: np.random.Generator, n_raters: int, n: int, agree: float) -> np.ndarray:
    """Return ratings that are the same for certain with probability `agree`, else by chance."""
    truth = rng.choice(4, n, p=SHARES)
    own = rng.choice(4, (n_raters, n), p=SHARES)
    return np.where(rng.random(n) < agree, truth, own).astype(float)


def test_intervals_cover(record_table) -> None:
    rng = np.random.default_rng(31)
    runs, rows = 300, []
    for agree in (0.4, 0.6, 0.8):
        for n in (20, 50, 150):
            inside: dict[str, list[bool]] = {k: [] for k in ("cohen", "jack", "alpha", "three")}
            for _ in range(runs):
                two, three = _rated(rng, 2, n, agree), _rated(rng, 3, n, agree)
                three[0, : n // 3] = np.nan
                found = {
                    "cohen": cohen_kappa(*two),
                    "jack": kappa(two),
                    "alpha": krippendorff_alpha(two, measure="nominal"),
                    "three": krippendorff_alpha(three, measure="nominal"),
                }
                for name, one in found.items():
                    inside[name].append(one.low <= agree <= one.high)
            shares = [np.mean(hits) for hits in inside.values()]
            rows.append([agree, n, *(f"{share:.3f}" for share in shares)])
            assert min(shares[1:]) >= 0.90
            assert shares[0] >= (0.87 if n == 20 else 0.90)
    record_table(
        "agreement_intervals",
        title="Agreement of observers: 95 % intervals",
        about=f"Four categories, {runs} simulated sets of stops rated twice. Share of intervals "
        "that hold the true agreement.",
        head=[
            "True agreement",
            "Stops",
            "Cohen, large sample",
            "Kappa, jackknife",
            "Alpha, two raters",
            "Alpha, three raters, some missing",
        ],
        rows=rows,
    )


def test_bootstrap_intervals_cover() -> None:
    rng = np.random.default_rng(32)
    inside = []
    for _ in range(60):
        found = krippendorff_alpha(_rated(rng, 2, 60, 0.6), measure="nominal", rng=rng)
        inside.append(found.low <= 0.6 <= found.high)
    assert np.mean(inside) >= 0.86


def test_a_few_lucky_doubles_are_not_called_reliable() -> None:
    rng = np.random.default_rng(33)
    called = [
        krippendorff_alpha(_rated(rng, 2, 12, 0.5), measure="nominal").verdict == "reliable"
        for _ in range(1000)
    ]
    assert np.mean(called) <= 0.02
