"""The published plan is older than a withdrawal: what was withdrawn is not told out of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from convive.app.corrections import Correction, CorrectionKind, Subject
from convive.app.withdrawal import built_on, version_of, with_corrections
from convive.core.model import Certainty, Face
from convive.core.strategy.model import Figure, KeptFinding, Plan
from convive.web.observatory import current, selectors
from convive.web.workspace.public_snapshot import PeopleRule, snapshot_of
from convive.web.workspace.published_plan import write_published
from convive.web.workspace.selectors.figures import figure_now
from factories.build import shared_build
from factories.plans import figure, target
from factories.town_plan import town_plan

INDICATOR = "unsafe_dark_share"
MOLINO, PLAN, ACTION = "/en/areas/neighbourhood/n08/", "/en/plan/", "/en/plan/lights/"
API = "/api/v1/plan/"
SAID = "people feel much less safe here"
KEPT = figure(7654.3, 4, 2023)
"""A baseline that no audit has; so it is of an older one."""
Show = Callable[..., current.Site]


def withdrawal(name: str, subject: Subject = Subject.INDICATOR, **more: Any) -> Correction:
    return Correction(
        "w1", date(2026, 2, 1), CorrectionKind.WITHDRAWAL, subject, name, {"en": "Wrong."}, **more
    )


@pytest.fixture
def show(settings: Any, tmp_path: Path) -> Iterator[Show]:
    """Show the town after some corrections."""
    settings.MEDIA_ROOT = settings.CONVIVE_WORKSPACE = str(tmp_path)

    def held(*corrections: Correction) -> current.Site:
        current.hold(with_corrections(shared_build(), corrections))
        return current.current_site()

    yield held
    current.release()


def plan_of(rows: list[dict[str, Any]], baseline: Figure) -> Plan:
    """Return a plan with a challenge that comes from these findings, and a target."""
    kept = tuple(
        KeptFinding(
            row["finding_id"], row["code"], row["params"], Certainty(row["certainty"]),
            row["level"], row["area_id"], "", tuple(Face(one) for one in row["faces"]),
            tuple(row["indicator_ids"]), date(2026, 1, 10), "b" * 64,
        )
        for row in rows
    )  # fmt: skip
    plan = town_plan()
    station, *others = plan.challenges
    aim, *rest = station.objectives
    aims = (target(indicator_id=INDICATOR, area_id="ribera", baseline=baseline, now=None),)
    lights, *more = aim.actions
    aim = replace(aim, targets=aims, actions=(replace(lights, targets=aims), *more))
    station = replace(station, findings=kept, objectives=(aim, *rest))
    return replace(plan, challenges=(station, *others))


def publish(site: current.Site, baseline: Figure = KEPT, **changed: Any) -> str:
    """Publish the plan and return the finding that it comes from."""
    row = next(
        row for row in selectors.list_findings(site)
        if row["area_id"] == "n08" and INDICATOR in row["indicator_ids"]
    )  # fmt: skip
    plan = plan_of([row | changed], baseline)
    rule = PeopleRule(site.build.city.disclosure, date(2026, 11, 1))
    write_published(snapshot_of(plan, standings={}, rule=rule, decided={}, language="en"))
    return str(row["finding_id"])


def text(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_before_a_withdrawal_all_of_it_is_told(client: Client, show: Show) -> None:
    publish(show())
    assert SAID in text(client, MOLINO)
    for path in (PLAN, ACTION):
        assert SAID in text(client, path), path
        assert "7,654" in text(client, path), path
    assert "7654.3" in text(client, API)


def test_nothing_of_a_withdrawn_indicator_is_told_out_of_the_plan(
    client: Client, show: Show
) -> None:
    finding_id = publish(show())
    show(withdrawal(INDICATOR))
    for path in (MOLINO, PLAN, ACTION):
        assert SAID not in text(client, path), path
        assert "7,654" not in text(client, path), path
    assert "What it came from was withdrawn." in text(client, PLAN)
    told = text(client, API)
    assert "7654.3" not in told
    assert finding_id not in told
    assert json.loads(told)["plan"]["challenges"][0]["title"] == "The station after dark"


def test_a_withdrawn_finding_is_left_out_and_the_baseline_stays(client: Client, show: Show) -> None:
    finding_id = publish(show())
    show(withdrawal(finding_id, Subject.FINDING))
    for path in (MOLINO, PLAN, ACTION):
        assert SAID not in text(client, path), path
    assert "7,654" in text(client, PLAN)


def test_of_a_withdrawn_audit_the_plan_tells_no_figure(client: Client, show: Show) -> None:
    publish(show())
    show(withdrawal(version_of(shared_build()), Subject.AUDIT))
    for path in (PLAN, ACTION):
        assert SAID not in text(client, path), path
        assert "7,654" not in text(client, path), path


def test_after_another_audit_was_withdrawn_whole_the_plan_tells_what_the_shown_one_says(
    client: Client, show: Show
) -> None:
    publish(show())
    show(withdrawal("0123456789ab", Subject.AUDIT))
    assert SAID in text(client, PLAN)
    assert "7,654" not in text(client, ACTION)
    assert "7654.3" not in text(client, API)


def test_where_audits_are_right_again_what_an_older_one_said_is_still_not_told(
    client: Client, show: Show
) -> None:
    until = built_on(shared_build()) - timedelta(days=1)
    publish(show(), certainty="tentative")
    site = show(withdrawal(INDICATOR, until=until))
    assert not site.build.gone
    assert SAID not in text(client, PLAN)
    assert "7,654" not in text(client, ACTION)
    here = text(client, MOLINO)
    assert SAID in here, "the audit of today says it"
    assert "Not in the plan yet" not in here, "and the plan answers it"


def test_where_audits_are_right_again_what_they_say_too_is_told(client: Client, show: Show) -> None:
    until = built_on(shared_build()) - timedelta(days=1)
    show()
    now = figure_now(INDICATOR, "city", "ribera")
    assert now.value is not None
    publish(show(), now)
    show(withdrawal(INDICATOR, until=until))
    assert SAID in text(client, PLAN)
    (aim,) = json.loads(text(client, API))["plan"]["challenges"][0]["objectives"][0]["targets"]
    assert aim["baseline"]["value"] == now.value
