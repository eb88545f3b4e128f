"""Entries, needs and towns for tests of what fits, and Hypothesis strategies for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from convive.core.model import Face, Status
from convive.core.shelf.adopt import Aim, Start
from convive.core.shelf.entry import (
    CATALOGUE_PUBLISHER,
    Entry,
    Experience,
    ExperienceVerdict,
    Origin,
    OriginKind,
)
from convive.core.shelf.fit import Fit, Need, TownProfile
from convive.core.shelf.fitting import fits
from convive.core.shelf.kinship import TopicKin
from convive.core.strategy.model import Figure
from convive.core.strategy.practice import (
    Approach,
    Focus,
    Practice,
    PracticeCategory,
    PracticeCost,
    PracticeDocument,
    PracticeKind,
    PracticeLinks,
    PracticePlace,
    PracticeResults,
    PracticeSource,
    PracticeYears,
    ResultStrength,
    Setting,
)
from convive.core.strategy.vocabulary import (
    ActionKind,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    TimeOfDay,
    Topic,
)

YEAR = 2026
KIN = TopicKin(
    neighbours={
        Topic.NUISANCE: frozenset({Topic.NIGHTLIFE}),
        Topic.DRUGS: frozenset({Topic.NUISANCE}),
    },
    special={
        Topic.TERRORISM: frozenset({Topic.RADICALISATION}),
        Topic.DRUGS: frozenset({Topic.HOMELESSNESS}),
    },
)
DOCUMENT = PracticeDocument("report", "Report of the towns", "Towns", 2022)
TOLD: dict[str, Any] = {
    "id": "hosts", "version": 1, "status": "checked", "kind": PracticeKind.PRACTICE,
    "category": PracticeCategory.ACTIVITY, "title": {"en": "Night hosts", "fr": "Hôtes de nuit"},
    "summary": {"en": "Mediators walk where people go out.", "fr": "Des médiateurs de nuit."},
    "places": (PracticePlace("Port-Blanc", "FR"),), "years": None, "lead": "", "partners": (),
    "focus": (Focus.PUBLIC_SPACE,), "topics": (Topic.NUISANCE,), "kinds": (ActionKind.MEDIATION,),
    "pillars": (Pillar.COHESION,), "levels": (PreventionLevel.PRIMARY,),
    "groups": (TargetGroup.YOUNG_PEOPLE, TargetGroup.EVERYBODY), "times": (TimeOfDay.NIGHT,),
    "sectors": (Sector.MUNICIPALITY, Sector.YOUTH_WORK), "setting": (Setting.STREET,),
    "approach": (Approach.SOCIAL,), "problem": "Noise at night.",
    "mechanism": "People listen to their like.", "activities": "Hosts talk to groups.",
    "resources": "Four hosts.", "cost": None,
    "results": PracticeResults("Fewer calls.", ResultStrength.MONITORING),
    "success_factors": ("Hosts from the quarter",), "barriers": ("Posts stayed empty",),
    "transferability": "", "end_users": "", "cost_benefit": "", "risk": "", "sustainability": "",
    "cross_cutting": {}, "grades": {}, "contradictions": (), "aliases": (),
    "sources": (PracticeSource(DOCUMENT, "Hosts", "3-5", "2"),),
    "links": PracticeLinks((), (), ""), "person_risk": False,
}  # fmt: skip
UNTOLD: dict[str, Any] = {
    "places": (), "pillars": (), "levels": (), "groups": (), "times": (), "sectors": (),
    "setting": (), "approach": (), "problem": "", "mechanism": "", "activities": "",
    "resources": "", "results": PracticeResults("", ResultStrength.NONE_REPORTED),
    "success_factors": (), "barriers": (),
}  # fmt: skip
"""What a source may leave out, left out."""

NOISE = Need(
    topics=frozenset({Topic.NUISANCE}),
    faces=frozenset({Face.RECORDED}),
    groups=frozenset({TargetGroup.YOUNG_PEOPLE}),
    times=frozenset({TimeOfDay.NIGHT}),
    settings=frozenset({Setting.STREET}),
)
TOWN = TownProfile(
    residents=40_000,
    sectors=frozenset({Sector.YOUTH_WORK, Sector.POLICE}),
    budget=Decimal(50_000),
    currency="EUR",
    country="FR",
    faces=frozenset({Face.RECORDED}),
)
AIM = Aim(
    "nuisance_rate", "neighbourhood", "101", "Porta Vella", "down",
    Figure(Status.SHOWN, 30, 26, 34, 400, "per_1000"),
)  # fmt: skip
START = Start("hosts", date(2027, 1, 1))


def practice(**changes: Any) -> Practice:
    """Return a practice of which everything is told that matters for a fit."""
    return Practice(**(TOLD | changes))


def entry(*experiences: Experience, **changes: Any) -> Entry:
    """Return it as an entry of the catalogue."""
    origin = Origin(OriginKind.CATALOGUE, CATALOGUE_PUBLISHER, "")
    return Entry(practice(**changes), origin, (), experiences)


def experience(verdict: ExperienceVerdict, **changes: Any) -> Experience:
    return replace(Experience("Quayside", 2022, 2024, verdict), **changes)


def fit_of(one: Entry, need: Need = NOISE, town: TownProfile = TOWN) -> Fit | None:
    """Return how an entry stands to a need; None where it is no candidate."""
    found = fits([one], need, town, kin=KIN, this_year=YEAR)
    return found[0] if found else None


def codes(fit: Fit | None, side: str) -> set[str]:
    """Return the codes of the reasons on a side."""
    return {one.code for one in fit.reasons if one.side == side} if fit else set()


def _some(words: Any, most: int = 4) -> Any:
    return st.lists(st.sampled_from(list(words)), max_size=most, unique=True)


def entries_drawn() -> Any:
    """Draw entries of every kind, much or little told."""
    text = st.sampled_from(["", "Something that is told."])
    texts = dict.fromkeys(("problem", "mechanism", "activities", "resources", "risk"), text)
    lists = {
        "topics": _some(Topic), "kinds": _some(ActionKind), "pillars": _some(Pillar),
        "levels": _some(PreventionLevel), "groups": _some(TargetGroup), "times": _some(TimeOfDay),
        "sectors": _some(Sector), "setting": _some(Setting), "approach": _some(Approach),
        "contradictions": _some(["Two say other things."], 1),
    }  # fmt: skip
    strength = st.sampled_from(list(ResultStrength))
    drawn = st.fixed_dictionaries(
        {
            **texts,
            **{name: one.map(tuple) for name, one in lists.items()},
            "kind": st.sampled_from(list(PracticeKind)),
            "category": st.sampled_from(list(PracticeCategory)),
            "person_risk": st.booleans(),
            "results": strength.map(lambda one: PracticeResults("Told.", one)),
            "cost": st.sampled_from([None, PracticeCost("", 1000.0, "EUR", "year")]),
            "years": st.sampled_from([None, PracticeYears(2001, 2004), PracticeYears(2020, None)]),
        }
    )
    told = st.lists(st.sampled_from(list(ExperienceVerdict)), max_size=2)
    return st.builds(lambda of, ran: entry(*(experience(v) for v in ran), **of), drawn, told)


def needs_drawn() -> Any:
    """Draw needs: about the data or about a problem."""
    return st.builds(
        Need,
        topics=_some(Topic, 6).map(frozenset),
        groups=_some(TargetGroup, 2).map(frozenset),
        times=_some(TimeOfDay, 2).map(frozenset),
        settings=_some(Setting, 3).map(frozenset),
        levels=_some(PreventionLevel, 2).map(frozenset),
        pillars_missing=_some(Pillar).map(frozenset),
        is_about_data=st.booleans(),
    )
