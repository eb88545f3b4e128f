"""A plan of the synthetic town: its findings, places and indicators are those of the build."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from convive.core.model import Certainty, Face
from convive.core.strategy.model import (
    BudgetLine,
    Challenge,
    DiaryEntry,
    KeptFinding,
    Objective,
    Organisation,
    Plan,
    Spending,
)
from convive.core.strategy.vocabulary import (
    ActionKind,
    ActionState,
    Delivery,
    GenderLens,
    Pillar,
    PreventionLevel,
    Sector,
    TargetGroup,
    Topic,
)
from convive.web.observatory import current, selectors
from factories.build import shared_build
from factories.plans import action, figure, full_plan, target


def town_plan() -> Plan:
    """An adopted plan with three challenges, all three pillars, money over three years."""
    plan = full_plan()
    lights, mediators = plan.challenges[0].objectives[0].actions
    aim = target(indicator_id="unsafe_dark_share", area_id="ribera", baseline=figure(41, 4, 2023),
                 now=None)  # fmt: skip
    lights = replace(lights, evidence=(), targets=(aim,), budget=_budget("12000.50", "8000", "4000"),
                     diary=_diary())  # fmt: skip
    mediators = replace(
        mediators, title="Night mediators on two squares", state=ActionState.RUNNING,
        starts_on=date(2026, 4, 1), ends_on=date(2027, 12, 31), budget=_budget("30000", "30000", "0"),
        groups=(TargetGroup.YOUNG_PEOPLE, TargetGroup.NIGHT_WORKERS),
        spending=(Spending(date(2026, 9, 1), Decimal(41000)),),
    )  # fmt: skip
    idea = action("cameras", title="A secret idea nobody has decided on", state=ActionState.IDEA)
    station = Challenge(
        "station", "The station after dark", Topic.PUBLIC_SPACE,
        "Many people take the long way round in the evening.", _findings(),
        (Objective("fear", "Fewer people avoid the station", "", (aim,), (lights, mediators, idea)),),
    )  # fmt: skip
    return replace(
        plan, city="Ribera", title="Ribera: safe and together", challenges=(station, *_others()),
        about="What the council, the police, schools and associations do together until 2029.",
        organisations=(*plan.organisations, Organisation("police", "City police", Sector.POLICE)),
    )  # fmt: skip


def _others() -> tuple[Challenge, Challenge]:
    patrols = action(
        "patrols", title="Foot patrols by the market", kind=ActionKind.ENFORCEMENT, lead="police",
        pillar=Pillar.SANCTION, level=PreventionLevel.TERTIARY, budget=_budget("25000", "25000", "25000"),
        groups=(TargetGroup.BUSINESSES,), starts_on=date(2026, 2, 1), ends_on=date(2028, 12, 31),
    )  # fmt: skip
    clubs = action(
        "clubs", title="Boys and men on violence: six evenings a term", kind=ActionKind.SOCIAL,
        pillar=Pillar.COHESION, level=PreventionLevel.SECONDARY, lead="youth",
        gender_lens=GenderLens.TRANSFORMATIVE, gender_note="With the women's centre.",
        groups=(TargetGroup.MEN,), budget=_budget("5000", "5000", "5000"), state=ActionState.DONE,
    )  # fmt: skip
    market = Challenge("market", "Pickpockets by the market", Topic.THEFT, objectives=(
        Objective("market-thefts", "Thefts by the market fall by a fifth", actions=(patrols,)),))  # fmt: skip
    home = Challenge("home", "Violence at home", Topic.GENDER_BASED_VIOLENCE, objectives=(
        Objective("home-help", "Help is asked for earlier", actions=(clubs,)),))  # fmt: skip
    return market, home


def _budget(*amounts: str) -> tuple[BudgetLine, ...]:
    return tuple(
        BudgetLine(
            2026 + place, Decimal(amount), Sector.MUNICIPALITY if place < 2 else Sector.STATE
        )
        for place, amount in enumerate(amounts)
        if Decimal(amount)
    )


def _diary() -> tuple[DiaryEntry, ...]:
    return (
        DiaryEntry(date(2026, 3, 2), "works", Delivery.LESS, 20.0, {"women": 30, "men": 3}, None,
                   "A note that stays inside"),
        DiaryEntry(date(2026, 4, 2), "works", Delivery.AS_PLANNED, 40.0, {"women": 25, "unknown": 2}),
    )  # fmt: skip


def _findings() -> tuple[KeptFinding, ...]:
    rows = selectors.list_findings(current.make_site(shared_build()))[:2]
    return tuple(
        KeptFinding(
            row["finding_id"], row["code"], row["params"] or {}, Certainty(row["certainty"]),
            row["level"], row["area_id"], str((row["params"] or {}).get("area", "")),
            tuple(Face(one) for one in row["faces"] or ()), tuple(row["indicator_ids"] or ()),
            date(2026, 1, 10), "b" * 64,
        )
        for row in rows
    )  # fmt: skip
