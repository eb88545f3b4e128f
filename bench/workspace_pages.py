"""Fill a workspace and time its pages, in a process of its own; prints one line of JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from datetime import UTC, date, datetime, timedelta

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from convive.core.strategy import vocabulary as words  # noqa: E402
from convive.web.accounts.models import Organisation  # noqa: E402
from convive.web.audit_log.actions import record  # noqa: E402
from convive.web.observatory import current  # noqa: E402
from convive.web.roles import Role  # noqa: E402
from convive.web.workspace import models  # noqa: E402
from factories.build import shared_build  # noqa: E402
from factories.web_objects.accounts import make_account  # noqa: E402

N_ACTIONS, N_DIARY, N_MEETINGS, N_COMMITMENTS = 10_000, 300_000, 500, 4_000
LAST = date(2026, 11, 1)
PAGES = {
    "strategies": "strategies/", "plan": "strategies/s/", "actions": "strategies/s/actions/",
    "actions, page 150": "strategies/s/actions/?page=150",
    "actions, filtered": "strategies/s/actions/?pillar=prevention&state=running&text=7",
    "findings": "strategies/s/findings/", "lights": "strategies/s/lights/",
    "lights, what changed": "strategies/s/lights/changes/", "loose ends": "strategies/s/orphans/",
    "frameworks": "strategies/s/coverage/",
    "coverage of a framework": "strategies/s/coverage/manifesto_2025/",
    "money": "strategies/s/money/", "balance": "strategies/s/balance/", "places": "strategies/s/places/",
    "areas": "strategies/s/areas/", "diary to write": "diary/", "diary": "diary/entries/",
    "diary, page 3000": "diary/entries/?page=3000", "meetings": "meetings/",
    "commitments": "commitments/", "partners": "partners/", "bodies": "bodies/", "people": "people/",
    "organisations": "organisations/", "agreements": "agreements/", "notices": "notices/",
    "log": "log/", "an action": "strategies/s/actions/a7/", "home": "",
}  # fmt: skip


def fill() -> None:
    """Make the town, by the table and not one by one."""
    organisations = [
        Organisation(code=f"o{i}", name=f"Partner {i}", sector=list(words.Sector)[i % 20])
        for i in range(40)
    ]
    Organisation.objects.bulk_create(organisations)
    strategy = models.Strategy.objects.create(
        code="s", title="Safe together", from_year=2022, until_year=2027, state="adopted"
    )
    topics = list(words.Topic)
    challenges = [
        models.Challenge(strategy=strategy, code=f"c{i}", title=f"Challenge {i}", topic=topics[i])
        for i in range(20)
    ]
    models.Challenge.objects.bulk_create(challenges)
    objectives = [
        models.Objective(challenge=challenges[i % 20], code=f"o{i}", title=f"Objective {i}")
        for i in range(200)
    ]
    models.Objective.objects.bulk_create(objectives)
    actions = [_action(i, strategy, objectives[i % 200], organisations) for i in range(N_ACTIONS)]
    models.Action.objects.bulk_create(actions, batch_size=2000)
    through = models.Action.partners.through
    through.objects.bulk_create(
        [through(action_id=a.pk, organisation_id=organisations[(i + k) % 40].pk)
         for i, a in enumerate(actions) for k in (1, 2)], batch_size=5000,
    )  # fmt: skip
    models.BudgetLine.objects.bulk_create(
        [models.BudgetLine(action=a, year=2024 + k, amount=1000 + 7 * k, payer="municipality")
         for a in actions for k in range(3)], batch_size=5000,
    )  # fmt: skip
    for start in range(0, N_DIARY, 10_000):
        models.DiaryEntry.objects.bulk_create(
            [
                _entry(i, actions[i % N_ACTIONS], organisations)
                for i in range(start, start + 10_000)
            ],
            batch_size=5000,
        )
    _meetings(strategy, organisations, actions)


def _action(i: int, strategy: object, objective: object, organisations: list) -> models.Action:
    return models.Action(
        strategy=strategy, objective=objective, code=f"a{i}", title=f"Action number {i}",
        kind=list(words.ActionKind)[i % 7], pillar=list(words.Pillar)[i % 3],
        level=list(words.PreventionLevel)[i % 3], state=list(words.ActionState)[i % 5],
        groups=[list(words.TargetGroup)[i % 20]], times=["night"] if i % 2 else ["day"],
        lead=organisations[i % 40], starts_on=date(2022, 1, 1), ends_on=date(2027, 12, 31),
        dose_unit="visits", dose_planned=500, position=i,
        progress=list(words.Progress)[i % 7],
    )  # fmt: skip


def _entry(i: int, action: models.Action, organisations: list) -> models.DiaryEntry:
    return models.DiaryEntry(
        action=action, organisation=organisations[i % 40], on=LAST - timedelta(days=i % 1825),
        delivery="as_planned", amount=i % 9, reached={"women": i % 7, "unknown": 3}, key=f"k{i}",
    )  # fmt: skip


def _meetings(strategy: object, organisations: list, actions: list) -> None:
    body = models.Body.objects.create(code="b", name="Council", kind="council")
    first = datetime(2021, 12, 1, 9, tzinfo=UTC)
    meetings = [
        models.Meeting(code=f"m{i}", body=body, strategy=strategy, title=f"Meeting {i}",
                       starts_at=first + timedelta(days=3 * i),
                       ends_at=first + timedelta(days=3 * i, hours=2), state="minuted")
        for i in range(N_MEETINGS)
    ]  # fmt: skip
    models.Meeting.objects.bulk_create(meetings)
    models.Commitment.objects.bulk_create(
        models.Commitment(code=f"k{i}", meeting=meetings[i % N_MEETINGS], text=f"To do {i}",
                          owner=organisations[i % 40], due=LAST - timedelta(days=i % 900),
                          done_on=LAST if i % 5 else None, action=actions[i])
        for i in range(N_COMMITMENTS)
    )  # fmt: skip


def milliseconds(work: object) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def bare() -> float:
    """Return the time of the least that a list page asks."""
    query = models.Action.objects.filter(strategy__code="s").order_by("position", "pk")[:50]
    return statistics.median(milliseconds(lambda: list(query.all())) for _ in range(20))


def main(repeats: int) -> None:
    """Fill, analyse, walk."""
    setup_test_environment()
    call_command("migrate", verbosity=0)
    current.hold(shared_build())
    start = time.perf_counter()
    with transaction.atomic():
        fill()
    filling = time.perf_counter() - start
    if connection.vendor == "postgresql":  # which does it by itself, a little later
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    account = make_account(Role.COORDINATOR, organisation=Organisation.objects.get(code="o7"))
    client = Client(headers={"host": "localhost"})
    client.force_login(account)
    pages = {}
    for name, path in PAGES.items():
        with transaction.atomic():
            record("workspace.action_changed", thing=("action", 1))
        address = f"/en/work/{path}"
        sizes: list[int] = []

        def ask(address: str = address, sizes: list[int] = sizes) -> None:
            response = client.get(address)
            if response.status_code != 200:
                raise SystemExit(f"{address} answers {response.status_code}")
            sizes.append(len(response.content))

        first = milliseconds(ask)
        times = [milliseconds(ask) for _ in range(repeats)]
        pages[name] = {"first": first, "median": statistics.median(times), "worst": max(times),
                       "kb": sizes[-1] // 1024}  # fmt: skip
        print(name, pages[name], file=sys.stderr, flush=True)
    print(json.dumps({"pages": pages, "bare": bare(), "filling": filling}))


main(int(sys.argv[1]))
