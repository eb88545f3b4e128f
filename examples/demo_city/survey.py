"""Three waves of the residents' survey: design, answers in the town's words, planted truths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .people import People, Security
from .plan import SURVEY_WAVES, YEARS, Plan
from .territory import Territory

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

SAFE = {
    "very_safe": "Muy segura/o", "fairly_safe": "Bastante segura/o", "bit_unsafe": "Un poco insegura/o",
    "very_unsafe": "Muy insegura/o", "never_go_out": "Nunca salgo sola/o",
}  # fmt: skip
YES_NO = {"yes": "Sí", "no": "No"}
WORRY = {"very": "Mucho", "fairly": "Bastante", "not_very": "Poco", "not_at_all": "Nada"}
PROBLEM = {
    "very_big": "Muy grave", "fairly_big": "Bastante grave",
    "not_very_big": "Poco grave", "no_problem": "No es un problema",
}  # fmt: skip
TRUST = {
    "very_good": "Muy buena", "fairly_good": "Bastante buena", "neither": "Ni buena ni mala",
    "fairly_poor": "Bastante mala", "very_poor": "Muy mala",
}  # fmt: skip
AVOID = {"never": "Nunca", "sometimes": "A veces", "often": "A menudo"}
NO_ANSWER = "NS/NC"

ITEMS: dict[str, tuple[str, dict[str, str]]] = {
    "feel_safe_dark": ("P1_noche", SAFE),
    "feel_safe_day": ("P2_dia", SAFE),
    "victim_12m": ("P3_victima", YES_NO),
    "victim_burglary": ("P3a_vivienda", YES_NO),
    "victim_violence": ("P3b_violencia", YES_NO),
    "victim_theft": ("P3c_hurto", YES_NO),
    "victim_vandalism": ("P3d_danos", YES_NO),
    "reported_police": ("P4_denuncia", YES_NO),
    "worry_burglary": ("P5a_robo_casa", WORRY),
    "worry_violence": ("P5b_agresion", WORRY),
    "worry_theft": ("P5c_hurto", WORRY),
    "problem_burglary": ("P6a_robos", PROBLEM),
    "problem_violence": ("P6b_violencia", PROBLEM),
    "problem_theft": ("P6c_hurtos", PROBLEM),
    "problem_vandalism": ("P6d_danos", PROBLEM),
    "problem_nuisance": ("P6e_molestias", PROBLEM),
    "trust_police": ("P7_policia", TRUST),
    "avoid_places": ("P8_evita", AVOID),
}
"""Item → column and the town's word for each answer code."""
VICTIM_SHARES = {"burglary": 0.021, "violence": 0.036, "theft": 0.066, "vandalism": 0.045}
OTHER_SHARE = 0.014
SECTIONS, SECTIONS_DRAWN = 20, 8
AGE_GROUPS = ((16, 24), (25, 44), (45, 64), (65, 89))
POPULATION_SHARES = np.array([0.13, 0.33, 0.32, 0.22])
RESPONSE = np.array([[0.55, 0.8, 1.05, 1.2], [0.65, 0.95, 1.15, 1.15]])
"""Relative willingness to answer: men, women, by age group; undone by the weights."""
# lower limits of the latent scale for the categories, from least to most
SAFE_CUTS = np.array([-2.1, 1.25, 3.0])
DAY_CUTS = np.array([-0.6, 3.0, 4.8])
WORRY_CUTS = np.array([-0.8, 0.9, 2.4])
PROBLEM_CUTS = np.array([-0.5, 1.0, 2.6])
TRUST_CUTS = np.array([-1.7, 0.4, 1.6, 2.9])
AVOID_CUTS = np.array([0.3, 2.3])


@dataclass(frozen=True)
class Wave:
    """One wave: design columns and answer codes per item ("" = not answered)."""

    year: int
    area: Integers
    section: Integers
    woman: NDArray[np.bool_]
    age: Integers
    month: Integers
    weight: Floats
    answers: dict[str, NDArray[Any]]


def _sizes(people: People, districts: Integers, n: int, year: int) -> Integers:
    """Return respondents per area: districts by the square root of size, inside by size."""
    residents = people.residents[:, YEARS.index(year)].astype(float)
    total = np.bincount(districts, residents)
    district_n = n * np.sqrt(total) / np.sqrt(total).sum()
    exact = district_n[districts] * residents / total[districts]
    sizes = np.floor(exact).astype(np.int64)
    by_rest = np.argsort(sizes - exact, kind="stable")
    sizes[by_rest[: n - sizes.sum()]] += 1
    return np.maximum(sizes, 2)


def _ordered(
    latent: Floats, cuts: Floats, codes: list[str], rng: np.random.Generator
) -> NDArray[Any]:
    """Return answer codes of a proportional-odds item."""
    return np.array(codes, dtype=object)[
        np.searchsorted(cuts, latent + rng.logistic(size=latent.size))
    ]


