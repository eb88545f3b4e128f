"""A town at work."""

from __future__ import annotations

from datetime import timedelta

PASSWORD = "seven lanterns by the quay"
COORDINATOR, PARTNER = "ana@example.org", "youth@example.org"


def fill() -> None:
    """Make accounts, a strategy, actions, a diary, money, a place, a lead."""
    from convive.web.roles import Role
    from convive.web.workspace.clock import today
    from factories.web_objects.accounts import make_account
    from factories.web_objects.strategy import make_objective, make_organisation

    youth = make_organisation("youth", name="Youth centre", sector="youth_work")
    make_account(Role.COORDINATOR, email=COORDINATOR, password=PASSWORD, name="Ana")
    make_account(Role.PARTNER, email=PARTNER, password=PASSWORD, organisation=youth)
    objective, day = make_objective(), today()
    make_actions(objective, youth, day)
    make_places(objective.challenge.strategy, youth, day)


def make_actions(objective: object, youth: object, day: object) -> None:
    """Make actions that stand in every way."""
    from decimal import Decimal

    from convive.core.strategy.vocabulary import Delivery, Obstacle
    from convive.web.workspace.actions.progress import refresh_strategy
    from convive.web.workspace.actions.spending import Spent, note_spending
    from factories.web_objects.delivery import AREA, make_entry, make_running, new_key

    start = day - timedelta(days=120)
    area = [{"level": AREA[0], "area_id": AREA[1], "name": AREA[2]}]
    money = [{"year": day.year, "amount": Decimal(12_000), "payer": "municipality", "note": ""}]
    late = [{"title": "Agree on the hours", "due": day - timedelta(days=45), "done_on": None},
            {"title": "First evening", "due": start, "done_on": start}]  # fmt: skip
    common = {"lead": youth, "starts_on": start, "ends_on": day + timedelta(days=200)}
    walk = make_running("walks", objective, title="Evening walks with young people", areas=area,
                        budget=money, milestones=late, groups=["young_people"], **common)  # fmt: skip
    make_running(
        "light", objective, title="Light the passages", budget=money, pillar="sanction", **common
    )
    calm = make_running("calm", objective, title="Quiet nights on Mill square", **common)
    make_running("idea", objective, title="Mediators at the stop", state="idea", lead=None)
    for weeks in range(12, 0, -1):
        make_entry(
            calm, on=day - timedelta(weeks=weeks), amount=4.0, reached={"women": 3, "men": 5}
        )
    make_entry(walk, on=day - timedelta(days=60), delivery=Delivery.LESS, obstacle=Obstacle.WEATHER,
               amount=3.0, note="Rain on the square")  # fmt: skip
    for days, amount in ((90, 4_000), (30, 3_500)):
        spent = Spent(day - timedelta(days=days), Decimal(amount), "Staff")
        note_spending(walk, spent, key=new_key(), today=day, by=None)
    refresh_strategy(walk.strategy, today=day)


def make_places(strategy: object, youth: object, day: object) -> None:
    """Make a place before and after, and an area that somebody leads."""
    from datetime import date

    from factories.web_objects.delivery import make_area_lead, make_place_project, make_record

    place = make_place_project(strategy=strategy, problem="Dark, empty, avoided at night.",
                               started_on=date(2025, 1, 1), ended_on=date(2025, 1, 31))  # fmt: skip
    make_record(place, measure="Lamps that work", value=4.0, n=12, source="Walk with residents")
    make_record(place, when="after", on=day - timedelta(days=3), text="Lit, used until ten.",
                measure="Lamps that work", value=12.0, n=12, source="Walk with residents")  # fmt: skip
    make_area_lead(strategy=strategy, organisation=youth, year=day.year)
