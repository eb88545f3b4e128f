"""Residents, dwellings, visitors, living conditions and the true security of each area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .plan import CENTRE, OFFENCES, RESIDENTS, YEARS, Plan
from .territory import RADIUS_M, Territory

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """Counts per area; `residents` has one column a year, the rest is constant."""

    residents: Integers
    dwellings: Integers
    workday: Integers
    unemployment: Floats
    school_leaving: Floats
    rented: Floats
    vacant: Floats
    crowded: Floats
    venues: Integers
    """Licensed places of going out: many in the centre, few elsewhere."""


@dataclass(frozen=True)
class Security:
    """The truth per area. Relative risks are against the town; shifts are log odds."""

    hardship: Floats
    """Standardised latent level that moves all four faces together."""
    recorded: Floats
    """Relative risk per exposed person, shape (n_offences, n_areas)."""
    victims: Floats
    """Relative victim probability, shape (n_areas,)."""
    felt: Floats
    """Log odds of feeling unsafe against the town, shape (n_areas,)."""
    observed: Floats
    """Points on the 0-3 scale against the town, + is better, shape (n_areas,)."""
    reporting: Floats
    """Share of victims who report, shape (n_areas,)."""


def positions(territory: Territory, codes: tuple[str, ...]) -> list[int]:
    """Return the positions of areas named by code."""
    return [territory.codes.index(code) for code in codes]


def _smooth_field(territory: Territory, rng: np.random.Generator) -> Floats:
    """Return a standardised value per area that neighbours tend to share."""
    centroids = territory.centroids
    distance = np.hypot(*(centroids[:, None] - centroids[None]).transpose(2, 0, 1))
    weight = np.exp(-((distance / 1_300.0) ** 2))
    field = weight @ rng.normal(size=territory.n_areas) / np.sqrt((weight**2).sum(axis=1))
    field += 0.35 * rng.normal(size=territory.n_areas)
    return (field - field.mean()) / field.std()


def build_people(
    territory: Territory, hardship: Floats, plan: Plan, scale: float, rng: np.random.Generator
) -> People:
    """Return the people of each area; `scale` shrinks the town."""
    n = territory.n_areas
    distance = np.hypot(*(territory.centroids - CENTRE).T) / RADIUS_M
    density = np.exp(-1.1 * distance) * np.exp(rng.normal(0, 0.22, n))
    share = density * territory.areas_km2
    share *= np.where(np.isin(territory.codes, plan.visitor_areas), 0.75, 1.0)
    for action in plan.actions:
        # an action is looked at where enough happens for its effect to be seen
        treated = positions(territory, action.areas)
        share[treated] = np.maximum(share[treated], 1.4 * share.mean())
    first = RESIDENTS * scale * share / share.sum()
    growth = (1 + plan.growth) ** np.arange(len(YEARS))
    residents = np.rint(first[:, None] * growth).astype(np.int64)
    per_dwelling = np.full(n, 2.25) + (0 if plan.is_null else 1) * rng.normal(0, 0.12, n)
    draw = 0.92 * np.exp(rng.normal(0, 0.06, n))
    draw[positions(territory, plan.visitor_areas)] = (3.4, 3.0, 2.7)[: len(plan.visitor_areas)]
    draw = np.full(n, 1.06) if plan.is_null else draw
    percent = np.clip
    return People(
        residents,
        np.rint(first / per_dwelling).astype(np.int64),
        np.rint(first * draw).astype(np.int64),
        percent(9.5 + 2.6 * hardship + rng.normal(0, 1.2, n), 2.5, 30).round(1),
        percent(11.0 + 2.4 * hardship + rng.normal(0, 1.8, n), 2.0, 35).round(1),
        percent(34.0 + 14.0 * np.exp(-2 * distance) + rng.normal(0, 6, n), 8, 80).round(1),
        percent(7.0 + 0.9 * hardship + rng.normal(0, 1.6, n), 1.0, 25).round(1),
        percent(5.0 + 1.5 * hardship + rng.normal(0, 1.0, n), 0.5, 20).round(1),
        _venues(territory, first, plan, rng),
    )


def _venues(
    territory: Territory, residents: Floats, plan: Plan, rng: np.random.Generator
) -> Integers:
    """Return places of going out: two a thousand residents, twelve times that in the centre."""
    usual = residents * 2.0 / 1000
    if plan.is_null:
        return np.maximum(np.rint(usual), 1).astype(np.int64)
    usual *= np.where(np.isin(territory.codes, plan.visitor_areas), 12.0, 1.0)
    return np.maximum(rng.poisson(usual), 1).astype(np.int64)


def build_security(territory: Territory, plan: Plan, rng: np.random.Generator) -> Security:
    """Return the true security of each area with everything that the plan plants."""
    n = territory.n_areas
    hardship = _smooth_field(territory, rng)
    kinds = rng.normal(0, plan.kind_spread, (len(OFFENCES), n))
    for codes, level in (
        (plan.visitor_areas, 0.0),
        (plan.fearful_areas, -0.3),
        (plan.silent_areas, 0.3),
    ):
        hardship[positions(territory, codes)] = level
    quiet, fearful = (
        positions(territory, plan.silent_areas),
        positions(territory, plan.fearful_areas),
    )
    common = plan.area_spread * hardship
    recorded = np.exp(common + kinds)
    felt, victims = common.copy(), np.exp(common)
    reporting = np.full(n, plan.reporting)
    recorded[:, quiet] = plan.silent_recorded
    victims[quiet] = plan.silent_victims
    reporting[quiet] = plan.silent_reporting
    felt[fearful] += plan.fear_shift
    names = [offence.category for offence in OFFENCES]
    for action in plan.actions if plan.area_spread else ():
        rows = [names.index(category) for category in action.categories]
        for codes, level in ((action.areas, 2.5), (action.comparison_areas, 1.4)):
            recorded[np.ix_(rows, positions(territory, codes))] = level
    return Security(hardship, recorded, victims, felt, -0.9 * common, reporting)