def _feelings(
    level: Floats, old: NDArray[np.bool_], plan: Plan, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """Return feeling safe by night and day, avoiding places; `level` is higher when unsafe."""
    codes = list(SAFE)[:4]
    dark, day = _ordered(level, SAFE_CUTS, codes, rng), _ordered(0.8 * level, DAY_CUTS, codes, rng)
    stays_in = np.where(old & (plan.old_after_dark > 0), 0.08, 0.025)
    dark[rng.uniform(size=dark.size) < stays_in] = "never_go_out"
    day[rng.uniform(size=day.size) < 0.006] = "never_go_out"
    avoid = _ordered(0.9 * level, AVOID_CUTS, list(AVOID), rng)
    return {"feel_safe_dark": dark, "feel_safe_day": day, "avoid_places": avoid}


def _victims(
    relative: Floats, section: Floats, reporting: Floats, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """Return victimisation in twelve months by kind and overall, and reporting by victims."""
    hits, found = np.zeros(relative.size, bool), {}
    for kind, share in {**VICTIM_SHARES, "other": OTHER_SHARE}.items():
        odds = share * relative / (1 - np.minimum(share * relative, 0.9)) * np.exp(section)
        hit = rng.uniform(size=relative.size) < odds / (1 + odds)
        hits |= hit
        if kind != "other":
            found[f"victim_{kind}"] = np.where(hit, "yes", "no").astype(object)
    reported = np.where(rng.uniform(size=relative.size) < reporting, "yes", "no").astype(object)
    reported[~hits] = ""
    return {
        "victim_12m": np.where(hits, "yes", "no").astype(object),
        **found,
        "reported_police": reported,
    }


def _views(
    fear: Floats, level: Floats, disorder: Floats, drift: float, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """Return worries, problems of the neighbourhood and trust in the police."""
    worry, problem = list(WORRY)[::-1], list(PROBLEM)[::-1]
    shifts = {"burglary": 0.2 + drift, "violence": -0.3, "theft": 0.0}
    answers = {
        f"worry_{kind}": _ordered(0.5 * level + 0.6 * fear + shift, WORRY_CUTS, worry, rng)
        for kind, shift in shifts.items()
    }
    shifts = {"burglary": -0.3, "violence": -0.7, "theft": 0.0, "vandalism": 0.3, "nuisance": 0.5}
    for kind, shift in shifts.items():
        latent = 1.2 * disorder + 0.3 * fear + shift
        answers[f"problem_{kind}"] = _ordered(latent, PROBLEM_CUTS, problem, rng)
    answers["trust_police"] = _ordered(0.5 * disorder + 0.2 * fear, TRUST_CUTS, list(TRUST), rng)
    return answers


def _respondents(
    territory: Territory, people: People, year: int, n: int, rng: np.random.Generator
) -> dict[str, NDArray[Any]]:
    """Return area, section, sex, age and weight of everybody who answered."""
    sizes = _sizes(people, territory.districts, n, year)
    area = np.repeat(np.arange(territory.n_areas), sizes)
    drawn = np.array([rng.choice(SECTIONS, SECTIONS_DRAWN, replace=False) for _ in sizes])
    section = drawn[area, rng.integers(0, SECTIONS_DRAWN, area.size)] + 1
    cell_share = np.array([0.49, 0.51])[:, None] * POPULATION_SHARES * RESPONSE
    cell_share /= cell_share.sum()
    cell = np.searchsorted(np.cumsum(cell_share.ravel())[:-1], rng.uniform(size=area.size))
    woman, group = cell >= len(AGE_GROUPS), cell % len(AGE_GROUPS)
    low, high = np.array(AGE_GROUPS)[group].T
    age = low + np.floor(rng.uniform(size=area.size) * (high - low + 1)).astype(np.int64)
    design = people.residents[:, YEARS.index(year)] / sizes
    population = np.array([0.49, 0.51])[:, None] * POPULATION_SHARES
    weight = design[area] * (population / cell_share).ravel()[cell]
    weight = (weight / weight.mean()).round(4)
    return {"area": area, "section": section, "woman": woman, "age": age, "weight": weight}


def build_wave(
    territory: Territory, people: People, security: Security, plan: Plan, *, year: int, n: int,
    rng: np.random.Generator,
) -> Wave:  # fmt: skip
    """Return one wave of `n` respondents, interviewed from September to November."""
    who = _respondents(territory, people, year, n, rng)
    area, woman, age = who["area"], who["woman"], who["age"]
    effects = rng.normal(0, plan.cluster_spread, (territory.n_areas, SECTIONS))
    section = effects[area, who["section"] - 1]
    fear = rng.normal(0, 0.8, area.size)
    level = security.felt[area] + section + fear + plan.women_after_dark * (woman - 0.5)
    level = level + plan.old_after_dark * (age >= 65)
    disorder = np.log(security.victims[area])
    drift = plan.worry_burglary_yearly * (year - YEARS[0])
    answers = {
        **_feelings(level, age >= 65, plan, rng),
        **_victims(security.victims[area], section, security.reporting[area], rng),
        **_views(fear, level, disorder + section, drift, rng),
    }
    for item in ITEMS:
        silent = rng.uniform(size=area.size) < (0.005 if item.startswith("victim") else 0.02)
        answers[item][silent & (answers[item] != "")] = NO_ANSWER
    month = rng.choice([9, 10, 11], area.size, p=[0.35, 0.4, 0.25])
    return Wave(year, area, who["section"], woman, age, month, who["weight"], answers)


def build_survey(
    territory: Territory, people: People, security: Security, plan: Plan, *, scale: float,
    rng: np.random.Generator,
) -> tuple[Wave, ...]:  # fmt: skip
    """Return all waves; a smaller town asks fewer people, 400 at least."""
    return tuple(
        build_wave(
            territory, people, security, plan, year=year, n=max(round(n * scale), 400), rng=rng
        )
        for year, n in SURVEY_WAVES.items()
    )
