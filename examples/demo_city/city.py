"""The invented town in memory: `build_city` gives every frame and the truth about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .fieldwork import Notes, Observations, build_notes, build_observations
from .incidents import Incidents, build_incidents, expected_counts, repeat_share
from .people import People, Security, build_people, build_security, positions
from .plan import FULL_PLAN, NULL_PLAN, OFFENCES, YEARS, Plan
from .survey import Wave, build_survey
from .territory import Territory, build_territory


@dataclass(frozen=True)
class DemoCity:
    """Everything about one town: what was planted, and the data that show it."""

    seed: int
    scale: float
    plan: Plan
    territory: Territory
    people: People
    security: Security
    incidents: Incidents
    survey: tuple[Wave, ...]
    observations: Observations
    notes: Notes

    @property
    def truth(self) -> dict[str, Any]:
        """Return what an audit ought to find, ready for JSON."""
        return build_truth(self)


def build_city(seed: int = 20260101, *, is_null: bool = False, scale: float = 1.0) -> DemoCity:
    """Return the town of a seed.

    Parameters
    ----------
    seed : int
        Same seed, same town, to the byte.
    is_null : bool
        Plant nothing: equal rates, no trend, no break, no gaps, equal raters and groups.
        Season, overdispersion, autocorrelation and survey clusters stay.
    scale : float, in (0, 4]
        Size of the town against 200,000 residents; 0.1 is quick.
    """
    plan = NULL_PLAN if is_null else FULL_PLAN
    streams = [np.random.default_rng([seed, part]) for part in range(7)]
    territory = build_territory(streams[0])
    security = build_security(territory, plan, streams[1])
    people = build_people(territory, security.hardship, plan, scale, streams[2])
    return DemoCity(
        seed, scale, plan, territory, people, security,
        build_incidents(territory, people, security, plan, streams[3]),
        build_survey(territory, people, security, plan, scale=scale, rng=streams[4]),
        build_observations(territory, security, plan, scale=scale, rng=streams[5]),
        build_notes(territory, security, plan, scale=scale, rng=streams[6]),
    )  # fmt: skip


def _gaps(city: DemoCity) -> list[dict[str, Any]]:
    """Return planted disagreements of the faces; + means that face_b is worse."""
    plan = city.plan
    planted = (
        ("fear", plan.fearful_areas, "recorded", "felt", 1),
        ("silence", plan.silent_areas, "recorded", "experienced", 1),
        ("visitors", plan.visitor_areas, "recorded", "experienced", -1),
        ("visitors", plan.visitor_areas, "recorded", "felt", -1),
    )
    return [
        {"kind": kind, "area": area, "face_a": a, "face_b": b, "direction": direction}
        for kind, areas, a, b, direction in planted
        for area in areas
    ]


def _risks(city: DemoCity) -> dict[str, dict[str, float]]:
    """Return true relative risks of all incidents per area: per resident and per person present."""
    expected = expected_counts(city.territory, city.people, city.security, city.plan).sum(
        axis=(0, 2)
    )
    found = {}
    for name, base in (
        ("residents", city.people.residents[:, -1]),
        ("workday_population", city.people.workday),
    ):
        risk = (expected / base) / (expected.sum() / base.sum())
        found[name] = dict(zip(city.territory.codes, map(float, risk.round(4)), strict=True))
    return found


def build_truth(city: DemoCity) -> dict[str, Any]:
    """Return everything that was planted, with sizes."""
    plan, names = city.plan, city.territory.codes
    change = plan.recording_break
    logs = city.security
    return {
        "seed": city.seed, "scale": city.scale, "is_null": plan.is_null,
        "gaps": _gaps(city),
        "break": change and {"on": change.on.isoformat(), "ratio": change.ratio, "categories": list(change.categories)},
        "biased_raters": {
            **dict.fromkeys(plan.lenient_raters, plan.rater_shift),
            **dict.fromkeys(plan.harsh_raters, -plan.rater_shift),
        },
        "interventions": [
            {
                "id": action.id, "areas": list(action.areas), "starts": action.starts.isoformat(),
                "categories": list(action.categories), "effect_percent": 100 * action.effect,
            }
            for action in plan.actions
        ],
        "yearly_change_percent": {o.category: 100 * o.yearly if plan.has_trends else 0.0 for o in OFFENCES},
        "relative_risk": _risks(city),
        "relative_victims": dict(zip(names, map(float, logs.victims.round(4)), strict=True)),
        "felt_log_odds": dict(zip(names, map(float, logs.felt.round(4)), strict=True)),
        "groups": {"feel_safe_dark": {"women_log_odds": plan.women_after_dark, "age_65_log_odds": plan.old_after_dark}},
        "visitor_areas": list(plan.visitor_areas),
        "reporting": {"elsewhere": plan.reporting, "silent_areas": plan.silent_reporting if plan.silent_areas else plan.reporting},
        "repeat_share": {
            o.category: round(repeat_share(city.incidents, o.category, YEARS[-1]), 4) for o in OFFENCES if o.target
        },
        "hardship": dict(zip(names, map(float, logs.hardship.round(4)), strict=True)),
    }  # fmt: skip


__all__ = ["DemoCity", "build_city", "build_truth", "positions"]
