"""Cities without any pattern show none; intervals of mapped rates cover the truth."""

from __future__ import annotations

import numpy as np
import pytest

from convive.core.funnel import FunnelVerdict, funnel
from convive.core.rates import crude_rate, smoothed_rate
from convive.core.spatial.autocorrelation import gearys_c, getis_ord_g, morans_i
from convive.core.spatial.local_statistics import local_geary, local_getis_ord, local_moran
from convive.core.spatial.mapped_rate import mapped_rate
from convive.core.spatial.neighbours import Neighbours, linked
from convive.core.spatial.rate_association import local_moran_of_rates, morans_i_of_rates
from convive.core.spatial.structured_prior import structured_prior
from convive.core.standardisation import directly_standardised

pytestmark = pytest.mark.calibration


def _lattice(side: int) -> Neighbours:
    cell = np.arange(side * side).reshape(side, side)
    first = np.concatenate([cell[:, :-1].ravel(), cell[:-1].ravel(), cell[:-1, :-1].ravel()])
    second = np.concatenate([cell[:, 1:].ravel(), cell[1:].ravel(), cell[1:, 1:].ravel()])
    return linked(first, second, n_areas=side * side)


def _values(kind: str, n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.normal(size=n) if kind == "normal" else rng.gamma(0.5, size=n)


def test_null_maps_have_no_pattern(record_table) -> None:  # type: ignore[no-untyped-def]
    lattice, n_maps, rows = _lattice(15), 100, []
    statistics = {
        "local Moran": local_moran,
        "Getis-Ord Gi*": local_getis_ord,
        "local Geary": local_geary,
    }
    for kind in ("normal", "very skewed"):
        for name, statistic in statistics.items():
            any_found, p_low, tested = 0, 0, 0
            for seed in range(n_maps):
                rng = np.random.default_rng([seed, 1])
                found = statistic(_values(kind, 225, rng), lattice, rng)
                any_found += bool(np.any(found.q <= 0.05))
                p_low += int(np.sum(found.p <= 0.05))
                tested += 225
            rows.append([name, kind, f"{p_low / tested:.4f}", f"{any_found / n_maps:.3f}"])
            assert p_low / tested < 0.053
            assert any_found / n_maps < 0.05 + 3.5 * np.sqrt(0.05 * 0.95 / n_maps)
    record_table(
        "space_null_maps",
        title="Maps without any pattern",
        about="225 areas, values dealt out at random, 100 maps each, permutations that grow from "
        "999 to 99,999. The share of areas with p up to 0.05 before the adjustment, and the share "
        "of maps with any area found after it (stated: at most 5 %).",
        head=["statistic", "values", "areas with p ≤ 0.05", "maps with any area found"],
        rows=rows,
    )


def test_null_rates_have_no_pattern(record_table) -> None:  # type: ignore[no-untyped-def]
    lattice, n_maps, rows = _lattice(12), 200, []
    for mean in (1.2, 3.0, 10.0):
        crude = adjusted = any_crude = any_adjusted = 0
        for seed in range(n_maps):
            rng = np.random.default_rng([seed, 2])
            people = np.exp(rng.normal(0, 1.0, 144).reshape(12, 12))
            people[:, :4] /= 4.0  # the thinly settled side of the town
            people = people.ravel() / people.mean()
            events = rng.poisson(mean * people)
            if events.sum() < 144:
                continue
            plain = local_moran(events / people, lattice, rng)
            fair = local_moran_of_rates(events, people, lattice, rng)
            any_crude += bool(np.any(plain.q <= 0.05))
            any_adjusted += bool(np.any(fair.q <= 0.05))
            crude += morans_i(events / people, lattice, rng).p <= 0.05
            adjusted += morans_i_of_rates(events, people, lattice, rng).p <= 0.05
        rows.append(
            [mean, *(f"{k / n_maps:.3f}" for k in (crude, adjusted, any_crude, any_adjusted))]
        )
        assert adjusted / n_maps < 0.11
    record_table(
        "space_null_rates",
        title="Rates that are the same everywhere, on a town with a thinly settled side",
        about="144 areas, populations very unequal, 200 towns each. Share of towns with Moran's I "
        "at p up to 0.05, and with any area found by local Moran; rates as they are, and divided "
        "by their own standard deviation (Assunção and Reis).",
        head=["events per area", "I, rates as they are", "I, adjusted", "any area, as they are",
              "any area, adjusted"],
        rows=rows,
    )  # fmt: skip


def test_global_p_is_as_often_small_as_it_says(record_table) -> None:  # type: ignore[no-untyped-def]
    lattice, n_maps, rows = _lattice(8), 1000, []
    for name, statistic in (("Moran", morans_i), ("Geary", gearys_c), ("Getis-Ord", getis_ord_g)):
        for kind in ("normal", "very skewed"):
            drawn = normal = 0
            for seed in range(n_maps):
                rng = np.random.default_rng([seed, 3])
                x = np.exp(_values("normal", 64, rng)) if name == "Getis-Ord" else None
                x = _values(kind, 64, rng) if x is None or kind != "normal" else x
                normal += statistic(x, lattice).p <= 0.05
                drawn += statistic(x, lattice, rng, permutations=199).p <= 0.05
            rows.append([name, kind, f"{drawn / n_maps:.3f}", f"{normal / n_maps:.3f}"])
            assert drawn / n_maps < 0.05 + 3 * np.sqrt(0.05 * 0.95 / n_maps)
    record_table(
        "space_global",
        title="Global statistics on maps without any pattern",
        about="64 areas, 1,000 maps each: share with p up to 0.05, by 199 permutations and by the "
        "normal approximation (Getis-Ord: lognormal in place of normal values).",
        head=["statistic", "values", "permutations", "normal approximation"],
        rows=rows,
    )


def _ratios(
    lattice: Neighbours, spread: float, shared: float, rng: np.random.Generator
) -> np.ndarray:
    value, vector = np.linalg.eigh(structured_prior(lattice).precision.toarray())
    some = value > 1e-8
    smooth = vector[:, some] @ (rng.normal(size=some.sum()) / np.sqrt(value[some]))
    own = rng.normal(size=len(value))
    return np.exp(spread * (np.sqrt(shared) * smooth + np.sqrt(1 - shared) * own))


def test_mapped_rates_cover(record_table) -> None:  # type: ignore[no-untyped-def]
    rows = []
    for side, mean in ((7, 2.0), (7, 8.0), (14, 4.0)):
        lattice = _lattice(side)
        for spread, shared in ((0.5, 0.9), (0.5, 0.1), (0.15, 0.5), (0.9, 0.6)):
            hits, plain, better = [], [], []
            for seed in range(24 if side == 7 else 3):
                rng = np.random.default_rng([seed, side])
                people = np.exp(rng.normal(0, 0.8, side * side))
                truth = mean * _ratios(lattice, spread, shared, rng)
                events = rng.poisson(truth * people)
                if events.sum() < events.size:
                    continue
                found = mapped_rate(events, people, lattice, per=1)
                other = smoothed_rate(events, people, per=1)
                hits.append(np.mean((found.low <= truth) & (truth <= found.high)))
                plain.append(np.mean((other.low <= truth) & (truth <= other.high)))
                errors = [np.mean(np.log(r.rate / truth) ** 2) for r in (found, other)]
                better.append(errors[0] / errors[1])
            covered, without = f"{np.mean(hits):.3f}", f"{np.mean(plain):.3f}"
            gain = f"{np.mean(better):.2f}"
            rows.append([side * side, mean, spread, shared, covered, without, gain])
            # 0.945, less two of their errors: towns differ by 0.04.
            assert np.mean(hits) > 0.945 - 2 * 0.04 / np.sqrt(len(hits))
    record_table(
        "space_mapped_rates",
        title="Rates mapped with their neighbours: coverage of the 95 % interval",
        about="Lattice towns with very unequal populations; the spread of the log rates and the "
        "part that neighbours share are those of the simulation. The last column is the squared "
        "error of the log rate against that of the rate smoothed without neighbours.",
        head=["areas", "events per area", "spread", "shared", "covered", "without neighbours",
              "squared error"],
        rows=rows,
    )  # fmt: skip


def test_uncertain_bases_are_covered(record_table) -> None:  # type: ignore[no-untyped-def]
    rows, n = [], 3_000
    for mean in (0.5, 2.0, 10.0, 60.0, 1000.0):
        for relative in (0.05, 0.2, 0.4):
            rng = np.random.default_rng(int(mean * 100 + relative * 1000))
            base = np.exp(rng.normal(0, np.sqrt(np.log1p(relative**2)), n))
            events = rng.poisson(mean, n)
            found = crude_rate(events, base, per=1, standard_error=relative * base)
            plain = crude_rate(events, base, per=1)
            covered = np.mean((found.low <= mean) & (mean <= found.high))
            without = np.mean((plain.low <= mean) & (mean <= plain.high))
            rows.append([mean, f"{relative:.0%}", f"{covered:.3f}", f"{without:.3f}"])
            assert covered > 0.938
    record_table(
        "space_uncertain_base",
        title="Rates on a population that is an estimate",
        about="Coverage of the 95 % interval with the base's standard error, and of the exact "
        "interval that takes the base as known.",
        head=["events", "standard error of the base", "covered", "base taken as known"],
        rows=rows,
    )


def test_standardised_rates_and_funnels(record_table) -> None:  # type: ignore[no-untyped-def]
    rng, n, rows = np.random.default_rng(8), 20_000, []
    people = np.array([3000.0, 2500.0, 600.0, 150.0])
    for factor in (0.3, 1.0, 5.0):
        rates = factor * np.array([0.001, 0.004, 0.002, 0.006])
        standard = np.array([1.0, 1.0, 1.0, 1.0])
        truth = float(rates.mean())
        events = rng.poisson(people * rates, (n, 4))
        found = directly_standardised(events, np.tile(people, (n, 1)), standard, per=1)
        covered = np.mean((found.low <= truth) & (truth <= found.high))
        outside = []
        for _ in range(300):
            base = np.exp(rng.normal(7, 1, 40))
            verdict = funnel(rng.poisson(base * rates[1]), base, target=rates[1]).verdict
            outside.append(np.isin(verdict, [FunnelVerdict.ABOVE, FunnelVerdict.BELOW]).mean())
        mean = float(people @ rates)
        rows.append([f"{mean:.1f}", f"{covered:.3f}", f"{np.mean(outside):.4f}"])
        assert covered > 0.945
        assert np.mean(outside) < 0.003
    record_table(
        "space_standardised",
        title="Directly standardised rates and funnel limits",
        about="Coverage of the 95 % interval where the standard's make-up differs much from the "
        "area's, and the share of areas outside 99.8 % limits that have the target's rate "
        "(stated: at most 0.2 %).",
        head=["events per area", "covered", "outside limits"],
        rows=rows,
    )
